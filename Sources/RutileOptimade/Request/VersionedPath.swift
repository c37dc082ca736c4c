package import OptimadeAPI

/// A path with its version taken off.
///
/// Source: OPTIMADE 1.2, "Base URL", "Version Negotiation".
package struct VersionedPath {
    /// What stands before the endpoint: `/v1`, or nothing below the unversioned base URL.
    package let version: String
    /// The rest, with a slash in front.
    package let endpoint: String

    /// The versions that are served.
    package static let served = ["v1", "v1.2", "v1.2.0"]

    /// Takes a version off `path`, which begins with a slash.
    ///
    /// - Throws: ``OptimadeProblem`` where another version is asked for: `v`, a digit, and anything.
    package init(_ path: String) throws(OptimadeProblem) {
        let utf8 = path.utf8.drop { $0 == UInt8(ascii: "/") }
        let segment = utf8.prefix { $0 != UInt8(ascii: "/") }
        guard segment.first == UInt8(ascii: "v"), let digit = segment.dropFirst().first, (48...57).contains(digit)
        else {
            version = ""
            endpoint = path.isEmpty ? "/" : path
            return
        }
        let name = String(Substring(segment))
        guard Self.served.contains(where: { $0.utf8.elementsEqual(segment) }) else {
            throw OptimadeProblem(
                .versionUnknown,
                "Version “\(name)” is not served here. Served are \(Self.served.joined(separator: ", ")).")
        }
        version = "/" + name
        let rest = utf8[segment.endIndex...]
        endpoint = rest.isEmpty ? "/" : String(Substring(rest))
    }
}

/// What `api_hint` says: below the unversioned base URL the version that the client expects.
package enum VersionHint {
    /// Whether what is served there is good for `hint`.
    ///
    /// - Returns: a warning where the hint is none.
    /// - Throws: ``OptimadeProblem`` where a later version is expected. Earlier ones get what there is.
    package static func check(_ hint: String) throws(OptimadeProblem) -> OptimadeWarning? {
        guard hint.utf8.first == UInt8(ascii: "v"), let numbers = numbers(hint.utf8.dropFirst()) else {
            return OptimadeWarning(
                .parameterIgnored, parameter: "api_hint",
                "“\(hint)” is no version such as v1 or v1.2, and was ignored.")
        }
        guard numbers.lexicographicallyPrecedes([1, 3]) else {
            throw OptimadeProblem(
                .versionUnknown, parameter: "api_hint",
                "Version “\(hint)” is not served here. Served is \(OptimadeSettings.apiVersion).")
        }
        return nil
    }

    /// Major and, where they are there, minor version and patch.
    private static func numbers(_ text: Substring.UTF8View) -> [Int]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        let numbers = parts.compactMap { part in
            part.allSatisfy { (48...57).contains($0) } ? Int(Substring(part)) : nil
        }
        return numbers.count == parts.count ? numbers : nil
    }
}
