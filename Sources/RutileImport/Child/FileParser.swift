import RutileStore

/// Makes entries of files.
///
/// - Throws: ``SourceFailure`` when a file makes none, or `CancellationError`.
package protocol FileParser: Sendable {
    /// The entries of the file at `path`, in its order.
    func entries(of path: String, format: SourceFormat) async throws -> FileEntries
    /// Unpacks the zip or tar file at `path` into the folder `destination`, which exists and is empty.
    func unpack(_ path: String, into destination: String) async throws -> UnpackReport
}

extension FileParser {
    /// The entries of the text file at `path`; of formats whose readers are our own without detour.
    func read(_ path: String, _ format: SourceFormat) async throws -> FileEntries {
        format.isForeign
            ? try await entries(of: path, format: format)
            : try await blocking { try InProcessParser.entries(of: path, format: format) }
    }
}

/// Reads files in this process. For formats whose readers are our own, for tests, and inside ``ParseService``.
package struct InProcessParser: FileParser {
    /// A parser without state.
    package init() {}

    package func entries(of path: String, format: SourceFormat) async throws -> FileEntries {
        try Self.entries(of: path, format: format)
    }

    package func unpack(_ path: String, into destination: String) async throws -> UnpackReport {
        try Unpacker.unpack(path, into: destination)
    }

    /// The entries of the file at `path`; blocks while it reads.
    static func entries(
        of path: String, format: SourceFormat, symmetryLimit: Int = CrystalSymmetry.largestSiteCount
    ) throws(SourceFailure) -> FileEntries {
        let bytes = try PackedFile.content(of: path, limit: format.largestFile)
        return try format.entries(in: bytes, symmetryLimit: symmetryLimit)
    }
}
