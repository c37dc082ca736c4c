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
    /// What cannot be removed stays for a later sweep: a process that a killed server has left may still be unpacking
    /// there, for which nobody should have to wait.
    ///
    /// - Returns: the paths that were removed.
    /// - Throws: ``StoreError``.
    package func run(now: Timestamp = .now()) async throws -> [String] {
        guard let lock = try DataLock.sweeping(directory) else { return [] }
        defer { withExtendedLifetime(lock) {} }
        let retired = try await records.retiredSegments()
        let search = try await OrphanSearch(directory, records.snapshot(), retired: retired, now: now)
        var removed: [String] = []
        for path in search.orphans {
            do {
                try FileTree.remove(path)
                removed.append(path)
            } catch {
                continue
            }
        }
        try await records.forget(Set(retired.keys).subtracting(search.retiring))
        return removed
    }
}
