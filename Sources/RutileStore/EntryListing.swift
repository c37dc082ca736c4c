package import RutileModel

/// A list of entries of some uploads, and the part of it that is wanted.
package struct EntryListing: Hashable, Sendable {
    /// By what entries can be ordered; ties ascend by id.
    package enum Order: Hashable, Sendable, CaseIterable {
        case createTime, mainfile, parserName, processStatus, currentProcess
    }

    /// Which entries: any pattern of a field, all fields; a field without patterns admits all.
    package struct Filter: Hashable, Sendable {
        package var mainfile: [TextPattern]
        package var parserName: [TextPattern]
        package var references: [TextPattern]

        /// A filter of these patterns.
        package init(
            mainfile: [TextPattern] = [], parserName: [TextPattern] = [], references: [TextPattern] = []
        ) {
            self.mainfile = mainfile
            self.parserName = parserName
            self.references = references
        }

        /// Whether every entry is admitted.
        package var isEmpty: Bool { mainfile.isEmpty && parserName.isEmpty && references.isEmpty }

        /// Whether an entry with these values is admitted.
        package func admits(mainfile: String, parserName: String, references: [String]) -> Bool {
            func fits(_ patterns: [TextPattern], _ texts: [String]) -> Bool {
                patterns.isEmpty || patterns.contains { pattern in texts.contains(where: pattern.matches) }
            }
            return fits(self.mainfile, [mainfile]) && fits(self.parserName, [parserName])
                && fits(self.references, references)
        }
    }

    package var uploads: Set<UploadID>
    package var filter: Filter
    package var order: Order
    package var direction: Direction
    package var window: ListWindow
    /// Whether no more than the ``RutileModel/EntryRecord/place`` of each entry is wanted, which is read sooner.
    package var isOfPlaces: Bool

    /// The part `window` of the list of the entries of `uploads`.
    package init(
        of uploads: Set<UploadID>, filter: Filter = Filter(), by order: Order = .createTime,
        _ direction: Direction = .ascending, at window: ListWindow, isOfPlaces: Bool = false
    ) {
        self.uploads = uploads
        self.filter = filter
        self.order = order
        self.direction = direction
        self.window = window
        self.isOfPlaces = isOfPlaces
    }

    /// The page over `entries`, which are all of the uploads; `nil` when it begins behind an entry that is not listed.
    package func page(of entries: some Sequence<EntryRecord>) -> RecordPage<EntryRecord>? {
        let admitted = entries.filter {
            filter.admits(mainfile: $0.mainfile, parserName: $0.parserName, references: $0.references)
        }
        let list = admitted.ordered(by: key, direction) { [ListKey($0.id.text)] }
        let page = RecordPage(of: list, window) { $0.id.text }
        guard isOfPlaces else { return page }
        return page.map { RecordPage($0.records.map(\.place), total: $0.total, hasMore: $0.hasMore) }
    }

    private func key(_ entry: EntryRecord) -> ListKey {
        switch order {
        case .createTime: ListKey(entry.createTime)
        case .mainfile: ListKey(entry.mainfile)
        case .parserName: ListKey(entry.parserName)
        case .processStatus: ListKey(entry.process.status.rawValue)
        case .currentProcess: ListKey(entry.process.current)
        }
    }
}
