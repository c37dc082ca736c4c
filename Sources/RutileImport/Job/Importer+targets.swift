import Glibc
import RutileModel
import RutileStore

extension Importer {
    /// What the paths of `request` are to become, in their order: all of it is known before any of it is imported.
    ///
    /// - Throws: ``ImportError``, ``StoreError``, `CancellationError`.
    func targets(of request: ImportRequest, author: UserID) async throws -> [ImportTarget] {
        if let upload = request.upload, !request.isSent { try await check(upload) }
        let areOne = request.upload != nil || request.uploadName != nil
        var targets: [ImportTarget] = []
        var sources: [UploadID: String] = [:]
        for paths in areOne ? [request.paths] : request.paths.map({ [$0] }) {
            let target = try await target(paths, request, author: author)
            guard DataDirectory.isSafeFolder(of: target.upload) else {
                throw ImportError.unsafeUpload(target.upload.text)
            }
            if let first = sources.updateValue(target.source, forKey: target.upload) {
                throw ImportError.sameUpload(target.upload, first: first, second: target.source)
            }
            targets.append(target)
        }
        return targets
    }

    /// Checks that the upload `id`, which somebody named, exists or may be made.
    private func check(_ id: UploadID) async throws {
        guard DataDirectory.isSafeFolder(of: id) else { throw ImportError.unsafeUpload(id.text) }
        guard !id.isWellFormed else { return }
        guard try await records.uploads([id])[id] != nil else { throw ImportError.noSuchUpload(id) }
    }

    /// What `paths` are to become.
    private func target(_ paths: [String], _ request: ImportRequest, author: UserID) async throws -> ImportTarget {
        var scratch: [ScratchFolder] = []
        let excluded = realPath(directory.root)
        var raw = SourceTree()
        var archives = SourceTree()
        var isNOMADUpload = false
        for path in paths {
            guard let place = realPath(path) else { throw ImportError.noSuchPath(path) }
            if request.unpacks, FileTree.kind(of: place) == .file, PackedName.isPacked(place) {
                try await unpack(place, under: request.folder, into: &raw, &scratch)
            } else if let layout = NOMADLayout(place) {
                isNOMADUpload = true
                if let folder = layout.rawFolder { try raw.add(folder, under: request.folder, excluding: excluded) }
                for packed in layout.packedRaw { try await unpack(packed, under: request.folder, into: &raw, &scratch) }
                for file in layout.archiveFiles { try archives.add(file, excluding: nil) }
            } else {
                try raw.add(place, under: request.folder, excluding: excluded)
            }
        }
        let first = paths.first.flatMap(realPath) ?? ""
        let name = request.uploadName ?? name(of: first)
        var stated: UploadID?
        // Archives keep the id of their upload, where they are all that is imported.
        let archiveOnly = isNOMADUpload || raw.files.allSatisfy { SourceFormat(path: $0.path) == .archiveFile }
        if request.upload == nil, archiveOnly {
            stated = try await statedUpload(
                isNOMADUpload ? archives.files : raw.files, of: paths.joined(separator: ", "))
        }
        return ImportTarget(
            upload: request.upload ?? stated ?? UploadID(author: author, name: name), name: name, author: author,
            raw: raw, archives: archives, isStated: stated != nil, parsesRaw: !isNOMADUpload,
            isAddition: request.upload != nil, isSent: request.isSent, removals: request.removals,
            // Where files lie that were sent is nobody's business.
            source: (request.isSent ? paths.map(RutileImport.name(of:)) : paths).joined(separator: ", "),
            scratch: scratch)
    }

    private func unpack(
        _ path: String, under place: String, into tree: inout SourceTree, _ scratch: inout [ScratchFolder]
    ) async throws {
        let folder = try ScratchFolder(in: directory)
        scratch.append(folder)
        do {
            tree.add(try await parser.unpack(path, into: folder.path))
        } catch let failure as SourceFailure {
            tree.leaveOut(packed: path, failure)
            return
        }
        try tree.add(folder.path, under: place, excluding: nil)
    }

    /// The one upload that the archives name; `nil` where they name none.
    private func statedUpload(_ files: [SourceTree.File], of source: String) async throws -> UploadID? {
        let stated = try await blocking {
            var stated: Set<UploadID> = []
            for file in files {
                // A bad file is reported when it is read.
                if let archive = try? ArchiveFileSource(path: file.source) { stated.formUnion(archive.uploads) }
            }
            return stated
        }
        guard stated.count <= 1 else { throw ImportError.severalUploads(source) }
        return stated.first
    }
}

/// The folder of an upload of a NOMAD installation.
struct NOMADLayout {
    /// Raw files; absent where they are packed.
    let rawFolder: String?
    /// `raw-public.plain.zip` and the like.
    let packedRaw: [String]
    /// `archive/*.msg` or `archive-public-v1.2.msg.msg` and the like.
    let archiveFiles: [String]

    /// `nil` where the folder at `path` is not one.
    init?(_ path: String) {
        guard FileTree.kind(of: path) == .folder, let names = try? FileTree.names(in: path) else { return nil }
        func isFolder(_ name: String) -> Bool { FileTree.kind(of: path + "/" + name) == .folder }
        rawFolder = names.contains("raw") && isFolder("raw") ? path + "/raw" : nil
        packedRaw = names.filter { $0.hasPrefix("raw-") && $0.hasSuffix(".zip") }.map { path + "/" + $0 }
        var files = names.filter { $0.hasPrefix("archive-") && $0.hasSuffix(".msg") }.map { path + "/" + $0 }
        if names.contains("archive"), isFolder("archive"), let staged = try? FileTree.names(in: path + "/archive") {
            files += staged.filter { $0.hasSuffix(".msg") }.map { path + "/archive/" + $0 }
        }
        archiveFiles = files
        guard rawFolder != nil || !packedRaw.isEmpty, !files.isEmpty else { return nil }
    }
}

/// A folder for unpacked files; removed with the value.
final class ScratchFolder: Sendable {
    /// Where it is.
    let path: String

    /// Makes a folder in the data directory, on the file system where the files will stay.
    init(in directory: DataDirectory) throws {
        var generator = SystemRandomNumberGenerator()
        let token = String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
        path = directory.uploads + "/unpacked/" + token + DataDirectory.stagingSuffix
        try FileTree.makeFolder(path)
    }

    deinit {
        // What cannot be removed is swept later: an upload of this id is not known.
        try? FileTree.remove(path)
        unsafe rmdir(FileTree.parent(of: path))
    }
}
