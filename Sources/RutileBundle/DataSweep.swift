package import RutileModel
package import RutileStore

/// Removes the files that crashes and replaced records left in a data directory.
///
/// `serve` and `import` sweep when they start.
package struct DataSweep<Records: RecordCatalogue>: Sendable {
    private let directory: DataDirectory
    private let records: Records

    /// A sweep of `directory`, whose records are `records`.
    package init(_ directory: DataDirectory, records: Records) {
        self.directory = directory
        self.records = records
    }

    /// Removes orphans, unless another process writes: then nothing is done, and a later sweep will do it.
    ///
    /// - Returns: the paths that were removed.
    /// - Throws: ``StoreError``.
    package func run(now: Timestamp = .now()) async throws -> [String] {
        guard let lock = try DataLock.sweeping(directory) else { return [] }
        defer { withExtendedLifetime(lock) {} }
        let retired = try await records.retiredSegments()
        let search = try await OrphanSearch(directory, records.snapshot(), retired: retired, now: now)
        for path in search.orphans { try FileTree.remove(path) }
        try await records.forget(Set(retired.keys).subtracting(search.retiring))
        return search.orphans
    }
}
