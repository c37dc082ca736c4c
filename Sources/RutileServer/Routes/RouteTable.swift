package import HTTPTypes

/// All routes of a server, by path and method.
package struct RouteTable: Sendable {
    /// In the order of the OpenAPI document.
    package let routes: [Route]
    private let byPath: [String: [Route]]

    /// `routes`, those of the API below `basePath`.
    package init(_ routes: [Route], basePath: String) {
        self.routes = routes
        byPath = Dictionary(grouping: routes) { ($0.kind == .api ? basePath : "") + $0.path }
    }

    /// The route at `path` (as it stands in a request, with its query) for `method`; `HEAD` finds what `GET` finds.
    ///
    /// - Throws: ``RequestProblem/unknownPath(_:)``, ``RequestProblem/wrongMethod(_:allowed:)``.
    package func route(_ method: HTTPRequest.Method, at path: String) throws(RequestProblem) -> Route {
        let path = Self.bare(path)
        guard let candidates = byPath[path] else { throw .unknownPath(path) }
        let wanted = method == .head ? .get : method
        guard let route = candidates.first(where: { $0.method == wanted }) else {
            throw .wrongMethod(method.rawValue, allowed: Self.methods(of: candidates))
        }
        return route
    }

    /// Methods that `path` takes; none for an unknown path.
    package func methods(at path: String) -> [String] { Self.methods(of: byPath[Self.bare(path)] ?? []) }

    private static func methods(of routes: [Route]) -> [String] {
        routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
    }

    /// Without query and without a slash at the end.
    private static func bare(_ path: String) -> String {
        let path = path.prefix { $0 != "?" && $0 != "#" }
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : String(path)
    }
}
