package import RutileModel
import RutileStore

extension Curation {
    /// Months that an embargo may last. Source: NOMAD 2.0.0.
    package static let embargoMonths = 0...36

    /// Publishes the upload `id` under an embargo of `embargo` months, or of those that are set: everybody can read it when
    /// the embargo is lifted, or at once where it is 0.
    package func publish(_ id: UploadID, embargo: Int? = nil, as caller: Caller) async throws -> UploadView {
        try checkEmbargo(embargo, at: ["embargo_length"])
        return try await deciding {
            let old = try await upload(id, for: caller, with: .publish)
            guard !old.isPublished else { throw CurationError.alreadyPublished(id) }
            try await checkIdle(old)
            guard old.process.status != .failure else { throw CurationError.failedProcessing(id) }
            let counts = try await records.entryCounts([id])[id] ?? EntryCounts()
            guard counts.processed > counts.failed else { throw CurationError.nothingToPublish(id) }
            var new = old
            new.publishTime = now()
            if let embargo { new.embargoLength = embargo }
            try await replace(old, by: new)
            return UploadView(upload: new, counts: counts)
        }
    }

    /// Ends the embargo of the published upload `id`.
    package func liftEmbargo(_ id: UploadID, as caller: Caller) async throws -> UploadView {
        try await deciding {
            let old = try await upload(id, for: caller, with: .liftEmbargo)
            guard old.isPublished else { throw CurationError.notPublished(id) }
            guard old.isEmbargoed else { throw CurationError.notEmbargoed(id) }
            var new = old
            new.embargoLength = 0
            try await replace(old, by: new)
            return try await view(new)
        }
    }

    /// Ends the embargoes whose time is over: nothing else does that.
    ///
    /// - Returns: their uploads, in the order of ids.
    package func liftExpiredEmbargoes(as caller: Caller) async throws -> [UploadID] {
        let now = now()
        let uploads = try await records.snapshot().allUploads()
        let expired = uploads.filter { $0.embargoEnd.map { $0 <= now } ?? false }.map(\.id).sorted()
        var lifted: [UploadID] = []
        for id in expired {
            do {
                _ = try await liftEmbargo(id, as: caller)
                lifted.append(id)
            } catch CurationError.notEmbargoed, CurationError.noUpload {
                // Somebody else was quicker.
            }
        }
        return lifted
    }

    /// Deletes the upload `id` with its entries and files, and takes its entries out of datasets. An upload that is being
    /// processed is deleted as well: what comes of its files is thrown away.
    ///
    /// - Returns: the upload as it was, at ``ProcessStatus/deleted``.
    package func delete(_ id: UploadID, as caller: Caller) async throws -> UploadView {
        try await deciding {
            let old = try await upload(id, for: caller, with: .delete)
            var view = try await view(old)
            var change = RecordChange(existing: .replace)
            change.expected.uploads = [old]
            change.removedUploads = [id]
            change.files = [
                .remove(directory.relative(directory.folder(of: id))),
                .remove(directory.relative(IncomingFolder(of: id, in: directory).path)),
            ]
            let named = try await records.datasets(records.datasets(ofEntriesIn: id)).values
            if !named.isEmpty {
                let entries = Set(try await records.entries(of: id).map(\.id))
                for dataset in named {
                    var rest = dataset
                    rest.entries.removeAll { entries.contains($0) }
                    if rest != dataset { try add(rest, insteadOf: dataset, to: &change) }
                }
            }
            try await records.apply(change)
            view.upload.process.current = "delete_upload"
            view.upload.process.status = .deleted
            return view
        }
    }

    /// Writes `new` where `old` still stands.
    func replace(_ old: UploadRecord, by new: UploadRecord) async throws {
        var change = RecordChange(existing: .replace)
        change.expected.uploads = [old]
        change.uploads = [new]
        try await records.apply(change)
    }

    /// - Throws: ``CurationError/invalid(_:)`` where an embargo would be shorter or longer than one can be.
    func checkEmbargo(_ months: Int?, at place: [String]) throws(CurationError) {
        guard let months, !Self.embargoMonths.contains(months) else { return }
        let range = "\(Self.embargoMonths.lowerBound) to \(Self.embargoMonths.upperBound)"
        throw .invalid([.init(at: place, "an embargo lasts \(range) months, not \(months)")])
    }
}
