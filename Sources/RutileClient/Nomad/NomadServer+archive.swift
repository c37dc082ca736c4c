import OptimadeAPI

extension NomadServer {
    /// The document that holds the whole archive of one entry, `{"data": {"entry_id", "upload_id", "archive"}}`; `nil`
    /// where there is none that may be read.
    ///
    /// - Parameter admit: told of the size of each piece that comes; the rest is not read where it throws.
    /// - Throws: ``ClientError``, `CancellationError`, or what `admit` throws.
    package func archiveDocument(of entry: String, _ admit: (Int) throws -> Void) async throws -> [UInt8]? {
        // In a path these are no names.
        guard !["", ".", ".."].contains(entry) else { return nil }
        var body: [UInt8] = []
        do {
            try await bytes("/entries/\(PercentCoding.encoded(entry))/archive", nil) { piece in
                try admit(piece.count)
                body += piece
            }
        } catch let error as ClientError where error.code == .notFound || error.code == .notAllowed {
            return nil
        }
        return body
    }
}
