package import RutileJSON

/// What is to change of what is said of an upload and of its entries. Absent members stay as they are.
package struct UploadEdit: Sendable {
    /// How a list of texts changes.
    package struct ListEdit: Hashable, Sendable {
        /// What it is from now on; absent where it is changed by the other two only.
        package var set: [String]?
        package var added: [String]
        package var removed: [String]

        /// The list becomes `set`, then `added` are added and `removed` taken away.
        package init(set: [String]? = nil, added: [String] = [], removed: [String] = []) {
            self.set = set
            self.added = added
            self.removed = removed
        }

        /// What is wrong with a list to which the same is added and removed.
        static let contradiction = "The same value cannot be specified for both `add` and `remove`"

        /// All texts that it names, with where each stands below the list's own place.
        var named: [(text: String, step: String?)] {
            (set ?? []).map { ($0, nil) } + added.map { ($0, "add") } + removed.map { ($0, "remove") }
        }

        /// The list that `old` becomes, each text as `identified` says, each item once.
        func list<Item: Hashable>(_ old: [Item], _ identified: (String) -> Item?) -> [Item] {
            let gone = Set(removed.compactMap(identified))
            var seen: Set<Item> = []
            return ((set?.compactMap(identified) ?? old) + added.compactMap(identified))
                .filter { !gone.contains($0) && seen.insert($0).inserted }
        }
    }

    /// What is to change of entries.
    package struct Links: Sendable {
        /// Ids or names of datasets, to add and to remove. A name that is added and that the caller has no dataset of makes
        /// one.
        package var datasets: ListEdit?
        package var references: ListEdit?

        /// Nothing.
        package init() {}

        /// Whether nothing changes.
        package var isEmpty: Bool { datasets == nil && references == nil }
    }

    /// What an edit comes to that can be asked for by itself, too.
    package enum Consequence: Sendable {
        /// The embargo of a published upload ends.
        case embargoEnd
        /// A dataset is made.
        case newDataset
    }

    /// The empty text takes the name away.
    package var name: String?
    /// The empty text takes the description away.
    package var description: String?
    /// The empty text is refused: every upload that is edited has one.
    package var license: String?
    /// Months.
    package var embargo: Int?
    /// Id or username.
    package var mainAuthor: String?
    /// Ids or usernames.
    package var coauthors: ListEdit?
    /// Ids.
    package var coauthorGroups: ListEdit?
    /// Ids or usernames.
    package var reviewers: ListEdit?
    /// Ids; `all` is everybody.
    package var reviewerGroups: ListEdit?
    /// What changes of all entries.
    package var links = Links()
    /// The members `owner` and `query` of a search for the entries that change, those that are given.
    package var question: Value?
    /// What changes of single entries beside that, by id or main file.
    package var entries: [(name: String, links: Links)] = []

    /// Nothing changes.
    package init() {}
}
