import NomadAPI
import RutileArchive
import RutileGraph
import RutileJSON
import RutileModel
import RutileStore
import Synchronization
import Testing

/// References into archives of other installations; these are simulated.
@Suite struct RemoteTests {
    private static let base = "https://far.example/api/v1"

    /// The installation `far.example` with its archives, which counts how it is asked.
    private final class Far: RemoteArchives, RemoteReading {
        let installations: Set<InstallationID>
        private let archives: [EntryID: (upload: String, text: String)]
        private let seen = Mutex<[[String]]>([])
        private let begun = Mutex(0)
        /// Ends when the entry `slow` is to be answered.
        private let release = AsyncStream<Void>.makeStream()

        /// The entries of each question so far.
        var questions: [[String]] { seen.withLock { $0 } }

        init(isFollowed: Bool = true) {
            installations = isFollowed ? [InstallationID(base)] : []
            let schema = """
                {"definitions": {"name": "s", "section_definitions": [
                    {"name": "Thing", "quantities": [{"name": "a", "type": {"type_kind": "python", "type_data": "int"}},
                     {"name": "r", "type": {"type_kind": "reference", "type_data": "/section_definitions/0"}}]}]}}
                """
            let raw = EntryID(upload: UploadID("U1"), mainfile: "three.json")
            archives = [
                EntryID("E1"): (
                    "U1",
                    ##"{"data": {"name": "one", "next": "../upload/archive/E2#/data", "own": "#/data/inner", "inner": {"x": 1}, "id": "up"}}"##
                ),
                EntryID("E2"): (
                    "U1",
                    """
                    {"data": {"name": "two", "raw": "../upload/raw/three.json#/data",
                     "other": "../entries/E4/archive#/data/l/1", "back": "../uploads/U1/archive/E1#/data"}}
                    """
                ),
                raw: ("U1", #"{"data": {"name": "three"}}"#),
                EntryID("E4"): ("U2", #"{"data": {"l": [0, {"name": "four"}]}}"#),
                EntryID("schema"): ("U1", schema),
                EntryID("thing"): (
                    "U1",
                    #"{"data": {"m_def": "../upload/archive/schema#/definitions/section_definitions/0", "a": 1, "r": "../upload/archive/named#/data"}}"#
                ),
                EntryID("named"): ("U1", #"{"data": {"m_def": "entry_id:schema.Thing", "a": 2}}"#),
                EntryID("home"): (
                    "U1",
                    #"{"workflow2": {"m_def": "nomad.datamodel.metainfo.workflow.Workflow", "inputs": [{"section": "https://near.example/uploads/up/archive/e#/data"}]}}"#
                ),
            ]
        }

        /// How many requests there were.
        var requests: Int { begun.withLock { $0 } }

        func reading() -> any RemoteReading {
            begun.withLock { $0 += 1 }
            return self
        }

        /// Lets the entry `slow` be answered.
        func answerSlow() { release.continuation.finish() }

        func archives(of entries: Set<RemoteEntry>) async throws -> [RemoteEntry: RemoteArchive] {
            seen.withLock { $0.append(entries.map(\.entry.text).sorted()) }
            if entries.contains(where: { $0.entry.text == "slow" }) { for await _ in release.stream {} }
            var answers: [RemoteEntry: RemoteArchive] = [:]
            for entry in entries {
                #expect(installations.contains(entry.installation))
                if entry.entry.text == "broken" {
                    answers[entry] = .failed("it is broken")
                } else if let (upload, text) = archives[entry.entry] {
                    let value = try Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse)
                    answers[entry] = .open(try ArchiveNode(value: value), in: UploadID(upload))
                } else {
                    answers[entry] = .absent
                }
            }
            return answers
        }
    }

    /// A service over the entry `e` of the upload `up`, whose archive is `archive`.
    private func laboratory(
        _ archive: String, _ far: Far, limits: GraphLimits = GraphLimits(), longWork: LongWork = .shared
    ) async throws -> GraphLaboratory {
        let time = #""2024-01-01T00:00:00""#
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "up", "main_author": "u", "upload_create_time": \(time), "publish_time": \(time)}],
             "entries": [{"entry_id": "e", "upload_id": "up", "mainfile": "e.json", "parser_name": "p",
                          "entry_create_time": \(time), "archive": \(archive)}]}
            """
        return try await GraphLaboratory(bundle: Array(bundle.utf8), remote: far, limits: limits, longWork: longWork)
    }

    /// What `request` reads of an archive with the declared reference `reference`: its section, what stands below the
    /// address of the other installation, and what is said where something is missing.
    private func follow(
        _ reference: String, _ request: String, _ far: Far = Far(), limits: GraphLimits = GraphLimits()
    ) async throws -> (section: Value?, there: Value?, problems: [String]) {
        let laboratory = try await laboratory(
            #"{"workflow2": {"inputs": [{"section": "\#(reference)"}]}}"#, far, limits: limits)
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"e": {"archive": {"workflow2": {"inputs": {"section": \#(request)}}}}}}"#)
        #expect(status == 200)
        let archive = answer["entries"]?["e"]?["archive"]
        return (
            archive?["workflow2"]?["inputs"]?.items?.first?["section"], answer[Self.base]?["uploads"],
            archive?["m_errors"]?.items?.compactMap { $0["message"]?.text } ?? []
        )
    }

    private static let resolved = #"{"m_request": {"directive": "resolved"}}"#

    @Test(arguments: [resolved, #"{"name": "*"}"#])
    func otherInstallationsAreNotAskedUnlessTheyAreSet(request: String) async throws {
        let far = Far(isFollowed: false)
        let reference = Self.base + "/uploads/U1/archive/E1#/data"
        let (section, there, problems) = try await follow(reference, request, far)
        #expect(section == .string(reference))
        #expect(there == nil)
        #expect(problems.first == "Cross installation reference is not supported yet: \(reference).")
        #expect(far.questions.isEmpty)
    }

    @Test func aReferenceIsFollowedThereAndOnFromThere() async throws {
        let far = Far()
        let (section, there, problems) = try await follow(
            Self.base + "/uploads/U1/archive/E1#/data", Self.resolved, far)
        #expect(section == .string(Self.base + "/uploads/U1/entries/E1/archive/data"))
        let first = there?["U1"]?["entries"]
        let one = first?["E1"]?["archive"]?["data"]
        #expect(one?["name"] == .string("one"))
        #expect(one?["own"] == .string(Self.base + "/uploads/U1/entries/E1/archive/data/inner"))
        #expect(one?["inner"] == .members(["x": .integer(1)]))
        #expect(one?["next"] == .string(Self.base + "/uploads/U1/entries/E2/archive/data"))
        #expect(one?["id"] == .string("up"))
        let raw = EntryID(upload: UploadID("U1"), mainfile: "three.json").text
        let two = first?["E2"]?["archive"]?["data"]
        #expect(two?["raw"] == .string(Self.base + "/uploads/U1/entries/\(raw)/archive/data"))
        #expect(first?[raw]?["archive"]?["data"] == .members(["name": .string("three")]))
        // The upload of an entry that is named alone is known once it is read.
        #expect(two?["other"] == .string(Self.base + "/uploads/U2/entries/E4/archive/data/l/1"))
        #expect(
            there?["U2"]?["entries"]?["E4"]?["archive"]?["data"]?["l"]
                == .list([.null, .members(["name": .string("four")])]))
        // The circle is seen, and what leads round it stays as it is stored.
        #expect(two?["back"] == .string("../uploads/U1/archive/E1#/data"))
        #expect(problems == ["Circular reference detected: \(Self.base)/uploads/U1/archive/E1#/data."])
        #expect(far.questions == [["E1"], ["E2"], ["E4", raw].sorted()])
    }

    @Test func keysBelowAReferenceAreReadThere() async throws {
        let (section, there, problems) = try await follow(
            Self.base + "/uploads/U1/archive/E1#/data", #"{"name": "*", "next": {"name": "*", "none": "*"}}"#)
        #expect(section == .string(Self.base + "/uploads/U1/entries/E1/archive/data"))
        let entries = there?["U1"]?["entries"]
        #expect(entries?["E1"]?["archive"]?["data"]?.object?.keys == ["name", "next"])
        #expect(entries?["E2"]?["archive"]?["data"] == .members(["name": .string("two")]))
        #expect(problems == ["Field none is not found in archive \(Self.base)/uploads/U1/archive/E2#/data."])
    }

    @Test func idsThereAreNoneOfThisInstallation() async throws {
        let (_, there, _) = try await follow(
            Self.base + "/uploads/U1/archive/E1#/data",
            #"{"m_request": {"directive": "resolved", "resolve_type": "upload"}}"#)
        #expect(there?["U1"]?["entries"]?["E1"]?["archive"]?["data"]?["id"] == .string("up"))
    }

    @Test func depthAndRewritingKnowWhereArchivesAre() async throws {
        let (_, cut, _) = try await follow(
            Self.base + "/uploads/U1/archive/E1#/data", #"{"m_request": {"directive": "resolved", "depth": 1}}"#)
        #expect(
            cut?["U1"]?["entries"]?["E1"]?["archive"]?["data"]?["inner"]
                == .string("__INTERNAL__:\(Self.base)/uploads/U1/archive/E1#/data/inner"))
        let (_, rewritten, _) = try await follow(
            Self.base + "/uploads/U1/archive/thing#/data",
            #"{"m_request": {"directive": "resolved", "resolve_depth": 1, "always_rewrite_references": true}}"#)
        #expect(
            rewritten?["U1"]?["entries"]?["thing"]?["archive"]?["data"]?["r"]
                == .string(Self.base + "/uploads/U1/entries/named/archive/data"))
    }

    @Test func definitionsThereAreReadThere() async throws {
        let (_, there, problems) = try await follow(
            Self.base + "/uploads/U1/archive/thing#/data",
            #"{"m_request": {"directive": "resolved", "include_definition": "both"}}"#)
        #expect(problems.isEmpty)
        let entries = there?["U1"]?["entries"]
        let definition = Self.base + "/uploads/U1/entries/schema/archive/definitions/section_definitions/0"
        #expect(entries?["thing"]?["archive"]?["data"]?["m_def"]?["m_def"] == .string(definition))
        #expect(
            entries?["thing"]?["archive"]?["data"]?["r"]
                == .string(Self.base + "/uploads/U1/entries/named/archive/data"))
        #expect(entries?["named"]?["archive"]?["data"]?["m_def"]?["m_def"] == .string(definition))
        #expect(
            entries?["schema"]?["archive"]?["definitions"]?["section_definitions"]?.items?.first?["name"]
                == .string("Thing"))
    }

    /// What is said of an archive whose section names the definition `mDef`.
    private func problem(_ mDef: String, _ far: Far) async throws -> String? {
        let laboratory = try await laboratory(#"{"data": {"m_def": "\#(mDef)", "a": 1}}"#, far)
        let (_, answer) = try await laboratory.ask(
            #"{"entries": {"e": {"archive": {"data": {"m_request": {"include_definition": "both"}}}}}}"#)
        return answer["entries"]?["e"]?["archive"]?["m_errors"]?.items?.first?["message"]?.text
    }

    @Test(arguments: [
        ("U1/archive/none#/definitions/Thing", "Archive none does not exist in upload U1 of BASE, or is not public."),
        (
            "U1/raw/none.json#/definitions/Thing",
            "File none.json does not exist in upload U1 of BASE, or is not public."
        ),
        ("U1/archive/broken#/definitions/Thing", "Archive broken of BASE cannot be read: it is broken."),
        ("U1/archive/schema#/definitions/section_definitions/0", nil),
    ])
    func definitionsThatAreNotThereAreSaid(path: String, message: String?) async throws {
        let name = Self.base + "/uploads/" + path
        let expected = message.map { "Failed to retrieve definition: " + $0.replacing("BASE", with: Self.base) }
        #expect(try await problem(name, Far()) == expected)
        #expect(
            try await problem(name, Far(isFollowed: false))
                == "Failed to retrieve definition: Cross installation reference is not supported yet: \(name).")
    }

    @Test(arguments: [
        ("U1/archive/none#/data", "Archive none does not exist in upload U1 of BASE, or is not public."),
        ("U2/archive/E1#/data", "Archive E1 does not exist in upload U2 of BASE, or is not public."),
        ("U1/archive/broken#/data", "Archive broken of BASE cannot be read: it is broken."),
        ("U1/archive/E1#/data/none", "Archive E1 does not contain /data/none."),
        ("U1/raw/none.json#/data", "File none.json does not exist in upload U1 of BASE, or is not public."),
    ])
    func whatIsNotThereIsSaid(path: String, message: String) async throws {
        let reference = Self.base + "/uploads/" + path
        for request in [Self.resolved, #"{"name": "*"}"#] {
            let (section, there, problems) = try await follow(reference, request)
            #expect(section == .string(reference))
            #expect(there == nil)
            #expect(problems.first == message.replacing("BASE", with: Self.base))
        }
    }

    @Test func nobodyIsLedBackOrOnToInstallationsThatAreNotSet() async throws {
        let (_, there, problems) = try await follow(
            Self.base + "/uploads/U1/archive/home#/workflow2", Self.resolved)
        let back = "https://near.example/uploads/up/archive/e#/data"
        let inputs = there?["U1"]?["entries"]?["home"]?["archive"]?["workflow2"]?["inputs"]
        #expect(inputs == .list([.members(["section": .string(back)])]))
        #expect(problems == ["Cross installation reference is not supported yet: \(back)."])
    }

    @Test(.timeLimit(.minutes(1)))
    func whoWaitsForAnInstallationStopsNobody() async throws {
        let far = Far()
        let steps = (0..<6_000).map { #"{"n": \#($0)}"# }.joined(separator: ",")
        let laboratory = try await laboratory(
            #"{"data": {"steps": [\#(steps)]}, "workflow2": {"inputs": [{"section": "\#(Self.base)/uploads/U1/archive/slow#/data"}]}}"#,
            far, longWork: LongWork(width: 1))
        let long = #""data": {"steps": {"n": "*"}}"#
        let request = #"{"entries": {"e": {"archive": {\#(long), "workflow2": \#(Self.resolved)}}}}"#
        let service = laboratory.service
        async let waiting = service.answer(Array(request.utf8), as: .anonymous)
        while far.questions.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let other = try await laboratory.ask(#"{"entries": {"e": {"archive": {\#(long)}}}}"#)
        #expect(other.status == 200)
        far.answerSlow()
        #expect(try await !waiting.isEmpty)
        // Whichever attempt it is, it is one reading.
        #expect(far.requests == 2)
    }

    @Test func whatARequestReadsThereIsBounded() async throws {
        let far = Far()
        let list = (0..<3).map { ##"{"section": "\##(Self.base)/uploads/U1/archive/n\##($0)#/data"}"## }
        let archive = #"{"workflow2": {"inputs": [\#(list.joined(separator: ","))]}}"#
        let request = #"{"entries": {"e": {"archive": {"workflow2": \#(Self.resolved)}}}}"#
        let refused = try await laboratory(archive, far, limits: GraphLimits(remoteArchives: 2)).ask(request)
        #expect(refused.status == 422)
        #expect(refused.answer["detail"]?.text?.contains("references.remote_archives (2)") == true)
        #expect(far.questions.isEmpty)
        #expect(try await laboratory(archive, far, limits: GraphLimits(remoteArchives: 3)).ask(request).status == 200)
        #expect(far.questions == [["n0", "n1", "n2"]])
    }
}
