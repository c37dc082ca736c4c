package import RutileModel
import Synchronization

/// The raw files in a data directory.
package final class RawFolders: RawFiles {
    private let directory: DataDirectory
    private let threads = OwnThreads("rutile.files", width: 4)
    /// Those of lists, which may take long: no file waits for them.
    private let listThreads = OwnThreads("rutile.folders", width: 2)

    /// The raw files in `directory`.
    package init(_ directory: DataDirectory) { self.directory = directory }

    package func items(at places: Set<RawPlace>) async throws -> [RawPlace: RawItem] {
        try await blocking(on: threads) { isCancelled in
            var items: [RawPlace: RawItem] = [:]
            for place in places {
                if isCancelled() { throw CancellationError() }
                items[place] = try self.item(at: place)
            }
            return items
        }
    }

    package func pages(_ requests: Set<RawPageRequest>, within limit: Int) async throws -> RawPages {
        try await blocking(on: listThreads) { isCancelled in
            var found = RawPages()
            for request in requests {
                guard let start = try self.item(at: request.place) else { continue }
                var listing = RawListing(effort: found.effort, limit: limit)
                if start.isFolder {
                    try self.list(request, into: &listing, isCancelled: isCancelled)
                } else {
                    try listing.add(Array(start.path.text.utf8), isFolder: false)
                }
                var items: [RawItem] = []
                for (path, isFolder) in listing.page(request.positions, isDescending: request.isDescending) {
                    if isCancelled() { throw CancellationError() }
                    let path = RawPath(names: [path])
                    if isFolder {
                        items.append(RawItem(path: path, size: nil))
                    } else if let item = try self.item(at: RawPlace(request.place.upload, path)) {
                        // One that has just been deleted has no size.
                        items.append(item)
                    }
                }
                found.pages[request] = RawPage(total: listing.total, items: items)
                found.effort = listing.effort
            }
            return found
        }
    }

    /// Opens the file at `place`; `nil` where there is none.
    package func open(_ place: RawPlace) async throws -> OpenFile? {
        try await blocking(on: threads) { _ in
            var names = place.path.names
            guard let name = names.popLast() else { return nil }
            return try self.open(names, of: place.upload)?.file(name)
        }
    }

    /// Up to `count` bytes of `file` from `offset` on.
    package func bytes(of file: OpenFile, at offset: Int, count: Int) async throws -> [UInt8] {
        try await blocking(on: threads) { _ in try file.bytes(at: offset, count: count) }
    }

    private func item(at place: RawPlace) throws(StoreError) -> RawItem? {
        var names = place.path.names
        guard let name = names.popLast() else { return RawItem(path: place.path, size: nil) }
        guard let folder = try open(names, of: place.upload), let (kind, size) = folder.status(of: name) else {
            return nil
        }
        switch kind {
        case .file: return RawItem(path: place.path, size: size)
        case .folder: return RawItem(path: place.path, size: nil)
        case .other: return nil
        }
    }

    /// The folder that `names` lead to, step by step: at none of them a link is followed.
    private func open(_ names: [String], of upload: UploadID) throws(StoreError) -> OpenFolder? {
        guard DataDirectory.isSafeFolder(of: upload), var folder = try OpenFolder.open(directory.rawFolder(of: upload))
        else { return nil }
        for name in names {
            guard let next = try folder.folder(name) else { return nil }
            folder = next
        }
        return folder
    }

    private func list(_ request: RawPageRequest, into listing: inout RawListing, isCancelled: () -> Bool) throws {
        let level = request.place.path.names.count
        let (deepest, overflow) = level.addingReportingOverflow(request.depth ?? .max)
        var waiting = [request.place.path]
        while let path = waiting.popLast() {
            let names = path.names
            // Deep folders are opened through all those above them.
            try listing.count(names.count / 16)
            guard let folder = try open(names, of: request.place.upload) else { continue }
            let prefix = names.isEmpty ? "" : path.text + "/"
            try folder.forEachName { name, kind in
                guard kind != .other else { return }
                if isCancelled() { throw CancellationError() }
                try listing.add(Array((prefix + name).utf8), isFolder: kind == .folder)
                if kind == .folder, overflow || names.count + 1 < deepest {
                    waiting.append(RawPath(names: [prefix + name]))
                }
            }
        }
    }

    /// Does `work` on one of `threads`. It asks from time to time whether anybody still waits for it.
    private func blocking<Found: Sendable>(
        on threads: OwnThreads, _ work: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Found
    ) async throws -> Found {
        let cancelled = Flag()
        return try await withTaskCancellationHandler {
            try await threads.run { try work { cancelled.isSet } }
        } onCancel: {
            cancelled.set()
        }
    }
}

/// Something that happens once.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
