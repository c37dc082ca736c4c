package import RutileJSON
package import RutileModel

/// What every document tells about the request and the answer besides the data.
///
/// Source: OPTIMADE 1.2, "JSON Response Schema: Common Fields".
package struct DocumentHead: Sendable {
    package let settings: OptimadeSettings
    /// The unversioned base URL, without a slash at the end.
    package let baseURL: String
    /// What stands between the base URL and the endpoint: `/v1`, or nothing.
    package let version: String
    /// The request behind the base URL: path and query, with a slash in front.
    package let representation: String
    /// When the request was answered.
    package let time: Timestamp
    /// Entries that match, before paging; absent where nothing is counted.
    package var dataReturned: Int?
    /// Entries that there are; absent where nothing is counted.
    package var dataAvailable: Int?
    /// Whether entries follow that are not in the document.
    package var moreDataAvailable = false
    /// The `id` of the last entry; absent where there are none.
    package var lastID: String?
    package var warnings: [OptimadeWarning] = []
    /// Further members of `meta`; their names begin with the provider's prefix, or are counts that are not known.
    package var more = ObjectValue()
    package var links = PageLinks()

    /// The head of an answer to `representation`.
    package init(
        settings: OptimadeSettings, baseURL: String, version: String, representation: String, time: Timestamp
    ) {
        self.settings = settings
        self.baseURL = baseURL
        self.version = version
        self.representation = representation
        self.time = time
    }

    /// The address of `path`, which has a slash in front, below the base URL that was asked.
    package func address(_ path: String) -> String { baseURL + version + path }

    /// The address of the OpenAPI document.
    package var schema: String { baseURL + "/v1" + Endpoint.openAPI.path }
}

/// Addresses of other pages. All are plain strings: some clients read nothing else.
package struct PageLinks: Hashable, Sendable {
    /// The page itself.
    package var itself: String?
    package var first: String?
    package var previous: String?
    /// Absent on the last page.
    package var next: String?
    package var last: String?

    /// No links.
    package init() {}
}
