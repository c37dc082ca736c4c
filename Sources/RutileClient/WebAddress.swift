import RutileJSON

/// The address of a server's tree, such as a database's base URL: `http` or `https`, a host, a port, a path.
///
/// Credentials are refused; a query and a fragment are cut off. Addresses compare by what is asked, not by how they are
/// written: scheme and host in lower case, the port always there, no slash at the end.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whether it is `https`.
    package let isSecure: Bool
    /// In lower case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    /// Encoded, with a slash in front, without one at its end; empty for the root.
    package let path: String

    /// Reads `text`.
    ///
    /// - Throws: ``WebAddressError``, whose text is for the client.
    package init(_ text: String) throws(WebAddressError) {
        guard text.utf8.count <= 2_000 else { throw WebAddressError("it is longer than 2000 bytes") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw WebAddressError("it has characters that are not allowed in addresses")
        }
        let lowered = Self.lowercased(text)
        let secure = lowered.utf8.starts(with: "https://".utf8)
        guard secure || lowered.utf8.starts(with: "http://".utf8) else {
            throw WebAddressError("it does not begin with http:// or https://")
        }
        let rest = text.utf8.dropFirst(secure ? 8 : 7)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        guard !authority.contains(UInt8(ascii: "@")) else { throw WebAddressError("it carries credentials") }
        let name = Self.lowercased(String(Substring(authority)))
        let (host, port) = try Self.split(name)
        var path = Array(
            rest.dropFirst(authority.count).prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard !path.contains(UInt8(ascii: "\\")) else { throw WebAddressError("it has a backslash") }
        isSecure = secure
        self.host = host
        self.port = port ?? (secure ? 443 : 80)
        self.path = String(decoding: path, as: UTF8.self)
    }

    /// Reads the base URL of a database, to which paths are added.
    ///
    /// - Throws: ``WebAddressError``, as for any address; also where it has a query, a fragment, or dots for a segment.
    package init(base text: String) throws(WebAddressError) {
        guard !text.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            throw WebAddressError("it has a query or a fragment")
        }
        try self.init(text)
        // A dot may be written otherwise.
        let plain = path.replacing("%2e", with: ".").replacing("%2E", with: ".")
        let segments = plain.utf8.split(separator: UInt8(ascii: "/"))
        guard !segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) else {
            throw WebAddressError("its path has “.” or “..” in it")
        }
    }

    private init(isSecure: Bool, host: String, port: Int, path: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.path = path
    }

    /// The same server, at `path`, which is empty or has a slash in front.
    package func at(_ path: String) -> WebAddress {
        WebAddress(isSecure: isSecure, host: host, port: port, path: path)
    }

    /// The IP address that the host is; `nil` when it is a name.
    package var literal: NetworkAddress? { NetworkAddress(host) }

    /// Host and port as the `Host` header has them.
    package var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// `http://host:port`, without a port that the scheme implies.
    package var origin: String { (isSecure ? "https://" : "http://") + authority }

    package var description: String { origin + path }

    /// The segment at the end that names version 1 of OPTIMADE's protocol, `v1` or `v1.2`; absent where there is none.
    package var version: String? {
        let segment = path.utf8.reversed().prefix { $0 != UInt8(ascii: "/") }.reversed()
        let minor = segment.dropFirst(2)
        guard segment.starts(with: "v1".utf8), minor.isEmpty || minor.first == UInt8(ascii: "."),
            minor.last != UInt8(ascii: "."),
            minor.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return String(decoding: segment, as: UTF8.self)
    }

    /// Without the version at the end: two base URLs of one database are equal.
    package var unversioned: WebAddress {
        guard let version else { return self }
        return at(String(decoding: path.utf8.dropLast(version.utf8.count + 1), as: UTF8.self))
    }

    private static func split(_ name: String) throws(WebAddressError) -> (host: String, port: Int?) {
        var host = name.utf8[...]
        var port: Substring.UTF8View?
        if host.first == UInt8(ascii: "[") {
            guard let end = host.firstIndex(of: UInt8(ascii: "]")) else {
                throw WebAddressError("the brackets of its host are not closed")
            }
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard rest.isEmpty || rest.first == UInt8(ascii: ":") else { throw WebAddressError("its port is none") }
            if !rest.isEmpty { port = rest.dropFirst() }
            guard case .v6? = NetworkAddress(String(Substring(host))) else {
                throw WebAddressError("its host is no IPv6 address")
            }
        } else if let colon = host.lastIndex(of: UInt8(ascii: ":")) {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        var text = String(Substring(host))
        while text.utf8.last == UInt8(ascii: ".") { text.removeLast() }
        guard !text.isEmpty else { throw WebAddressError("it has no host") }
        if NetworkAddress(text) == nil { try checkName(text) }
        guard let port, !port.isEmpty else { return (text, nil) }
        guard let number = Int(Substring(port)), (1...65_535).contains(number) else {
            throw WebAddressError("its port is none")
        }
        return (text, number)
    }

    private static func checkName(_ name: String) throws(WebAddressError) {
        let isAllowed = name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
        guard isAllowed else { throw WebAddressError("its host is no name") }
        // 0x7f000001, 2130706433 and 127.1 are addresses to some resolvers: what ends in a number has to be an IPv4
        // address in its usual form.
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy({ !$0.isEmpty }), let last = labels.last else {
            throw WebAddressError("its host is no name")
        }
        let isHexadecimal = last.starts(with: "0x".utf8)
        guard !isHexadecimal, !last.allSatisfy({ (48...57).contains($0) }) else {
            throw WebAddressError("its host is an address in an unusual form")
        }
    }

    private static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
    }

    package static func == (left: WebAddress, right: WebAddress) -> Bool {
        left.isSecure == right.isSecure && left.port == right.port && left.host.hasSameUTF8(as: right.host)
            && left.path.hasSameUTF8(as: right.path)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(port)
        UTF8Key(host).hash(into: &hasher)
        UTF8Key(path).hash(into: &hasher)
    }
}

/// Why a text is no address that is asked.
package struct WebAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong: “it has no host”.
    package let description: String

    init(_ description: String) { self.description = description }
}
