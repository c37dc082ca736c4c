import Foundation
import GRDB
import RutileJSON
import RutileModel
import RutileSQLite
import RutileStore
import RutileTestSupport
import Testing

struct SQLiteRecordsTests {
    private let folder: TemporaryDirectory
    private var directory: DataDirectory { DataDirectory(folder.path + "/data") }

    init() throws { folder = try TemporaryDirectory() }

    @Test(arguments: GatewayStoreContract.checks)
    func sqliteKeepsTheContractOfGatewayStores(_ check: GatewayStoreContract.Check) async throws {
        try await check.run(try SQLiteRecords(directory))
    }

    @Test(arguments: RecordStoreContract.checks)
    func sqliteRecordsKeepTheContract(_ check: RecordStoreContract.Check) async throws {
        try await check.run(try SQLiteRecords(directory))
    }

    @Test func recordsAreThereWhenTheFileIsOpenedAgain() async throws {
        try await SQLiteRecords(directory).apply(users("u-1", "u-2"))
        let users = try await SQLiteRecords(directory).users([UserID("u-1"), UserID("u-2")])
        #expect(users.count == 2)
    }

    @Test func onlyTheOwnerMayReadTheDataDirectory() throws {
        let records = try SQLiteRecords(directory)
        for (path, mode) in [
            (directory.root, 0o700), (directory.records, 0o600), (directory.records + "-wal", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? Int) == mode, "\(path)")
        }
        withExtendedLifetime(records) {}
    }

    @Test func aDataDirectoryThatMustExistIsNotMade() {
        #expect(throws: StoreError.self) { try SQLiteRecords(directory, create: false) }
        #expect(!FileManager.default.fileExists(atPath: directory.root))
    }

    @Test func aTokenOfAUserWhoIsGoneIsNobodys() async throws {
        let records = try SQLiteRecords(directory)
        try await records.apply(users("u-1"))
        try await records.add(SigningKey(id: "k", created: Timestamp(microseconds: 0), secret: [1]))
        let token = TokenRecord(
            id: TokenID("t"), user: UserID("u-1"), use: .login, key: "k", created: Timestamp(microseconds: 0),
            expires: Timestamp(microseconds: 9_000_000))
        try await records.issue([token], at: Timestamp(microseconds: 1))
        #expect(try await records.session(token.id)?.token == token)
        // As no command of this software does.
        try await DatabaseQueue(path: directory.records).write { try $0.execute(sql: "DELETE FROM user") }
        #expect(try await records.session(token.id) == nil)
    }

    @Test func recordsThatWereReadBeforeAreAsAnotherProcessHasLeftThem() async throws {
        let (reader, writer) = (try SQLiteRecords(directory), try SQLiteRecords(directory))
        let upload = UploadRecord(
            id: UploadID("up"), name: "first", createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u"))
        func entry(_ number: Int, parser: String) -> RecordChange.EntryWrite {
            RecordChange.EntryWrite(
                EntryRecord(
                    id: EntryID("e\(number)"), upload: upload.id, mainfile: "\(number)", parserName: parser,
                    createTime: Timestamp(microseconds: 0)))
        }
        var change = users("u")
        change.uploads = [upload]
        change.entries = (0..<3).map { entry($0, parser: "p") }
        try await writer.apply(change)
        let ids = Set((0..<4).map { EntryID("e\($0)") })
        func read(_ ids: Set<EntryID>) async throws -> [String] {
            let (entries, uploads) = try await reader.entriesWithUploads(ids)
            return (entries.values.map { "\($0.id) \($0.parserName)" } + uploads.values.map { $0.name ?? "" }).sorted()
        }
        for _ in 0..<2 { #expect(try await read([EntryID("e0"), EntryID("e1")]) == ["e0 p", "e1 p", "first"]) }
        #expect(try await read(ids) == ["e0 p", "e1 p", "e2 p", "first"])

        change = RecordChange(existing: .replace)
        change.entries = [entry(1, parser: "other"), entry(3, parser: "p")]
        change.removedEntries = [EntryID("e2")]
        var renamed = upload
        renamed.name = "second"
        change.uploads = [renamed]
        try await writer.apply(change)
        for _ in 0..<2 { #expect(try await read(ids) == ["e0 p", "e1 other", "e3 p", "second"]) }
        #expect(try await read([EntryID("e2")]) == [])
        #expect(try await read([EntryID("e1")]) == ["e1 other", "second"])
    }

    @Test func tablesOfALaterVersionAreRefused() async throws {
        _ = try SQLiteRecords(directory)
        try await DatabaseQueue(path: directory.records).write { try $0.execute(sql: "PRAGMA user_version = 99") }
        let error = #expect(throws: StoreError.self) { try SQLiteRecords(directory) }
        guard case .newerSchema(found: 99, known: _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Makes the tables what they were after so many steps.
    private func goBack(toStep last: Int) async throws {
        let undoing = [
            2: "DROP TABLE entry_document; DROP TABLE change_counter; DROP TABLE property",
            3: "CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN SELECT 1; END",
            4: "DROP TABLE missing_document",
            5: """
            DROP INDEX entry_by_time; DROP INDEX upload_with_members; DROP INDEX dataset_by_owner;
            DROP TABLE dataset_entry
            """,
            6: """
            DROP TABLE token; DROP TABLE signing_key; ALTER TABLE user DROP COLUMN is_disabled;
            CREATE TABLE secret (name TEXT)
            """,
            7: "DROP TABLE gateway_resource; DROP TABLE gateway_key",
            8: "ALTER TABLE gateway_resource DROP COLUMN response",
        ]
        try await DatabaseQueue(path: directory.records).write { database in
            for (step, sql) in undoing.sorted(by: { $0.key > $1.key }) where step > last {
                try database.execute(sql: sql)
            }
            try database.execute(sql: "PRAGMA user_version = \(last)")
        }
    }

    @Test func recordsOfAnEarlierVersionAreKept() async throws {
        try await SQLiteRecords(directory).apply(users("u-1"))
        try await goBack(toStep: 1)
        let records = try SQLiteRecords(directory)
        #expect(try await records.users([UserID("u-1")]).count == 1)
        #expect(try await records.documents(of: "structures", after: 0, limit: 1).isEmpty)
        #expect(try await records.changeNumber() == 0)
    }

    @Test func responsesOfQueriesOfAnEarlierVersionAreKept() async throws {
        func query(_ id: String, _ attributes: String, response: String? = nil) -> GatewayResource {
            GatewayResource(
                .queries, id: id, key: nil, attributes: Array(attributes.utf8),
                response: response.map { Array($0.utf8) }, made: Timestamp(microseconds: 1))
        }
        var records = try SQLiteRecords(directory)
        let old = [
            query("a", #"{"state":"finished","response":{"data":[1.50,"é"]},"endpoint":"structures"}"#),
            query("b", #"{"state":"created"}"#), query("c", "damaged"),
        ]
        for each in old { _ = try await records.insert(each, unlessSince: each.made) }
        try await goBack(toStep: 7)
        records = try SQLiteRecords(directory)
        let new = [
            query("a", #"{"state":"finished","endpoint":"structures"}"#, response: #"{"data":[1.50,"é"]}"#),
            old[1], old[2],
        ]
        #expect(try await records.resources(.queries, responses: true) == new)
    }

    @Test func entriesOfAnEarlierVersionLackDocumentsUntilTheyAreRenewed() async throws {
        var records = try SQLiteRecords(directory)
        var change = users("u-1")
        change.uploads = [
            UploadRecord(
                id: UploadID("up"), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u-1"))
        ]
        let ids = ["e-1", "e-2", "e-3"].map { EntryID($0) }
        let document = IndexDocument(type: "entries", json: [0x7B, 0x7D])
        change.entries = ids.map { id in
            let entry = EntryRecord(
                id: id, upload: UploadID("up"), mainfile: "m", parserName: "p", createTime: Timestamp(microseconds: 0))
            return RecordChange.EntryWrite(entry, documents: id == ids[1] ? [document] : [])
        }
        try await records.apply(change)
        // Nothing is missing where no earlier version has been.
        #expect(try await records.entries(lacking: "entries", after: nil, limit: 9).isEmpty)
        try await goBack(toStep: 3)
        records = try SQLiteRecords(directory)
        #expect(try await records.entries(lacking: "entries", after: nil, limit: 1) == [ids[0]])
        #expect(try await records.entries(lacking: "entries", after: ids[0], limit: 9) == [ids[2]])

        var renewal = RecordChange(existing: .replace)
        renewal.documents = [ids[0]: [document], ids[2]: [document], EntryID("nowhere"): [document]]
        try await records.apply(renewal)
        #expect(try await records.entries(lacking: "entries", after: nil, limit: 9).isEmpty)
        #expect(try await records.documents(of: "entries", after: 0, limit: 9).documents.count == 3)
        try await records.finishRenewal(of: "entries")
        #expect(try await records.entries(lacking: "structures", after: nil, limit: 9).isEmpty)
    }

    @Test func aTextWithNULIsRefusedBecauseSQLiteWouldCutIt() async throws {
        let records = try SQLiteRecords(directory)
        await #expect(throws: StoreError.self) { try await records.apply(users("u-1\0x")) }
        #expect(try await records.snapshot().allUsers().isEmpty)
    }

    @Test func manyConnectionsOpenAndWriteAtTheSameTime() async throws {
        let directory = directory
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask {
                    let records = try SQLiteRecords(directory)
                    for number in 0..<10 { try await records.apply(users("u-\(writer)-\(number)")) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await SQLiteRecords(directory).snapshot().allUsers().count == 60)
    }

    @Test func stagedFilesTakeTheirPlacesWithTheRecords() async throws {
        let records = try SQLiteRecords(directory)
        try FileTree.makeFolder(directory.root + "/staged.tmp")
        try FileTree.write([1], to: directory.root + "/staged.tmp/new")
        try FileTree.makeFolder(directory.root + "/place")
        try FileTree.write([2], to: directory.root + "/place/old")
        var change = users("u-1")
        change.files = [.move(from: "staged.tmp", to: "place")]
        try await records.apply(change)
        #expect(try FileTree.files(below: directory.root + "/place") == ["new"])
        #expect(try FileTree.names(in: directory.root).filter { $0.contains("staged") } == [])
    }

    @Test func aChangeWhoseFilesCannotMoveIsUnfinishedUntilTheyCan() async throws {
        let records = try SQLiteRecords(directory)
        try FileTree.write([1], to: directory.root + "/staged.tmp")
        try FileTree.write([2], to: directory.root + "/blocked")
        var change = users("u-1")
        change.files = [.move(from: "staged.tmp", to: "blocked/place")]
        let error = await #expect(throws: StoreError.self) { try await records.apply(change) }
        #expect(error.map { if case .unfinished = $0 { true } else { false } } == true)
        #expect(try await records.users([UserID("u-1")]).count == 1)
        #expect(FileTree.kind(of: directory.root + "/staged.tmp") == .file)
        // Others are not held up.
        try await records.apply(users("u-2"))
        await #expect(throws: StoreError.self) { try await records.finishFiles() }
        try FileTree.remove(directory.root + "/blocked")
        try await records.finishFiles()
        #expect(try FileTree.read(directory.root + "/blocked/place") == [1])
        try FileTree.write([2], to: directory.root + "/staged.tmp")
        // Nothing is left to be done.
        try await records.finishFiles()
        #expect(FileTree.kind(of: directory.root + "/staged.tmp") == .file)
    }

    @Test func theNextChangeWithFilesFinishesThoseOfTheOneBefore() async throws {
        let records = try SQLiteRecords(directory)
        try FileTree.write([1], to: directory.root + "/staged.tmp")
        try FileTree.write([2], to: directory.root + "/blocked")
        var change = users("u-1")
        change.files = [.move(from: "staged.tmp", to: "blocked/place")]
        _ = await #expect(throws: StoreError.self) { try await records.apply(change) }
        try FileTree.remove(directory.root + "/blocked")
        var next = users("u-2")
        next.files = [.remove("nothing")]
        try await records.apply(next)
        #expect(try FileTree.read(directory.root + "/blocked/place") == [1])
    }

    @Test func whatCannotBeRemovedIsLeftToTheSweep() async throws {
        let records = try SQLiteRecords(directory)
        // Paths this long cannot be named, only made by renaming what is around them.
        let long = Array(repeating: String(repeating: "x", count: 200), count: 12).joined(separator: "/")
        try FileTree.makeFolder(directory.root + "/inner/" + long)
        try FileTree.makeFolder(directory.root + "/gone/" + long)
        try FileTree.rename(directory.root + "/inner", to: directory.root + "/gone/" + long + "/inner")
        var change = users("u-1")
        change.files = [.remove("gone")]
        try await records.apply(change)
        #expect(FileTree.kind(of: directory.root + "/gone") == nil)
        let aside = directory.root + "/gone.tmp.old/" + long + "/inner"
        #expect(FileTree.kind(of: aside) == .folder)
        try FileTree.rename(aside, to: directory.root + "/inner")
    }

    @Test func aRefusedChangeMovesNoFiles() async throws {
        let records = try SQLiteRecords(directory)
        try await records.apply(users("u-1"))
        try FileTree.write([1], to: directory.root + "/staged.tmp")
        var change = users("u-1")
        change.files = [.move(from: "staged.tmp", to: "place")]
        await #expect(throws: StoreError.self) { try await records.apply(change) }
        _ = try SQLiteRecords(directory)
        #expect(FileTree.kind(of: directory.root + "/place") == nil)
    }

    @Test func movesThatACrashLeftAreFinishedAtTheNextOpening() async throws {
        _ = try SQLiteRecords(directory)
        try FileTree.write([1], to: directory.root + "/staged.tmp")
        try FileTree.write([2], to: directory.root + "/gone")
        try await DatabaseQueue(path: directory.records).write { database in
            try database.execute(
                sql: "INSERT INTO pending_file (source, target) VALUES ('staged.tmp', 'a/place'), (NULL, 'gone')")
        }
        _ = try SQLiteRecords(directory)
        #expect(try FileTree.read(directory.root + "/a/place") == [1])
        #expect(FileTree.kind(of: directory.root + "/gone") == nil)
        // A second time there is nothing left to do.
        try FileTree.write([3], to: directory.root + "/staged.tmp")
        _ = try SQLiteRecords(directory)
        #expect(try FileTree.read(directory.root + "/a/place") == [1])
    }

    @Test func damagedCountsAndMissingUploadsAreInconsistencies() async throws {
        let records = try SQLiteRecords(directory)
        var change = users("u-1")
        let upload = UploadRecord(
            id: UploadID("up"), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u-1"))
        change.uploads = [upload]
        change.entries = [
            .init(
                EntryRecord(
                    id: EntryID("e"), upload: upload.id, mainfile: "m", parserName: "p",
                    createTime: Timestamp(microseconds: 0)))
        ]
        try await records.apply(change)
        #expect(try await records.snapshot().inconsistencies() == [])
        try await DatabaseQueue(path: directory.records).write { database in
            try database.execute(sql: "UPDATE entry_count SET total = 7")
        }
        #expect(
            try await records.snapshot().inconsistencies() == ["upload up: the kept number of its entries is wrong"])
        try await DatabaseQueue(path: directory.records).write { try $0.execute(sql: "DELETE FROM upload") }
        #expect(try await records.snapshot().inconsistencies() == ["entry e: its upload up is missing"])
    }
}

private func users(_ ids: String...) -> RecordChange {
    var change = RecordChange(existing: .refuse)
    change.users = ids.map { UserRecord(id: UserID($0), username: $0) }
    return change
}
