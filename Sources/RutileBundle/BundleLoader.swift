import RutileArchive
package import RutileJSON
package import RutileModel
package import RutileStore

/// Loads bundles into a data directory, each all or nothing.
///
/// Segments and raw files are written first, under names that nobody reads; then one transaction makes the records, and
/// the raw files take their places. A crash before the transaction leaves only files that the next sweep removes.
package struct BundleLoader<Records: RecordStore & RecordWriter>: Sendable {
    private let directory: DataDirectory
    private let records: Records
    private let checkPackage: @Sendable (_ package: Value, _ before: [Value]) throws -> Void
    private let checkHash: @Sendable (String) throws -> Void
    private let checkPassword: @Sendable (String) -> String?
    private let hash: @Sendable (String) throws -> String

    /// A loader into `directory`, whose records are `records`.
    ///
    /// - Parameters:
    ///   - checkPackage: throws when a package of definitions is not to be installed after those that stand before it in
    ///     the bundle; its error's text is shown.
    ///   - checkHash: throws when a text is no hash of a password.
    ///   - checkPassword: why a password in clear is refused, a phrase; `nil` when it is not.
    ///   - hash: makes a password's hash in PHC form.
    package init(
        into directory: DataDirectory, records: Records,
        checkPackage: @escaping @Sendable (_ package: Value, _ before: [Value]) throws -> Void = { _, _ in },
        checkHash: @escaping @Sendable (String) throws -> Void,
        checkPassword: @escaping @Sendable (String) -> String? = { _ in nil },
        hash: @escaping @Sendable (String) throws -> String
    ) {
        self.checkPackage = checkPackage
        self.directory = directory
        self.records = records
        self.checkHash = checkHash
        self.checkPassword = checkPassword
        self.hash = hash
    }

    /// Loads the bundle `text`. Ids are kept.
    ///
    /// With `replace`, records that exist already are replaced, an upload with all its entries and raw files; without,
    /// they refuse the load.
    /// - Returns: what was loaded.
    /// - Throws: ``BundleError``; nothing was changed then, unless the store says `unfinished`. What the password's hash throws.
    package func load(_ text: [UInt8], replace: Bool = false) async throws -> BundleSummary {
        do {
            let lock = try DataLock(writing: directory)
            defer { withExtendedLifetime(lock) {} }
            let contents = try BundleContents(text, checkPackage: checkPackage) { view, place in
                try UserRecord(view, at: place, checkHash: checkHash, checkPassword: checkPassword, hash: hash)
            }
            try await BundleReferences(contents, in: records).check(contents)
            let existing = Set(try await records.uploads(Set(contents.uploads.map(\.id))).keys)
            if !replace { try await refuseExisting(contents, uploads: existing) }
            var summary = BundleSummary(contents)
            summary.removed = try await removals(contents, replacing: existing)

            var staging = BundleStaging(directory)
            do {
                var change = try staging.change(for: contents, replacing: existing)
                change.existing = replace ? .replace : .refuse
                change.movesEntries = replace
                try await records.apply(change)
            } catch StoreError.unfinished(let reason) {
                throw StoreError.unfinished(reason)
            } catch {
                staging.discard()
                throw error
            }
            return summary
        } catch let error as StoreError {
            throw BundleError.store(error)
        }
    }

    /// What goes with the uploads that are replaced, and does not come again.
    private func removals(
        _ contents: BundleContents, replacing replaced: Set<UploadID>
    ) async throws -> BundleSummary.Removed {
        if replaced.isEmpty { return BundleSummary.Removed() }
        let all = try await records.entryCounts(replaced).values.map(\.total).reduce(0, +)
        let kept = try await records.entries(Set(contents.entries.map(\.record.id))).values
            .count { replaced.contains($0.upload) }
        var rawFiles = 0
        for upload in replaced {
            let folder = directory.rawFolder(of: upload)
            guard FileTree.kind(of: folder) != nil else { continue }
            let coming = Set((contents.rawFiles[upload] ?? []).map { UTF8Key($0.path) })
            rawFiles += try FileTree.files(below: folder).count { !coming.contains(UTF8Key($0)) }
        }
        return BundleSummary.Removed(entries: all - kept, rawFiles: rawFiles)
    }

    /// Finds the first record whose id exists already.
    private func refuseExisting(_ contents: BundleContents, uploads: Set<UploadID>) async throws {
        func refuse(_ kind: String, _ id: some Identifier, _ place: String) throws(BundleError) {
            throw .alreadyExists(place: place, kind: kind, id: id.text)
        }
        let users = try await records.users(Set(contents.users.map(\.id)))
        for (index, user) in contents.users.enumerated() where users[user.id] != nil {
            try refuse("user", user.id, "/users/\(index)")
        }
        let groups = try await records.groups(Set(contents.groups.map(\.id)))
        for (index, group) in contents.groups.enumerated() where groups[group.id] != nil {
            try refuse("group", group.id, "/groups/\(index)")
        }
        for (index, upload) in contents.uploads.enumerated() where uploads.contains(upload.id) {
            try refuse("upload", upload.id, "/uploads/\(index)")
        }
        let entries = try await records.entries(Set(contents.entries.map(\.record.id)))
        for entry in contents.entries where entries[entry.record.id] != nil {
            try refuse("entry", entry.record.id, entry.place)
        }
        let datasets = try await records.datasets(Set(contents.datasets.map(\.id)))
        for (index, dataset) in contents.datasets.enumerated() where datasets[dataset.id] != nil {
            try refuse("dataset", dataset.id, "/datasets/\(index)")
        }
    }
}

/// How much a bundle held.
package struct BundleSummary: Equatable, Sendable {
    package var users = 0
    package var groups = 0
    package var uploads = 0
    package var entries = 0
    package var datasets = 0
    package var packages = 0
    package var rawFiles = 0
    /// Numbers that are no JSON (`NaN`, infinities) and were read as null.
    package var replacedNumbers = 0
    /// What went with replaced uploads.
    package var removed = Removed()

    /// What was part of an upload that a bundle replaced, and is no part of the bundle.
    package struct Removed: Equatable, Sendable {
        package var entries = 0
        package var rawFiles = 0

        /// As many of each.
        package init(entries: Int = 0, rawFiles: Int = 0) {
            self.entries = entries
            self.rawFiles = rawFiles
        }

        /// Whether everything came again.
        package var isEmpty: Bool { self == Removed() }
    }

    /// Nothing.
    package init() {}

    init(_ contents: BundleContents) {
        users = contents.users.count
        groups = contents.groups.count
        uploads = contents.uploads.count
        entries = contents.entries.count
        datasets = contents.datasets.count
        packages = contents.packages.count
        rawFiles = contents.rawFiles.values.map(\.count).reduce(0, +)
        replacedNumbers = contents.replacedNumbers
    }
}

extension BundleSummary.Removed: CustomStringConvertible {
    package var description: String {
        [(entries, "entries"), (rawFiles, "raw files")].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            .joined(separator: ", ")
    }
}

extension BundleSummary: CustomStringConvertible {
    package var description: String {
        let counts = [
            (users, "users"), (groups, "groups"), (uploads, "uploads"), (entries, "entries"), (datasets, "datasets"),
            (packages, "packages"), (rawFiles, "raw files"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
