import RutileJSON

/// What a query still has to download: the entries that were listed, and where the list goes on. Pure; it asks nobody.
///
/// An entry is *fresh* when it was never tried, *outstanding* while somebody downloads it, and *failed* when that came to
/// nothing; what is delivered is forgotten. So the list is as long as what is open, however much was downloaded.
struct DownloadList: Sendable {
    /// An entry of the list.
    struct Item: Hashable, Sendable {
        let entry: ListedEntry
        /// How many entries were listed before it.
        let number: Int
        /// Where a list goes on that begins with it; absent where no list does.
        let place: Place?
    }

    /// A place in the list of entries.
    struct Place: Hashable, Sendable {
        /// The id of the entry before; absent at the start.
        let after: String?
    }

    /// An entry whose archive was not delivered.
    struct Failed: Hashable, Sendable {
        let item: Item
        let reason: String
        /// The download in which it failed: that one does not try it again.
        let round: Int
    }

    /// Entries to list at most, 0 for no limit.
    private let most: Int
    /// Where the list goes on: an entry's or, by uploads, an upload's id, or what the server says instead.
    private(set) var position: String?
    /// Whether all was listed.
    private(set) var isComplete = false
    /// Entries that were listed so far, those of ``uploads`` included.
    private(set) var listed = 0
    /// Entries that match, as the server says.
    private(set) var total: Int?
    /// Whether each page has said the same ``total``. Where entries come and go meanwhile, nobody knows how many there
    /// should have been.
    private(set) var isTotalSteady = true
    /// The entry that was listed last; where nothing was, what the list begins after.
    private(set) var last: String?
    /// Uploads whose entries are not listed one by one yet, in order.
    private(set) var uploads: [UploadCount] = []
    private var fresh: ArraySlice<Item> = []
    private var outstanding: [Int: Item] = [:]
    private(set) var failed: [Failed] = []
    private var numbered = 0

    /// Nothing is listed yet; the list begins after `position`.
    init(after position: String?, most: Int) {
        self.position = position
        self.most = most
        last = position
    }

    /// Entries that may still be listed.
    var room: Int { most == 0 ? .max : most - listed }

    /// Entries that match, and that the list did not have when it ended; 0 where that cannot be told.
    var unlisted: Int {
        guard isComplete, room > 0, isTotalSteady, let total else { return 0 }
        return max(0, total - listed)
    }

    /// Number of entries that are open: listed, and not delivered.
    var pendingCount: Int { readyCount + outstanding.count }

    /// Number of entries that could be downloaded now, those of uploads that are not listed one by one included.
    var readyCount: Int { fresh.count + failed.count + uploads.reduce(0) { $0 + $1.count } }

    /// Number of entries that can be taken before another page is needed.
    var freshCount: Int { fresh.count }

    /// The entries that are open, in the order in which they are downloaded.
    var entries: [ListedEntry] {
        outstanding.values.sorted { $0.number < $1.number }.map(\.entry) + fresh.map(\.entry)
            + failed.map(\.item.entry)
    }

    /// The uploads with open entries, each once, in the order in which they are downloaded.
    var uploadCounts: [UploadCount] {
        var order: [String] = []
        var counts: [UTF8Key: Int] = [:]
        for (id, count) in entries.map({ ($0.uploadID, 1) }) + uploads.map({ ($0.uploadID, $0.count) }) {
            if counts[UTF8Key(id)] == nil { order.append(id) }
            counts[UTF8Key(id), default: 0] += count
        }
        return order.map { UploadCount(uploadID: $0, count: counts[UTF8Key($0)] ?? 0) }
    }

    // MARK: Listing

    /// Takes a page of entries in, for which `asked` entries were asked; `next` is where the list goes on, absent on the
    /// last page.
    ///
    /// - Returns: How many are new.
    mutating func receive(_ page: [ListedEntry], next: String?, total: Int?, asked: Int) -> Int {
        if let total, let before = self.total, total != before { isTotalSteady = false }
        self.total = total ?? self.total
        let new = page.prefix(room)
        var before = position
        for entry in new {
            append(entry, Place(after: before))
            before = entry.entryID
        }
        listed += new.count
        last = new.last?.entryID ?? last
        // A full page is not the last one while more entries match, whatever the server says: a gap would not be seen.
        let following = page.count >= asked && listed < self.total ?? 0 ? page.last?.entryID : nil
        advance(to: next ?? following, isLast: page.isEmpty || room == 0)
        return new.count
    }

