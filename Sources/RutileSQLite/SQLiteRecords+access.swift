import GRDB
import RutileStore

extension SQLiteRecords {
    /// Runs `body` over one committed state.
    ///
    /// - Throws: ``StoreError``, or `CancellationError`.
    func read<Result: Sendable>(_ body: @Sendable @escaping (Database) throws -> Result) async throws -> Result {
        do {
            return try await pool.read(body)
        } catch {
            throw try StoreError.unlessCancelled(error)
        }
    }

    /// Runs `body`, each statement of which sees a committed state, but not all of them the same one.
    ///
    /// For short reads: the beginning and the end of a transaction take as long as they do.
    func readWithoutTransaction<Result: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.unsafeRead(body)
        } catch {
            throw try StoreError.unlessCancelled(error)
        }
    }

    /// Runs `body` in one transaction that is durable when the call returns.
    ///
    /// A change that has begun is finished: cancellation is looked for only before, so that it always means that
    /// nothing was written.
    func write<Result: Sendable>(_ body: @Sendable @escaping (Database) throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        let task = Task { [pool] in
            try await pool.writeWithoutTransaction { database in
                var result: Result?
                try database.inTransaction(.immediate) {
                    do {
                        result = try body(database)
                    } catch let error as DatabaseError {
                        // Before the commit: nothing of it will count.
                        throw StoreError(storing: error)
                    }
                    return .commit
                }
                guard let result else { preconditionFailure("the transaction ran its body") }
                return result
            }
        }
        do {
            return try await task.value
        } catch let error as DatabaseError where error.resultCode == .SQLITE_IOERR {
            // Where it is the commit that fails, what was written may count when the file is opened again.
            throw StoreError.unfinished("\(StoreError(storing: error))")
        } catch {
            throw try StoreError.unlessCancelled(error)
        }
    }
}

extension StoreError {
    /// `error` of the database as an error of the store. No stored value shows in it.
    init(storing error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_READONLY:
            self = .medium("the records cannot be written to")
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .full("SQLite: \(error.message ?? "full")")
        case let error as DatabaseError:
            self = .medium("SQLite: \(error.message ?? "error") (\(error.extendedResultCode.rawValue))")
        case is DamagedColumn: self = .medium("SQLite: a row is damaged")
        default: self = .medium("SQLite: \(error)")
        }
    }

    /// As ``init(storing:)``, but lets a cancellation through.
    fileprivate static func unlessCancelled(_ error: any Error) throws -> StoreError {
        if let cancellation = error as? CancellationError { throw cancellation }
        return StoreError(storing: error)
    }
}
