import OptimadeAPI
import RutileJSON

/// An entry of one of several databases: `<database id>/<local id>`.
struct EntryName: Hashable {
    /// Position of the database.
    let database: Int
    /// Its own id of the entry.
    let local: String

    /// Reads `text`; of several databases whose ids it begins with, the longest id counts. `nil` where it begins with
    /// none.
    init?(_ text: String, among databases: [GatewayDatabase]) {
        let fitting = databases.indices.filter { text.utf8.starts(with: databases[$0].prefix.utf8) }
        guard let best = fitting.max(by: { databases[$0].id.utf8.count < databases[$1].id.utf8.count }) else {
            return nil
        }
        database = best
        local = String(Substring(text.utf8.dropFirst(databases[best].prefix.utf8.count)))
    }
}

extension String {
    /// Escaped as one segment, or several, of a path: slashes stay.
    var pathEncoded: String {
        utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { PercentCoding.encoded(String(Substring($0))) }.joined(separator: "/")
    }
}
