extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .newerSchema(let found, let known):
            "the data directory was made by a later version of Rutile (tables \(found), this version knows \(known))"
        case .alreadyExists(let kind, let id): "the \(kind) \(id) exists already"
        case .missing(let kind, let id): id.isEmpty ? "the \(kind) is missing" : "the \(kind) \(id) is missing"
        case .changed(let kind, let id): "the \(kind) \(id) has changed meanwhile"
        case .medium(let reason), .full(let reason): reason
        case .unfinished(let reason): "the change is made, but not all of its files are in their places: \(reason)"
        }
    }
}
