import RutileModel

/// Why an archive file could not be read or written.
///
/// Offsets count from the start of the file (or of the bytes in memory) and say where reading stopped.
package enum ArchiveError: Error, Equatable {
    /// The file cannot be opened, mapped or is no regular file.
    case cannotOpen(path: String, reason: String)
    /// The file cannot be written, flushed or renamed.
    case cannotWrite(path: String, reason: String)
    /// The file cannot be written since the medium is full.
    case full(path: String)
    /// The first bytes are those of no archive format.
    case unknownFormat(offset: Int)
    /// A value goes on after the end of what holds it.
    case truncated(offset: Int, end: Int)
    /// A position in a table of contents, header or address lies outside of what it points into.
    case positionOutOfBounds(start: Int, end: Int, limit: Int)
    /// Two members or children that must follow one another overlap.
    case overlapping(offset: Int)
    /// Something else stands where the format wants `expected`.
    case unexpected(offset: Int, expected: String)
    /// A value ends before or after the place that the table of contents states.
    case lengthMismatch(offset: Int, stated: Int, found: Int)
    /// A text, or the key of an object, is not valid UTF-8 from this byte on.
    case invalidUTF8(offset: Int)
    /// The key of an object is no text.
    case keyIsNotText(offset: Int)
    /// Values, or files within files, are nested more deeply than ``ArchiveLimits`` allows.
    case nestedTooDeeply(limit: Int)
    /// A segment or upload name that is no plain file name.
    case unsafeName(String)
    /// One entry was written twice into one segment or file.
    case duplicateEntry(String)
    /// The file's content is not a set of entries by id, so it has no members to convert.
    case notByEntry
    /// A step of an archive path leads nowhere.
    case noSuchPath(String)
}

extension ArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path): cannot be opened: \(reason)"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        case .full(let path): "\(path): cannot be written: the medium is full"
        case .unknownFormat(let offset): "byte \(offset): no archive file begins here"
        case .truncated(let offset, let end): "byte \(offset): a value goes on beyond its end at byte \(end)"
        case .positionOutOfBounds(let start, let end, let limit):
            "positions \(start)..<\(end) lie outside of what they point into, which ends at byte \(limit)"
        case .overlapping(let offset): "byte \(offset): overlaps what comes before it"
        case .unexpected(let offset, let expected): "byte \(offset): expected \(expected)"
        case .lengthMismatch(let offset, let stated, let found):
            "byte \(offset): a value of \(found) bytes where the table of contents states \(stated)"
        case .invalidUTF8(let offset): "byte \(offset): not valid UTF-8"
        case .keyIsNotText(let offset): "byte \(offset): the key of an object is no text"
        case .nestedTooDeeply(let limit): "nested more than \(limit) levels deep"
        case .unsafeName(let name): "\(name.debugDescription) cannot be the name of a file"
        case .duplicateEntry(let id): "entry \(id) was written twice"
        case .notByEntry: "the content is not a set of entries by id"
        case .noSuchPath(let path): "\(path): no such place in the archive"
        }
    }
}

/// Bounds on what a hostile file can ask for.
package enum ArchiveLimits {
    /// Objects and lists within one another. Somewhat more than a JSON file may have, so that all that was written
    /// can be read.
    package static let depth = 520
    /// Combined files within one another.
    package static let embedding = 16
}
