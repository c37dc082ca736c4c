import RutileJSON
package import RutileModel
import RutileStore
import Synchronization

/// What somebody says of an upload that they send.
package struct NewUpload: Sendable {
    /// Absent where it is called as its one file.
    package var name: String?
    /// Months.
    package var embargo: Int
    /// Whether it is published as soon as its entries are well.
    package var publishes: Bool
    /// Whether packed files are unpacked; else they stay as they are.
    package var unpacks = true

    /// An upload with all defaults.
    package init(name: String? = nil, embargo: Int = 0, publishes: Bool = false) {
        self.name = name
        self.embargo = embargo
        self.publishes = publishes
    }
}

/// How files are added to an upload.
package struct UploadAddition: Hashable, Sendable {
    /// The folder of the upload that they are put in; empty for the upload itself.
    package var folder: String
    /// Whether packed files are unpacked; else they stay as they are.
    package var unpacks = true
    /// Whether files that are there already are replaced.
    package var overwrites = true
    /// Files and folders of the upload that go, with what is in them; the empty path is all of it.
    var removals: [String] = []

    /// An addition to `folder` with all defaults.
    package init(folder: String = "") { self.folder = folder }
}

/// Takes in what people send: receives files, makes the upload's record, and leaves the rest to the ``UploadQueue``.
package final class UploadDesk: Sendable {
    /// What may be sent.
    package struct Limits: Sendable {
        /// Bytes of one request.
        package var bytes: Int
        /// Unpublished uploads of one author.
        package var unpublished: Int

        /// Both limits.
        package init(bytes: Int = 32 << 30, unpublished: Int = 10) {
            self.bytes = bytes
            self.unpublished = unpublished
        }
    }

    private let curation: Curation
    private let queue: UploadQueue
    private let limits: Limits
    /// New uploads of each author that are being received.
    private let coming = Mutex<[UserID: Int]>([:])

    /// A desk whose uploads are processed by `queue`.
    package init(_ curation: Curation, queue: UploadQueue, limits: Limits = Limits()) {
        self.curation = curation
        self.queue = queue
        self.limits = limits
    }

    /// Begins to receive a new upload of `caller`.
    ///
    /// - Throws: ``CurationError``, `StoreError`.
    package func receive(_ new: NewUpload, as caller: Caller) async throws -> IncomingUpload {
        let author = try curation.user(caller)
        try curation.checkEmbargo(new.embargo, at: ["embargo_length"])
        if let name = new.name, let fault = TextLimit.fault(in: name, limit: TextLimit.name) {
            throw CurationError.invalid([.init(at: ["upload_name"], fault)])
        }
        // Counted before the others are, so that of two who come at once one sees the other.
        coming.withLock { $0[author, default: 0] += 1 }
        let release = { @Sendable [self] in
            coming.withLock { $0[author] = $0[author].flatMap { $0 > 1 ? $0 - 1 : nil } }
        }
        do {
            if !caller.isAdmin { try await checkNumber(of: author) }
            return try await IncomingUpload(
                .new(new, author: author), in: curation.directory, limit: limits.bytes, release: release)
        } catch {
            release()
            throw error
        }
    }

    /// Begins to receive files that are added to the upload `id`.
    package func receive(
        _ addition: UploadAddition, into id: UploadID, as caller: Caller
    ) async throws -> IncomingUpload {
        let folder = addition.folder
        guard folder.isEmpty || DataDirectory.isSafePath(folder) else {
            throw CurationError.invalid([.init(at: ["path"], "“\(folder)” cannot be the path of a folder")])
        }
        let upload = try await curation.upload(id, for: caller, with: .changeFiles)
        try await curation.checkIdle(upload)
        return try await IncomingUpload(
            .addition(id, addition, caller: caller), in: curation.directory, limit: limits.bytes, release: {})
    }

    /// Lets the file or folder at `path` of the upload `id` go, with the entries that were made of it: in the background,
    /// as files are imported. The empty path stands for all files.
    ///
    /// - Returns: the upload as it stands now.
    package func remove(_ path: String, from id: UploadID, as caller: Caller) async throws -> UploadView {
        var change = UploadAddition()
        change.removals = [path]
        return try await accept(receive(change, into: id, as: caller))
    }

    /// Takes over what was received, which is processed from now on. Without any file there is nothing to process.
    ///
    /// - Returns: the upload as it stands now.
    package func accept(_ incoming: IncomingUpload) async throws -> UploadView {
        switch incoming.purpose {
        case .new(let new, let author): try await accept(incoming, as: new, of: author)
        case .addition(let id, let addition, let caller): try await accept(incoming, addition, into: id, as: caller)
        }
    }

    /// Deletes the upload `id`, as ``Curation/delete(_:as:)`` does, after work on its files has been broken off.
    package func delete(_ id: UploadID, as caller: Caller) async throws -> UploadView {
        _ = try await curation.upload(id, for: caller, with: .delete)
        await queue.cancel(id)
        do {
            let view = try await curation.delete(id, as: caller)
            // Files that were accepted in between may be at work.
            await queue.cancel(id)
            return view
        } catch {
            queue.add(id)
            throw error
        }
    }

    private func accept(_ incoming: IncomingUpload, as new: NewUpload, of author: UserID) async throws -> UploadView {
        let id = UploadID(RandomText.id())
        let names = await incoming.names
        let given = await incoming.givenNames
        let name = new.name ?? (given.count == 1 ? given[0] : nil)
        var upload = UploadRecord(id: id, name: name, createTime: curation.now(), mainAuthor: author)
        upload.embargoLength = new.embargo
        var change = RecordChange(existing: .refuse)
        let job = UploadJob(
            upload: id, names: names, unpacks: new.unpacks, publishes: new.publishes, in: curation.directory)
        if !names.isEmpty {
            upload.process = UploadQueue.pending
            try await incoming.finish(job)
            change.files = [move(incoming, for: id)]
        }
        change.uploads = [upload]
        try await apply(change, handingOver: incoming, to: id)
        return UploadView(upload: upload, counts: EntryCounts())
    }

    private func accept(
        _ incoming: IncomingUpload, _ addition: UploadAddition, into id: UploadID, as caller: Caller
    ) async throws -> UploadView {
        let names = await incoming.names
        guard !names.isEmpty || !addition.removals.isEmpty else {
            throw CurationError.invalid([.init(at: [], "there is no file")])
        }
        try await incoming.finish(
            UploadJob(
                upload: id, names: names, folder: addition.folder, unpacks: addition.unpacks,
                removals: addition.removals,
                in: curation.directory))
        return try await curation.deciding {
            // Much may have happened while the files came.
            let old = try await curation.upload(id, for: caller, with: .changeFiles)
            try await curation.checkIdle(old)
            try await checkPresence(of: addition.removals, in: id)
            if !addition.overwrites { try await checkAbsence(of: names, addition, in: id) }
            var new = old
            new.process = UploadQueue.pending
            var change = RecordChange(existing: .replace)
            change.expected.uploads = [old]
            change.processes = [id: new.process]
            change.files = [move(incoming, for: id)]
            try await apply(change, handingOver: incoming, to: id)
            return try await curation.view(new)
        }
    }

    /// Applies `change`, whose files, if it has some, are those of `incoming`: they are the records' from then on, and
    /// the queue's.
    private func apply(
        _ change: RecordChange, handingOver incoming: IncomingUpload, to upload: UploadID
    ) async throws {
        do {
            try await curation.records.apply(change)
        } catch StoreError.unfinished(let reason) {
            await incoming.handOver()
            queue.add(upload)
            throw StoreError.unfinished(reason)
        }
        if !change.files.isEmpty {
            await incoming.handOver()
            queue.add(upload)
        }
    }

    /// - Throws: ``CurationError/noFile(_:)`` where the upload has nothing at one of `paths`.
    private func checkPresence(of paths: [String], in id: UploadID) async throws {
        let raw = curation.directory.rawFolder(of: id)
        let absent = try await blocking {
            paths.first { path in
                !path.isEmpty && (!DataDirectory.isSafePath(path) || FileTree.kind(of: raw + "/" + path) == nil)
            }
        }
        if let absent { throw CurationError.noFile(absent) }
    }

    /// - Throws: ``CurationError/fileExists(_:)`` where one of `names` is in the upload already, and
    ///   ``CurationError/invalid(_:)`` where that cannot be known.
    private func checkAbsence(of names: [String], _ addition: UploadAddition, in id: UploadID) async throws {
        if addition.unpacks, names.contains(where: PackedName.isPacked) {
            throw CurationError.invalid([
                .init(at: ["overwrite_if_exists"], "it cannot be false for files that are unpacked")
            ])
        }
        let raw = curation.directory.rawFolder(of: id)
        let paths = names.map { addition.folder.isEmpty ? $0 : addition.folder + "/" + $0 }
        let present = try await blocking { paths.first { FileTree.kind(of: raw + "/" + $0) != nil } }
        if let present { throw CurationError.fileExists(present) }
    }

    private func move(_ incoming: IncomingUpload, for id: UploadID) -> FileChange {
        .move(
            from: curation.directory.relative(incoming.folder.path),
            to: curation.directory.relative(IncomingFolder(of: id, in: curation.directory).path))
    }

    private func checkNumber(of author: UserID) async throws {
        let own = try await curation.records.uploads(of: Caller(user: author, isAdmin: false, groups: []))
            .count { $0.mainAuthor == author && !$0.isPublished }
        guard own + coming.withLock({ $0[author] ?? 0 }) <= limits.unpublished else {
            throw CurationError.tooManyUploads(limit: limits.unpublished)
        }
    }
}
