/// Whether a client takes JSON:API.
///
/// Source: JSON:API 1.1, "Server Responsibilities": when each mention of its media type has parameters that are not
/// offered, the request is refused. Clients that mention other types only are served, too.
package enum AcceptHeader {
    /// Whether `header` allows an answer in JSON:API.
    package static func allowsJSONAPI(_ header: String?) -> Bool {
        guard let header else { return true }
        let mentions = header.utf8.split(separator: UInt8(ascii: ",")).map(mediaType).filter { $0.isJSONAPI }
        return mentions.isEmpty || mentions.contains { !$0.hasParameters }
    }

    /// Whether a piece of the header is JSON:API, and has parameters that we do not offer: all but `profile`, which
    /// may be ignored. What comes behind `q` belongs to the header, not to the media type.
    private static func mediaType(_ text: Substring.UTF8View) -> (isJSONAPI: Bool, hasParameters: Bool) {
        let parts = text.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(lowercased)
        let parameters = parts.dropFirst().prefix { !$0.starts(with: "q=".utf8) }
        return (
            parts[0].elementsEqual("application/vnd.api+json".utf8),
            parameters.contains { !$0.isEmpty && !$0.starts(with: "profile=".utf8) }
        )
    }

    /// Without blanks around it.
    private static func lowercased(_ text: Substring.UTF8View) -> [UInt8] {
        let trimmed = text.drop { $0 == 0x20 || $0 == 0x09 }
        let end = trimmed.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        return trimmed[..<end].map { (65...90).contains($0) ? $0 + 32 : $0 }
    }
}
