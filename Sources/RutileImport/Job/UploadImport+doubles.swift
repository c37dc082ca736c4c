import OptimadeAPI
import RutileModel
import RutileStore

extension UploadImport {
    /// Main files that are looked at, to find those with resources, and such files that are compared.
    private static let mostMainfiles = (seen: 100_000, compared: 500)

    /// A warning for each upload that has entries of `file` already, under the same OPTIMADE ids: lists show both.
    ///
    /// Only some ids are looked for, spread over the file, and only in uploads that the author may read: others must not
    /// learn what they hold. Cost: in proportion to the files with resources that other uploads have, not to entries.
    func doubles(of file: LinesImport) async throws -> [String] {
        let places = try await services.records.mainfiles(
            parsedBy: DraftMaker.resourceParser, outside: target.upload, lookingAt: Self.mostMainfiles.seen)
        guard !places.isEmpty else { return [] }
        let uploads = try await services.records.uploads(Set(places.map(\.upload)))
        let groups = try await services.records.caller(target.author)?.groups ?? []
        let caller = Caller(user: target.author, isAdmin: false, groups: groups)
        let readable = places.filter { uploads[$0.upload].map { AccessPolicy().mayRead($0, as: caller) } ?? false }
        let keys = file.sample.items
        var known: [UploadID: Set<String>] = [:]
        for place in readable.prefix(Self.mostMainfiles.compared) {
            let entries = keys.map { ($0, EntryID(upload: place.upload, mainfile: place.path, key: $0)) }
            let found = try await services.records.archives(of: Set(entries.map(\.1)))
            let shared = entries.filter { found[$0.1] != nil }.map(\.0)
            if !shared.isEmpty { known[place.upload, default: []].formUnion(shared) }
        }
        return known.sorted { $0.key < $1.key }.map { upload, shared in
            let name = uploads[upload]?.name.map { "'\($0)' (\(upload))" } ?? upload.text
            return
                "Of \(keys.count) ids that were looked for, \(shared.count) are in the upload \(name), too: lists show the "
                + "entries of both."
        }
    }
}

/// Some of many texts, spread evenly over them.
struct SpreadSample {
    /// Texts that are kept at most.
    private static let size = 200
    /// In the order in which they came.
    private(set) var items: [String] = []
    private var step = 1
    private var count = 0

    /// One more text comes.
    mutating func add(_ text: String) {
        if count % step == 0 {
            if items.count == Self.size {
                items = stride(from: 0, to: items.count, by: 2).map { items[$0] }
                step *= 2
            }
            items.append(text)
        }
        count += 1
    }
}
