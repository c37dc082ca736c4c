import Foundation
import RutileBundle
import RutileJSON
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct BundleRoundTripTests {
    @Test(arguments: ["cases/graph/fixture.json", "cases/archive/bundle.json"])
    func aSharedBundleSurvivesALoadAndASave(_ name: String) async throws {
        let given = try FileTree.read(SharedMaterial.path(name))
        let first = try Laboratory()
        let summary = try await first.load(given)
        let saved = try await first.save()
        let second = try Laboratory()
        #expect(try await second.load(saved) == summary)
        #expect(try await second.save() == saved)
        #expect(canonical(try Value(json: saved, limits: .file)) == canonical(try Value(json: given, limits: .file)))
        let report = try await second.check()
        #expect(report.problems == [])
        #expect(report.orphans == [])
        #expect(report.archives > 10)
    }

    @Test func timesWithoutOffsetAreUTC() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let upload = try #require(try await laboratory.records.uploads([UploadID("upl")])[UploadID("upl")])
        #expect(upload.createTime == Timestamp("2024-01-01T10:00:00Z"))
        let entry = try #require(try await laboratory.records.entries([EntryID("e")])[EntryID("e")])
        #expect(entry.createTime == Timestamp("2024-01-01T10:00:00Z"))
    }

    @Test func aPasswordInClearIsHashedAndSavedAsHashOnly() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        #expect(try await laboratory.records.user(named: "ada")?.passwordHash == "<secret>")
        let saved = try Value(json: try await laboratory.save())
        #expect(saved["users"]?.items?.first?["password_hash"] == .string("<secret>"))
        #expect(saved["users"]?.items?.first?["password"] == nil)
    }

    @Test func aRawFileThatIsNoTextIsSavedInBase64() async throws {
        let laboratory = try Laboratory()
        let bundle = #""raw_files": {"upl": {"b/bytes": {"$base64": "//4AAQ=="}, "a": "caf\u00e9"}}}"#
        try await laboratory.load(Laboratory.small.replacing(rawFiles: bundle))
        let folder = laboratory.directory.rawFolder(of: UploadID("upl"))
        #expect(try FileTree.read(folder + "/b/bytes") == [0xFF, 0xFE, 0, 1])
        #expect(try FileTree.read(folder + "/a") == Array("caf\u{E9}".utf8))
        let saved = try Value(json: try await laboratory.save())
        #expect(saved["raw_files"]?["upl"]?["b/bytes"] == .members(["$base64": .string("//4AAQ==")]))
    }

    @Test func theDeepestArchiveThatIsImportedComesBackFromABundle() async throws {
        let laboratory = try Laboratory()
        let depth = JSONLimits.file.maximumDepth - 2
        let deep = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        try await laboratory.load(
            Laboratory.small.replacing(#"{"x": [1, 2.5, null]}"#, with: #"{"x": \#(deep)}"#))
        let saved = try await laboratory.save()
        let other = try Laboratory()
        try await other.load(saved)
        #expect(try await other.save() == saved)
    }

    @Test func whatGoesWithAReplacedUploadIsCounted() async throws {
        let laboratory = try Laboratory()
        #expect(try await laboratory.load(Laboratory.small).removed.isEmpty)
        #expect(try await laboratory.load(Laboratory.small, replace: true).removed.isEmpty)
        let bare = #"""
            {"uploads": [{"upload_id": "upl", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00"}]}
            """#
        let removed = try await laboratory.load(bare, replace: true).removed
        #expect(removed == .init(entries: 1, rawFiles: 1))
        #expect("\(removed)" == "1 entries, 1 raw files")
        #expect(try await laboratory.records.entries([EntryID("e")]).isEmpty)
    }

    @Test func rawFilesThatDoNotComeAgainAreCounted() async throws {
        let laboratory = try Laboratory()
        func bundle(_ files: String) -> String {
            #"{"uploads": [{"upload_id": "upl", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00"}],"#
                + #" "raw_files": {"upl": {\#(files)}}}"#
        }
        try await laboratory.load(Laboratory.small)
        try await laboratory.load(bundle(#""a": "1", "b/c": "2", "d": "3""#), replace: true)
        let removed = try await laboratory.load(bundle(#""b/c": "4", "e": "5""#), replace: true).removed
        #expect(removed == .init(rawFiles: 2))
    }

    @Test func bareNaNsAreNullAndCounted() async throws {
        let laboratory = try Laboratory()
        let summary = try await laboratory.load(#"{"packages": [{"name": "n", "x": NaN}]}"#)
        #expect(summary.replacedNumbers == 1)
        #expect(try await laboratory.records.installedPackages() == [.members(["name": .string("n"), "x": .null])])
    }

    /// Members sorted, nulls and empty lists dropped, times as instants, lists of records by id, no passwords.
    @Test func structuresOfArchivesAreInTheIndex() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(
            Laboratory.small.replacingOccurrences(
                of: #""data": {"x": [1, 2.5, null]}"#,
                with: #""metadata": {"optimade": {"elements": ["Si"], "lattice_vectors": [[1, 0, 0]]}}"#))
        let documents = try await laboratory.records.documents(of: "structures", after: 0, limit: 10).documents
        #expect(documents.map(\.entry) == [EntryID("e")])
        let document = try Value(json: try #require(documents.first).json)
        #expect(document["id"] == .string("e"))
        #expect(document["lattice_vectors"] == .list([.null]))
        #expect(document["last_modified"] == nil)
    }

    @Test func definitionsOfPropertiesSurviveALoadAndASave() async throws {
        let property = PropertyRecord(
            entryType: "structures", name: "_x_gap", definition: .members(["type": .string("float")]))
        let first = try Laboratory()
        try await first.load(
            Laboratory.small.replacing(
                rawFiles: """
                    "properties": [{"upload_id": "upl", "entry_type": "structures", "name": "_x_gap",
                                    "definition": {"type": "float"}}]}
                    """))
        #expect(try await first.records.propertyDefinitions() == [property])
        let second = try Laboratory()
        try await second.load(try await first.save())
        #expect(try await second.records.propertyDefinitions() == [property])
    }

    private func canonical(_ value: Value, key: String = "") -> Value {
        switch value {
        case .object(let object):
            let members = object.members.filter { member in
                !member.1.isNull && member.1 != .list([]) && !["about", "password", "password_hash"].contains(member.0)
            }
            return .object(
                ObjectValue(members.sorted { $0.0 < $1.0 }.map { ($0.0, canonical($0.1, key: $0.0)) }))
        case .list(let items):
            let isRecords = ["users", "groups", "uploads", "entries", "datasets"].contains(key)
            let id = { (item: Value) in
                ["entry_id", "upload_id", "user_id", "group_id", "dataset_id"].compactMap { item[$0]?.text }.first ?? ""
            }
            let items = items.map { canonical($0) }
            return .list(isRecords && items.allSatisfy { $0.object != nil } ? items.sorted { id($0) < id($1) } : items)
        case .string(let text) where key.hasSuffix("_time") || key == "created":
            return .string(Timestamp(text)?.text(offset: "Z") ?? text)
        default: return value
        }
    }
}

extension String {
    /// The small bundle with other raw files.
    func replacing(rawFiles: String) -> String {
        let start = range(of: #""raw_files""#)
        return start.map { self[..<$0.lowerBound] + rawFiles } ?? self
    }
}