    /// Takes a page of uploads in. Of the last one only as many entries as there is room for are taken.
    ///
    /// - Returns: How many entries are new.
    mutating func receive(_ page: [UploadCount], next: String?) -> Int {
        let before = listed
        for upload in page where room > 0 && upload.count > 0 {
            let count = min(upload.count, room)
            uploads.append(UploadCount(uploadID: upload.uploadID, count: count))
            listed += count
        }
        advance(to: next, isLast: page.isEmpty || room == 0)
        return listed - before
    }

    private mutating func advance(to next: String?, isLast: Bool) {
        // A server that names the same place again would be asked for ever.
        let isStuck = next.map { next in position.map { $0.hasSameUTF8(as: next) } ?? false } ?? true
        isComplete = isLast || isStuck
        if let next { position = next }
    }

    /// The entries of the first of ``uploads`` are `entries`, which may be more or fewer than was said.
    mutating func replaceFirstUpload(by entries: [ListedEntry]) {
        guard !uploads.isEmpty else { return }
        listed += entries.count - uploads.removeFirst().count
        for entry in entries { append(entry, nil) }
    }

    private mutating func append(_ entry: ListedEntry, _ place: Place?) {
        fresh.append(Item(entry: entry, number: numbered, place: place))
        numbered += 1
    }

    // MARK: Downloading

    /// The next fresh entries, at most `count`; they are outstanding from now on.
    mutating func takeFresh(_ count: Int) -> [Item] {
        let taken = Array(fresh.prefix(count))
        fresh = fresh.dropFirst(taken.count)
        // The memory of what was taken is let go.
        if fresh.isEmpty { fresh = [] }
        for item in taken { outstanding[item.number] = item }
        return taken
    }

    /// The next fresh entries that are of one upload with `upload`, at most `count`.
    mutating func takeFresh(_ count: Int, of upload: String) -> [Item] {
        takeFresh(min(count, fresh.prefix { $0.entry.uploadID.hasSameUTF8(as: upload) }.count))
    }

    /// The next entries that failed before `round`, at most `count`; they are outstanding from now on.
    mutating func takeFailed(_ count: Int, before round: Int) -> [Item] {
        let taken = failed.filter { $0.round != round }.prefix(count).map(\.item)
        let numbers = Set(taken.map(\.number))
        failed.removeAll { numbers.contains($0.item.number) }
        for item in taken { outstanding[item.number] = item }
        return taken
    }

    /// Number of entries that failed before `round`.
    func failedCount(before round: Int) -> Int { failed.count { $0.round != round } }

    /// Those of the outstanding entries with `numbers`.
    func outstandingItems(_ numbers: Set<Int>) -> [Item] { numbers.compactMap { outstanding[$0] } }

    /// The archive of the entry with `number` was delivered.
    mutating func deliver(_ number: Int) { outstanding[number] = nil }

    /// The archive of `item` cannot be had in `round`: it goes to the end of the list.
    mutating func fail(_ item: Item, _ reason: String, round: Int) {
        guard outstanding.removeValue(forKey: item.number) != nil else { return }
        failed.append(Failed(item: item, reason: reason, round: round))
    }

    /// Nobody downloads `items` after all: what of them is outstanding goes back to its place.
    mutating func giveBack(_ items: [Item]) {
        let back = items.filter { outstanding.removeValue(forKey: $0.number) != nil }
        guard !back.isEmpty else { return }
        fresh = (back + fresh).sorted { $0.number < $1.number }[...]
    }

    // MARK: State

    /// All that is needed to go on later.
    var snapshot: DownloadSnapshot {
        let open = (outstanding.values + fresh).sorted { $0.number < $1.number }
        var snapshot = DownloadSnapshot(
            position: position, isComplete: isComplete, listed: listed, total: total, isTotalSteady: isTotalSteady,
            entries: open.map(\.entry), uploads: uploads, failed: failed.map(\.item.entry))
        // The usual case: all that is open is the end of what was listed, and can be listed again.
        if let first = open.first, numbered - first.number == open.count, uploads.isEmpty, let place = first.place {
            snapshot.position = place.after
            snapshot.isComplete = false
            snapshot.listed -= open.count
            snapshot.entries = []
        }
        return snapshot
    }

    /// Goes on from `snapshot`.
    init(_ snapshot: DownloadSnapshot, most: Int) {
        self.init(after: snapshot.position, most: most)
        isComplete = snapshot.isComplete
        listed = snapshot.listed
        total = snapshot.total
        isTotalSteady = snapshot.isTotalSteady
        uploads = snapshot.uploads
        for entry in snapshot.entries { append(entry, nil) }
        for entry in snapshot.failed {
            failed.append(
                Failed(item: Item(entry: entry, number: numbered, place: nil), reason: "it failed before", round: 0))
            numbered += 1
        }
    }
}
