package import RutileJSON

/// One key of an order. Entries without a value come last, whatever the direction.
public struct SortKey: Hashable, Sendable {
    /// A scalar property.
    public var path: PropertyPath
    /// Whether large values come first.
    public var isDescending: Bool
    /// The items whose member ``path`` is; absent where it is a property of the entries themselves.
    package var items: ChosenItems?

    /// Order by `path`.
    public init(_ path: PropertyPath, isDescending: Bool = false) {
        self.path = path
        self.isDescending = isDescending
    }

    /// Order by the member `path` of `items`, where an entry may have several: upwards by the least value, downwards by
    /// the greatest.
    package init(_ path: PropertyPath, of items: ChosenItems, isDescending: Bool = false) {
        self.init(path, isDescending: isDescending)
        self.items = items
    }
}

/// The items of a table that have a certain text.
package struct ChosenItems: Hashable, Sendable {
    /// The table.
    package let table: PropertyPath
    /// The member of its items that has the text.
    package let member: PropertyPath
    /// The text.
    package let text: UTF8Key

    /// The items of `table` whose `member` is `text`.
    package init(of table: PropertyPath, where member: PropertyPath, is text: String) {
        self.table = table
        self.member = member
        self.text = UTF8Key(text)
    }
}

/// The order of a list of entries: by its keys, first to last, and where all are equal by `id`, ascending.
public struct Sort: Hashable, Sendable {
    /// The first one decides first.
    public var keys: [SortKey]

    /// Order by `keys`; without any by `id` alone.
    public init(_ keys: [SortKey] = []) { self.keys = keys }

    /// How one place stands to another.
    package enum Order { case before, same, behind }

    /// How the place `left` stands to `right` in a list of this order: by their values, those that are absent or too few
    /// last, then by `id`.
    package func order(_ left: Cursor, _ right: Cursor) -> Order {
        for (index, key) in keys.enumerated() {
            switch (left.value(index), right.value(index)) {
            case (nil, nil): continue
            case (_?, nil): return .before
            case (nil, _?): return .behind
            case (let value?, let other?):
                if value.precedes(other) { return key.isDescending ? .behind : .before }
                if other.precedes(value) { return key.isDescending ? .before : .behind }
            }
        }
        let (id, otherID) = (UTF8Key(left.id), UTF8Key(right.id))
        return id == otherID ? .same : id < otherID ? .before : .behind
    }
}

/// A place in a sorted list: just behind an entry with these values, whether or not that entry still exists.
public struct Cursor: Hashable, Sendable {
    /// The value of each sort key, `nil` where it is absent.
    public var values: [Literal?]
    /// The entry's `id` property.
    public var id: String
    /// Which of several entries with this `id` it is, as the index names it; absent for a place behind all of them.
    public var entry: String?

    /// The place behind the entry `id` that has `values`, or behind one of several such entries.
    public init(values: [Literal?], id: String, entry: String? = nil) {
        self.values = values
        self.id = id
        self.entry = entry
    }
}

extension Cursor {
    /// The value of sort key `index`; a client's cursor may have too few.
    fileprivate func value(_ index: Int) -> Literal? { index < values.count ? values[index] : nil }
}
