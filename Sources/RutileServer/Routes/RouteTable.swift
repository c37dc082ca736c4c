package import HTTPTypes

/// All routes of a server, by path and method.
package struct RouteTable: Sendable {
    /// In the order of the OpenAPI document.
    package let routes: [Route]
    private let basePath: String
    private let byPath: [String: [Route]]
    /// Routes with what is below them, each with its whole path.
    private let trees: [(path: String, route: Route)]

    /// `routes`, those of the API below `basePath`.
    package init(_ routes: [Route], basePath: String) {
        self.routes = routes
        self.basePath = basePath
        let located = routes.map { (path: ($0.kind == .api ? basePath : "") + $0.path, route: $0) }
        byPath = Dictionary(grouping: located.filter { $0.route.scope == .exact }, by: \.path)
            .mapValues { $0.map(\.route) }
        trees = located.filter { $0.route.scope == .below }.sorted { $0.path.utf8.count > $1.path.utf8.count }
    }

    /// The route at `path` (as it stands in a request, with its query) for `method`; `HEAD` finds what `GET` finds.
    ///
    /// - Throws: ``RequestProblem/unknownPath(_:)``, ``RequestProblem/wrongMethod(_:allowed:)``.
    package func route(_ method: HTTPRequest.Method, at path: String) throws(RequestProblem) -> Route {
        let path = Self.bare(path)
        guard let candidates = byPath[path] else {
            guard let tree = tree(at: path) else { throw .unknownPath(path) }
            return tree
        }
        let wanted = method == .head ? .get : method
        guard let route = candidates.first(where: { $0.method == wanted }) else {
            throw .wrongMethod(method.rawValue, allowed: Self.methods(of: candidates))
        }
        return route
    }

    /// The whole path of `route`, the base path included.
    package func path(of route: Route) -> String { (route.kind == .api ? basePath : "") + route.path }

    /// Methods that `path` takes; none for an unknown path.
    package func methods(at path: String) -> [String] {
        let path = Self.bare(path)
        return Self.methods(of: byPath[path] ?? tree(at: path).map { [$0] } ?? [])
    }

    /// The route that has `path` below it.
    private func tree(at path: String) -> Route? {
        trees.first { tree in
            path.utf8.starts(with: tree.path.utf8)
                && (path.utf8.count == tree.path.utf8.count
                    || path.utf8.dropFirst(tree.path.utf8.count).first == UInt8(ascii: "/"))
        }?.route
    }

    private static func methods(of routes: [Route]) -> [String] {
        routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
    }

    /// Without query and without a slash at the end.
    private static func bare(_ path: String) -> String {
        let path = path.prefix { $0 != "?" && $0 != "#" }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path)
    }
}
