package import RutileArchive
package import RutileStore

/// Why a bundle was not loaded or saved. Nothing was changed then, unless the store says `unfinished`.
package enum BundleError: Error, Equatable {
    /// The file is no JSON text. Line and column count from 1.
    case syntax(line: Int, column: Int, reason: String)
    /// What stands at `place`, a JSON pointer, is refused.
    case refused(place: String, reason: String)
    /// A record at `place`, a JSON pointer, has an id that exists already.
    case alreadyExists(place: String, kind: String, id: String)
    /// An archive could not be written or read.
    case archive(id: String, ArchiveError)
    /// Files or records could not be read or written.
    case store(StoreError)
}

extension BundleError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let line, let column, let reason): "line \(line), column \(column): \(reason)"
        case .refused(let place, let reason): "\(place.isEmpty ? "the bundle" : place): \(reason)"
        case .alreadyExists(let place, let kind, let id): "\(place): the \(kind) \(id) exists already"
        case .archive(let id, let error): "the archive of entry \(id): \(error)"
        case .store(let error): "\(error)"
        }
    }
}
