import RutileJSON
import Synchronization

/// What came of asking for some archives.
struct BatchOutcome: Sendable {
    /// Archives by the numbers of their items, in the order of the items.
    var archives: [(number: Int, archive: Archive)] = []
    /// Items without an archive, and why.
    var failed: [(item: DownloadList.Item, failure: ClientError)] = []
}

extension ArchiveQuery {
    /// Asks for the archives of `items`, and for those that were left out once more. While the server is in trouble, it is
    /// asked again `retries` times, by default as often as its settings say.
    ///
    /// - Throws: ``ClientError`` where the server refuses whoever asks, whatever is asked; `CancellationError`.
    func archives(of items: [DownloadList.Item], retries: Int? = nil) async throws -> BatchOutcome {
        var found: [Int: Archive] = [:]
        var missing = items
        var failure: ClientError?
        while !missing.isEmpty, failure == nil {
            do {
                let new = try await answer(for: missing, retries: retries)
                found.merge(new) { first, _ in first }
                missing.removeAll { new[$0.number] != nil }
                if new.isEmpty {
                    failure = ClientError(.notFound, "the server gives no archive of it")
                }
            } catch let error as ClientError {
                if error.code == .notAllowed || error.code == .badAddress { throw error }
                failure = error
            }
        }
        var outcome = BatchOutcome()
        for item in items {
            if let archive = found[item.number] { outcome.archives.append((item.number, archive)) }
        }
        guard let failure else { return outcome }
        // It may be about one archive: what is required may not fit it, it has what JSON does not have, it is not found,
        // or the server fails over it. What failed to the end needs no patience in parts.
        let fails = failure.status == 500
        let isDivided = fails || failure.code == .refused || failure.code == .malformed || failure.status == 404
        if isDivided, missing.count > 1 {
            let half = missing.count / 2
            for part in [missing.prefix(half), missing.suffix(from: half)] {
                let inner = try await archives(of: Array(part), retries: fails ? 0 : retries)
                outcome.archives += inner.archives
                outcome.failed += inner.failed
            }
            outcome.archives.sort { $0.number < $1.number }
        } else {
            outcome.failed += missing.map { ($0, failure) }
        }
        return outcome
    }

    /// The archives that the server sends when it is asked for those of `items`, by their numbers.
    private func answer(for items: [DownloadList.Item], retries: Int?) async throws -> [Int: Archive] {
        var numbers: [UTF8Key: Int] = [:]
        for item in items { numbers[UTF8Key(item.entry.entryID)] = item.number }
        let ids = items.map { Value.string($0.entry.entryID) }
        let (document, bytes) = try await server.measured(
            "/entries/archive/query",
            body(
                ["entry_id:any": .list(ids)],
                ["pagination": ["page_size": .integer(Int64(ids.count))], "required": required]), retries: retries)
        guard let data = document.root["data"], data.kind == .list else {
            throw ClientError(.notUnderstood, "\(server.address) answered with no document that has archives")
        }
        var found: [Int: Archive] = [:]
        sizes.withLock { $0.learn(archives: data.count, bytes: bytes) }
        for item in data.items {
            // Some servers answer in another order, some leave entries out: only the id says what it is.
            guard let id = item["entry_id"]?.text, let number = numbers[UTF8Key(id)], found[number] == nil,
                let archive = item["archive"], archive.kind == .object
            else { continue }
            found[number] = Archive(entryID: id, uploadID: item["upload_id"]?.text ?? "", data: DataNode(archive))
        }
        return found
    }
}
