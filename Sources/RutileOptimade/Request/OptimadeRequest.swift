import OptimadeAPI
package import RutileStore

/// A request as it comes from HTTP, with nothing decoded.
package struct OptimadeRequest: Sendable {
    /// As HTTP writes it: `GET`.
    package let method: String
    /// The path below the unversioned base URL, still encoded, with a slash in front; a version may come first.
    package let path: String
    /// The query part without its `?`, still encoded; empty where there is none.
    package let query: String
    /// The `Accept` header; absent where there is none.
    package let accept: String?
    /// The public address of the unversioned base URL, as the request was addressed.
    package let baseURL: String
    /// Uploads whose entries the caller may see.
    package let visible: VisibleUploads

    /// A request. What may stand in no URL is escaped in `path` and `query`.
    package init(
        method: String = "GET", path: String, query: String = "", accept: String? = nil, baseURL: String,
        visible: VisibleUploads = .all
    ) {
        self.method = method
        self.path = PercentCoding.cleaned(path)
        self.query = PercentCoding.cleaned(query)
        self.accept = accept
        self.baseURL = baseURL
        self.visible = visible
    }
}
