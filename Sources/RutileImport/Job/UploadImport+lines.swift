import Glibc
import OptimadeAPI
import RutileJSON
import RutileModel
import RutileStore

extension UploadImport {
    /// Reads a file of OPTIMADE lines, which uses all of the machine by itself.
    func readLines(_ work: ImportWork, _ reader: FileReader, progress: (Int) -> Void) async throws {
        let path = work.file.path
        let prepared: (isCurrent: Bool, digest: String)?
        do {
            prepared = try await reader.prepare(work)
        } catch let failure as SourceFailure {
            hasOtherLines = true
            return try take(ReadResult(work: work, isCurrent: false, drafts: [], failure: failure, isUnread: true))
        }
        guard let (isCurrent, digest) = prepared else {
            hasOtherLines = true
            return try take(FileReader.unchanged(work, work.entries))
        }
        let file = try LinesImport(
            mainfile: path, digest: digest, maker: maker, directory: services.directory,
            token: "\(now.microseconds)-\(getpid())-\(lines.count)", isKept: !ledger.isRefused)
        do {
            try await file.read(stage.staged(path), width: services.width, progress: progress)
            // A file of nothing but bad lines is a bad file.
            if file.count == 0 { throw file.failures.items.first ?? SourceFailure("it holds no entries") }
        } catch let foreign as ForeignLines where target.raw.files.count > 1 && work.entries.isEmpty {
            // Among other files it may be any log that is called so.
            _ = foreign
            return try take(ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: nil))
        } catch let foreign as ForeignLines {
            return try take(ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: foreign.failure))
        } catch let failure as SourceFailure {
            hasOtherLines = true
            return try take(ReadResult(work: work, isCurrent: isCurrent, drafts: [], failure: failure))
        }
        ledger.record(path, lines: file.failures)
        let missing = work.entries.filter { !file.holds($0.id) }
        let isPartlyRead = !file.failures.items.isEmpty
        if isCurrent, file.added == 0, missing.isEmpty || isPartlyRead {
            hasOtherLines = true
            return try take(FileReader.unchanged(work, work.entries))
        }
        if isPartlyRead, !missing.isEmpty {
            // Nobody knows whether they are gone, or stand on the lines that cannot be read.
            keptEntries.formUnion(missing.map(\.id))
            hasOtherLines = true
        }
        lines.append(file)
        let outcome =
            work.entries.isEmpty
            ? nil
            : FileOutcome.replaced(
                added: file.added, updated: file.known.updated, unchanged: file.known.unchanged)
        settle(
            work, isCurrent: isCurrent, isRaw: true, entries: file.count,
            warnings: try await doubles(of: file) + conflicts(of: file) + file.warnings, outcome: outcome)
    }

    /// Warnings of properties that `file` defines otherwise than another upload does.
    private func conflicts(of file: LinesImport) async throws -> [String] {
        let new = file.properties
        guard !new.isEmpty else { return [] }
        let others = try await services.records.propertyDefinitions().filter { !existingProperties.contains($0) }
        return new.filter { property in
            others.contains { other in
                guard other.entryType.hasSameUTF8(as: property.entryType), other.name.hasSameUTF8(as: property.name),
                    let first = try? PropertyDefinition(other.name, of: other.entryType, json: other.definition),
                    let second = try? PropertyDefinition(
                        property.name, of: property.entryType, json: property.definition)
                else { return false }
                return !first.agrees(with: second)
            }
        }.map { "\($0.name) of \($0.entryType) has another type or unit in another upload; searches know one of both." }
    }
}
