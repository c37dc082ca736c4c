import RutileClient

/// What one database is asked, in its own words.
struct DatabasePlan: Hashable, Sendable {
    /// Absent where nothing of the database can match.
    let request: ListingRequest?
    /// The properties that its list is to be ordered by; without those that it does not have.
    let sortNames: [String]
    /// Properties that the question names and that the database does not have: no entry of it has a value of them.
    let lacks: [String]
}
