import ArgumentParser
import RutileCuration
import RutileImport
import RutileJSON
import RutileModel
import RutileSQLite
import RutileStore

/// What commands that curate a data directory share.
enum Curating {
    /// Runs `body` with the operations of the directory that `data` names; what goes wrong ends the command with a word
    /// about it.
    ///
    /// - Parameter create: whether the directory is made where there is none.
    static func run(
        in data: DataOption, create: Bool = true, _ body: (Curation, SQLiteRecords) async throws -> Void
    ) async throws {
        do {
            let records = try SQLiteRecords(data.directory, create: create)
            try await body(Curation(records: records, directory: data.directory), records)
        } catch let error as CurationError {
            throw ExitCode.after(saying: error.lines)
        } catch let error as StoreError {
            throw ExitCode.after(saying: ["\(error)"])
        }
    }

    /// Prints `value` as JSON for people and programs.
    static func print(_ value: Value) {
        var writer = JSONWriter(pretty: true)
        writer.value(value)
        Swift.print(writer.text)
    }
}

extension Caller {
    /// Whoever works on the data directory itself.
    static let `operator` = Caller(user: ImportRequest.localAuthor, isAdmin: true, groups: [])
}

extension SQLiteRecords {
    /// The id of the user with this id or username.
    ///
    /// - Throws: ``CurationError/noUser(_:)``, `StoreError`.
    func userID(_ name: String) async throws -> UserID {
        if let user = try await users([UserID(name)])[UserID(name)] { return user.id }
        guard let user = try await user(named: name) else { throw CurationError.noUser(name) }
        return user.id
    }
}

extension Curation {
    /// The dataset with this id, or the one with this name.
    func dataset(called name: String) async throws -> DatasetRecord {
        var list = DatasetList()
        list.name = name
        let named = try await datasets(list, page: Page(size: 2)).datasets
        if named.count == 1 { return named[0] }
        do {
            return try await dataset(DatasetID(name))
        } catch CurationError.noDataset where named.count > 1 {
            throw CurationError.invalid([.init(at: [], "several datasets are called “\(name)”: name one by its id")])
        }
    }
}

extension CurationError {
    /// What went wrong, for a terminal.
    fileprivate var lines: [String] {
        switch self {
        case .noUpload(let id): ["there is no upload \(id)"]
        case .noDataset(let id): ["there is no dataset “\(id)”"]
        default: description.split(separator: "\n").map(String.init)
        }
    }
}
