import OptimadeAPI
package import RutileJSON

/// One page of a database's list.
package struct ListingPage: Sendable {
    /// In the order of the database, each id once.
    package var entries: [ForeignEntry] = []
    /// Resources that came with the entries, because these refer to them; as the database sent them.
    package var included: [JSONView] = []
    /// Where the next page begins; absent on the last one.
    package var next: PagePlace?
    /// Entries that match, as the database says; absent where it does not.
    package var returned: Int?
    /// Entries that there are, as the database says; absent where it does not.
    package var available: Int?
    /// What was odd, for clients; names the address.
    package var warnings: [String] = []
    /// How many entries the database sent, the malformed and repeated ones too.
    package var sent = 0

    /// Bytes of what a `next` link says of the place: it becomes part of requests, and of the cursors of merged lists.
    private static let longestPlace = 2_000
    /// Bytes of the query of a `next` link, most of which may be the filter.
    private static let longestQuery = 64 << 10

    /// No entries.
    package init() {}

    /// Reads a document of `base`.
    ///
    /// - Throws: ``DatabaseFailure`` where it is no list of entries.
    init(
        _ body: [UInt8], status: Int, endpoint: String, place: PagePlace, base: WebAddress, shapes: AttributeShapes
    ) throws(DatabaseFailure) {
        let document = try OptimadeClient.document(FetchResponse(status: status, body: body), base)
        let root = document.root
        let errors = root["errors"]?.items.compactMap(Self.saying) ?? []
        guard let data = root["data"], data.kind == .list else {
            if !errors.isEmpty { throw DatabaseFailure(status: status, body: body, base) }
            throw DatabaseFailure(.error, status: status, "\(base) answered something that is no list of OPTIMADE.")
        }
        let meta = root["meta"]
        returned = meta?["data_returned"]?.integer.flatMap { $0 >= 0 ? Int($0) : nil }
        available = meta?["data_available"]?.integer.flatMap { $0 >= 0 ? Int($0) : nil }
        warnings = Self.warnings(of: base, document)
        readEntries(data, endpoint, base, shapes)
        included = OptimadeClient.included(root)
        readNext(root["links"]?["next"], saysMore: meta?["more_data_available"]?.bool ?? false, place, base)
    }

    /// What a document of `base` says beside its data: errors, and warnings. Not more than a few: they are strangers' texts.
    /// And what was replaced in it.
    static func warnings(of base: WebAddress, _ document: JSONDocument) -> [String] {
        let root = document.root
        let errors = root["errors"]?.items.compactMap(saying) ?? []
        let warnings = root["meta"]?["warnings"]?.items.compactMap(saying) ?? []
        let count = document.replacedSurrogates
        let replacements =
            count == 0
            ? [] : ["\(base) sent \(count) halves of surrogate pairs, which are no characters: they became U+FFFD."]
        return errors.prefix(mostWarnings).map { "\(base) tells of an error: \($0)" }
            + warnings.prefix(mostWarnings).map { "\(base) warns: \($0)" } + replacements
    }

    private static let mostWarnings = 5

    /// What an error object, or a warning, is about.
    private static func saying(_ object: JSONView) -> String? {
        guard object.kind == .object else { return nil }
        return (object["detail"]?.text ?? object["title"]?.text ?? "it does not say what").shortened
    }

    private mutating func readEntries(
        _ data: JSONView, _ endpoint: String, _ base: WebAddress, _ shapes: AttributeShapes
    ) {
        var seen: Set<UTF8Key> = []
        var dropped: [String] = []
        var repeated = 0
        entries.reserveCapacity(data.count)
        for item in data.items {
            sent += 1
            do {
                let entry = try ForeignEntry(item, type: endpoint, shapes)
                if seen.insert(UTF8Key(entry.id)).inserted { entries.append(entry) } else { repeated += 1 }
            } catch {
                dropped.append(error.id.map { "\($0): \(error.reason)" } ?? error.reason)
            }
        }
        if let first = dropped.first {
            warnings.append("\(base) sent \(dropped.count) malformed entries, which were left out (\(first)).")
        }
        if repeated > 0 { warnings.append("\(base) sent \(repeated) entries twice in one page.") }
    }

    private mutating func readNext(_ link: JSONView?, saysMore: Bool, _ place: PagePlace, _ base: WebAddress) {
        let text = link?.text ?? link?["href"]?.text ?? ""
        let query = text.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst().prefix { $0 != UInt8(ascii: "#") }
        guard query.count <= Self.longestQuery, let found = PagePlace(link: String(Substring(query))),
            !found.parameters.isEmpty, found.size <= Self.longestPlace
        else {
            // Some databases forget the link. Of those that page otherwise the repetition is noticed.
            if saysMore, sent > 0, let offset = place.offset {
                let (following, overflow) = offset.addingReportingOverflow(sent)
                guard !overflow else { return }
                warnings.append("\(base) says that there is more, but not where; it was asked by page_offset.")
                next = .offset(following)
            } else if !text.isEmpty {
                warnings.append("\(base) has a next link that leads nowhere; its list ends here.")
            }
            return
        }
        if !text.utf8.starts(with: (base.origin + "/").utf8), let address = try? WebAddress(text),
            address.at("") != base.at("")
        {
            warnings.append(
                "\(base) has a next link to another server, \(address.origin); it was taken as its own.")
        }
        next = found
    }
}
