package import HTTPTypes
import OptimadeAPI

/// All routes of a server, by path and method.
package struct RouteTable: Sendable {
    /// The route that was found for a request.
    package struct Match: Sendable {
        package let route: Route
        /// The part of the request's path that is the route's, the base path included; what follows, the route has
        /// below it.
        package let path: String
        /// What stands at the route's `{names}`, decoded.
        package let names: [String: String]
    }

    /// One part of a path.
    private enum Part: Sendable {
        case text(String)
        /// Any one part, not empty.
        case name(String)
        /// Any parts, to the end, none of them empty.
        case names(String)

        init(_ text: Substring) {
            if text.hasPrefix("{"), text.hasSuffix("...}") {
                self = .names(String(text.dropFirst().dropLast(4)))
            } else if text.hasPrefix("{"), text.hasSuffix("}") {
                self = .name(String(text.dropFirst().dropLast()))
            } else {
                self = .text(String(text))
            }
        }
    }

    /// Routes at one path with names in it.
    private struct Pattern: Sendable {
        let parts: [Part]
        let routes: [Route]
    }

    /// In the order of the OpenAPI document.
    package let routes: [Route]
    /// The prefix of all paths of the API; empty, or without a slash at its end.
    package let basePath: String
    private let byPath: [String: [Route]]
    private let patterns: [Pattern]
    /// Routes with what is below them, each with its whole path.
    private let trees: [(path: String, route: Route)]

    /// `routes`, those of the API below `basePath`.
    package init(_ routes: [Route], basePath: String) {
        self.routes = routes
        self.basePath = basePath
        let located = routes.map { (path: Self.bare(($0.kind == .operation ? "" : basePath) + $0.path), route: $0) }
        let exact = Dictionary(grouping: located.filter { $0.route.scope == .exact }, by: \.path)
            .mapValues { $0.map(\.route) }
        byPath = exact.filter { !$0.key.contains("{") }
        // Those with the most parts first: a path that takes any parts must not take others' paths.
        patterns = exact.filter { $0.key.contains("{") }.map { path, routes in
            Pattern(parts: Self.parts(path).map(Part.init), routes: routes)
        }.sorted { $0.parts.count > $1.parts.count }
        trees = located.filter { $0.route.scope == .below }.sorted { $0.path.utf8.count > $1.path.utf8.count }
    }

    /// The route at `path` (as it stands in a request, with its query) for `method`; `HEAD` finds what `GET` finds.
    ///
    /// - Throws: ``RequestProblem/unknownPath(_:)``, ``RequestProblem/wrongMethod(_:allowed:)``.
    package func match(_ method: HTTPRequest.Method, at path: String) throws(RequestProblem) -> Match {
        let path = Self.bare(path)
        guard let (candidates, names) = candidates(at: path) else {
            guard let tree = tree(at: path) else { throw .unknownPath(path) }
            return Match(route: tree.route, path: tree.path, names: [:])
        }
        let wanted = method == .head ? .get : method
        guard let route = candidates.first(where: { $0.method == wanted }) else {
            throw .wrongMethod(method.rawValue, allowed: Self.methods(of: candidates))
        }
        return Match(route: route, path: path, names: names)
    }

    /// Methods that `path` takes; none for an unknown path.
    package func methods(at path: String) -> [String] {
        let path = Self.bare(path)
        return Self.methods(of: candidates(at: path)?.routes ?? tree(at: path).map { [$0.route] } ?? [])
    }

    /// The routes at `path`, for all methods. A path without names goes before one with names.
    private func candidates(at path: String) -> (routes: [Route], names: [String: String])? {
        if let routes = byPath[path] { return (routes, [:]) }
        let parts = Self.parts(path)
        for pattern in patterns {
            if let names = Self.names(in: parts, by: pattern.parts) { return (pattern.routes, names) }
        }
        return nil
    }

    /// What stands at the names of `pattern`; `nil` where `path` is another one.
    private static func names(in path: [Substring], by pattern: [Part]) -> [String: String]? {
        var names: [String: String] = [:]
        if case .names(let name)? = pattern.last, path.count >= pattern.count {
            let parts = path[(pattern.count - 1)...].map { PercentCoding.decoded($0.utf8, plusIsBlank: false) }
            guard parts.allSatisfy({ $0?.isEmpty == false }) else { return nil }
            names[name] = parts.compactMap(\.self).joined(separator: "/")
        } else if path.count != pattern.count {
            return nil
        }
        for (part, wanted) in zip(path, pattern) {
            switch wanted {
            case .names: break
            case .text(let text):
                guard part.utf8.elementsEqual(text.utf8) else { return nil }
            case .name(let name):
                guard !part.isEmpty, let value = PercentCoding.decoded(part.utf8, plusIsBlank: false) else {
                    return nil
                }
                names[name] = value
            }
        }
        return names
    }

    private static func parts(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The route that has `path` below it.
    private func tree(at path: String) -> (path: String, route: Route)? {
        trees.first { tree in
            path.utf8.starts(with: tree.path.utf8)
                && (path.utf8.count == tree.path.utf8.count
                    || path.utf8.dropFirst(tree.path.utf8.count).first == UInt8(ascii: "/"))
        }
    }

    private static func methods(of routes: [Route]) -> [String] {
        routes.flatMap(\.methods)
    }

    /// Without query and without a slash at the end.
    private static func bare(_ path: String) -> String {
        let path = path.prefix { $0 != "?" && $0 != "#" }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path)
    }
}
