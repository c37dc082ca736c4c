import RutileJSON

/// What mirrors read in the documents of an OPTIMADE server.
struct MirrorPage {
    private let root: JSONView

    /// Reads an answer's body.
    ///
    /// - Throws: ``MirrorError/malformed(address:reason:)``.
    init(_ body: [UInt8], from address: String, limit: Int) throws(MirrorError) {
        do {
            root = try JSONDocument(json: body, limits: JSONLimits(maximumBytes: limit), nonFinite: .null).root
        } catch {
            throw .malformed(address: address, reason: error.reason)
        }
    }

    /// The resource or resources; `nil` where there are none.
    var data: JSONView? { root["data"].flatMap { $0.isNull ? nil : $0 } }
    /// Who provides the data.
    var provider: JSONView? { root["meta"]?["provider"] }
    /// The version of the protocol.
    var version: String? { root["meta"]?["api_version"]?.text }
    /// Number of entries that there are in all.
    var total: Int? { root["meta"]?["data_returned"]?.integer.flatMap(Int.init(exactly:)) }
    /// Time that the server wants between requests.
    var delay: Duration? {
        guard let seconds = root["meta"]?["request_delay"]?.real, seconds > 0, seconds < 3_600 else { return nil }
        return .milliseconds(Int64(seconds * 1_000))
    }
    /// Whether entries follow that are not on this page; absent where the server does not say.
    var hasMore: Bool? { root["meta"]?["more_data_available"]?.bool }
    /// The next page, as the server gives it: the text of a link that is neither text nor link object is what it is in
    /// JSON, and leads nowhere.
    var next: String? {
        guard let link = root["links"]?["next"], !link.isNull else { return nil }
        if link.kind == .object, link.count == 0 { return nil }
        let address = link["href"] ?? link
        if address.isNull { return nil }
        let text = address.text ?? String(decoding: address.value.json(), as: UTF8.self)
        return text.isEmpty ? nil : text
    }
    /// What is wrong, where the document says that something is.
    var problem: String? {
        guard let error = root["errors"]?.items.first(where: { _ in true }) else { return nil }
        return error["detail"]?.text ?? error["title"]?.text
    }

    /// The entries as lines of a JSON Lines file.
    var lines: [UInt8] {
        var writer = JSONWriter(reserving: 1 << 16)
        for item in data?.items ?? root.items {
            writer.beginObject()
            for name in ["type", "id", "attributes", "relationships"] {
                guard let member = item[name] else { continue }
                writer.key(name)
                writer.view(member)
            }
            writer.endObject()
            writer.endLine()
        }
        return writer.bytes
    }

    /// Number of entries with values that stand elsewhere, in parts.
    var partialEntries: Int {
        data?.items.count { ($0["meta"]?["partial_data_links"]?.count ?? 0) > 0 } ?? 0
    }
}
