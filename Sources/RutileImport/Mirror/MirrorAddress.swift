/// Where an OPTIMADE database is: its versioned base URL, for example `https://example.org/optimade/v1`.
package struct MirrorAddress: Hashable, Sendable {
    /// Scheme, host and port: `https://example.org:8443`. Scheme and host in lower case, the scheme's own port left out.
    package let origin: String
    /// What stands behind the origin, with a slash in front and none at the end: `/optimade/v1`.
    package let path: String

    /// Reads a base URL; `/v1` is added where it names no version. `nil` for anything that is no plain `http` or
    /// `https` URL: with a user, a query or a fragment, or with characters that a URL has not. Nor is the URL of an
    /// endpoint one, such as `https://example.org/optimade/v1/structures`.
    package init?(_ text: String) {
        guard let parts = URLParts(text), parts.query == nil else { return nil }
        origin = parts.origin
        var path = parts.path
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        let segments = path.split(separator: UInt8(ascii: "/"))
        for (segment, next) in zip(segments, segments.dropFirst()) where segment.isVersion {
            if Self.endpoints.contains(where: { next.elementsEqual($0.utf8) }) { return nil }
        }
        self.path = String(decoding: path, as: UTF8.self) + (segments.last?.isVersion == true ? "" : "/v1")
    }

    /// What stands behind a base URL, not in it.
    private static let endpoints = ["structures", "references", "info", "links"]

    /// The base URL of the database whose `/info` is at `text`.
    init?(infoAddress text: String) {
        var bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let suffix = Array("/info".utf8)
        guard bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        self.init(String(decoding: bytes.dropLast(suffix.count), as: UTF8.self))
    }

    /// Whether both are on one host, be it with another scheme or port.
    func hasSameHost(as other: MirrorAddress) -> Bool { host.utf8.elementsEqual(other.host.utf8) }

    private var host: String {
        let authority = origin.utf8.drop { $0 != UInt8(ascii: "/") }.drop { $0 == UInt8(ascii: "/") }
        return String(decoding: authority.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    }

    /// Whether `text` looks like the address of a database, not like a path.
    package static func isAddress(_ text: String) -> Bool {
        scheme(of: text) != nil
    }

    /// `http` or `https`; `nil` for a text that begins with neither.
    fileprivate static func scheme(of text: String) -> String? {
        let start = text.utf8.prefix(8).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return ["https", "http"].first { start.starts(with: ($0 + "://").utf8) }
    }

    /// The versioned base URL.
    package var text: String { origin + path }

    /// The address of `endpoint`, for example `info/structures`, with `query` in its encoded form.
    package func endpoint(_ endpoint: String, query: String = "") -> String {
        text + "/" + endpoint + (query.isEmpty ? "" : "?" + query)
    }

    /// The address that `link`, a next page of `endpoint` as the server gives it, stands for.
    ///
    /// A server behind a proxy may not know its own name, and a hostile one may name hosts that only we can reach: what
    /// does not lead to this origin is taken as a query of our own endpoint. `nil` where it has no query either.
    package func next(_ link: String, of endpoint: String) -> String? {
        guard let parts = URLParts(link) else {
            // A relative reference: only its query can be meant.
            guard !Self.isAddress(link), let mark = link.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
            let query = Array(link.utf8[link.utf8.index(after: mark)...])
            return query.allSatisfy(\.mayStandInURL)
                ? self.endpoint(endpoint, query: String(decoding: query, as: UTF8.self)) : nil
        }
        if parts.origin.utf8.elementsEqual(origin.utf8) { return link }
        return parts.query.map { self.endpoint(endpoint, query: $0) }
    }
}

/// A URL of http or https in its parts.
private struct URLParts {
    var origin: String
    var path: [UInt8]
    /// Without the question mark; absent where the URL has none.
    var query: String?

    init?(_ text: String) {
        guard let scheme = MirrorAddress.scheme(of: text), text.utf8.allSatisfy(\.mayStandInURL) else { return nil }
        var rest = text.utf8.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        rest = rest.dropFirst(authority.count)
        guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")) else { return nil }
        var host = String(decoding: authority, as: UTF8.self).lowercased()
        let ownPort = scheme == "https" ? ":443" : ":80"
        if host.utf8.suffix(ownPort.utf8.count).elementsEqual(ownPort.utf8) { host.removeLast(ownPort.utf8.count) }
        origin = scheme + "://" + host
        path = Array(rest.prefix { $0 != UInt8(ascii: "?") })
        rest = rest.dropFirst(path.count)
        query = rest.isEmpty ? nil : String(decoding: rest.dropFirst(), as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    /// Whether this segment of a path is a version: `v1`, `v1.2`.
    fileprivate var isVersion: Bool {
        first == UInt8(ascii: "v") && count > 1 && dropFirst().allSatisfy(\.isDigitOrDot)
    }
}

extension UInt8 {
    fileprivate var isDigitOrDot: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: ".")
    }

    /// Whether the byte can stand in a URL without a fragment. Source: RFC 3986, appendix A; `|`, `[`, `]` and the like
    /// are let through, since servers write them into links.
    fileprivate var mayStandInURL: Bool {
        self > 0x20 && self < 0x7F
            && ![
                UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "}"),
            ].contains(self)
    }
}
