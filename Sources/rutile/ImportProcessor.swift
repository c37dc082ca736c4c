import Glibc
import RutileArchive
import RutileCuration
import RutileImport
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileStore

/// Imports what was sent over the network as `rutile import` imports files.
struct ImportProcessor: UploadProcessor {
    private let installation: Installation
    private let parser = ParsePool()

    /// A processor of uploads of `installation`.
    init(_ installation: Installation) { self.installation = installation }

    func process(
        _ job: UploadJob, author: UserID, conclude: @escaping @Sendable (UploadOutcome, inout RecordChange) -> Void
    ) async throws {
        let catalogue = DefinitionCatalogue(installed: try await installation.records.installedPackages())
        let importer = Importer(
            records: installation.records, directory: installation.directory, parser: parser,
            surveyor: DefinitionSurveyor(catalogue),
            // One core is left to those who ask.
            width: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)) - 1))
        var request = ImportRequest(paths: job.paths)
        request.upload = job.upload
        request.author = author.text
        request.folder = job.folder
        request.isSent = true
        request.unpacks = job.unpacks
        request.removals = job.removals
        request.conclude = { report, change in conclude(UploadOutcome(report), &change) }
        do {
            _ = try await importer.run(request)
        } catch ImportError.busy {
            throw UploadFailure.busy
        } catch let error as ImportError {
            throw Self.failure(error)
        } catch StoreError.full, ArchiveError.full {
            throw CurationError.noSpace
        }
    }

    /// `error` as far as it is for clients; the paths in it are not.
    private static func failure(_ error: ImportError) -> any Error {
        switch error {
        case .sameMainfile(let path, _, _): UploadFailure.refused("'\(path)' is there twice")
        case .severalUploads: UploadFailure.refused("the archives belong to several uploads")
        case .full: CurationError.noSpace
        default: error
        }
    }
}

extension UploadOutcome {
    /// What an import says of itself.
    fileprivate init(_ report: ImportReport) {
        let counts = report.entryCounts
        self.init(
            entries: counts.added + counts.updated + counts.unchanged,
            errors: report.skipped.map { path, failure in
                // Packed files that cannot be unpacked are named by where they lie, which is nobody's business.
                let name =
                    path.utf8.first == UInt8(ascii: "/") ? path.split(separator: "/").last.map(String.init) : path
                return "\(name ?? "")\(failure.line.map { ", line \($0)" } ?? ""): \(failure.reason)"
            },
            warnings: report.files.flatMap { file in file.warnings.map { "\(file.path): \($0)" } }
                + report.leftOut.filter { !$0.isBad }.map { "\($0.path): \($0.reason)" })
        if report.omittedBadLines > 0 { errors.append("… and \(report.omittedBadLines) more lines") }
    }
}
