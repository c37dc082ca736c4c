/// What `/versions` answers.
///
/// Source: OPTIMADE 1.2, "Versions Endpoint"; the first version is the one that the unversioned base URL serves.
package enum VersionsDocument {
    /// The media type of the text.
    package static let contentType = "text/csv; header=present"
    /// A header and one line per major version.
    package static let bytes = Array("version\n1\n".utf8)
}
