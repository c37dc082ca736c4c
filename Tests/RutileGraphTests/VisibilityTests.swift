import RutileGraph
import RutileJSON
import RutileModel
import Testing

/// What callers learn of what they may not read.
@Suite struct VisibilityTests {
    /// A published upload `pub`, an unpublished one `hid`, and one of each kind of open group; all of the user `own`.
    private static func bundle() -> String {
        let time = #""2024-01-01T00:00:00""#
        func upload(_ id: String, _ more: String = "") -> String {
            #"{"upload_id": "\#(id)", "main_author": "own", "upload_create_time": \#(time)\#(more)}"#
        }
        func entry(_ id: String, _ upload: String, _ archive: String) -> String {
            """
            {"entry_id": "\(id)", "upload_id": "\(upload)", "mainfile": "\(id).json", "parser_name": "p",
             "entry_create_time": \(time), "archive": \(archive)}
            """
        }
        let references = [
            "../entries/secret/archive", "../entries/absent/archive", "../uploads/hid/archive/secret",
            "../uploads/hid/archive/absent", "../uploads/hid/raw/secret.json", "../uploads/hid/raw/absent.json",
            "../entries/shown/archive", "../uploads/pub/raw/shown.json",
        ]
        let inputs = references.map { ##"{"section": "\##($0)#/data"}"## }.joined(separator: ",")
        return """
            {"users": [{"user_id": "own", "username": "own"}, {"user_id": "eve", "username": "eve"}],
             "uploads": [\(upload("pub", #", "publish_time": \#(time)"#)), \(upload("hid")),
                \(upload("coauthored", #", "coauthor_groups": ["all"]"#)),
                \(upload("reviewed", #", "reviewer_groups": ["all"]"#))],
             "entries": [\(entry("refs", "pub", #"{"workflow2": {"inputs": [\#(inputs)]}}"#)),
                \(entry("secret", "hid", #"{"data": {"name": "top secret"}}"#)),
                \(entry("shown", "pub", #"{"data": {"name": "open"}}"#)),
                \(entry("c", "coauthored", #"{"data": {"name": "c"}}"#)),
                \(entry("r", "reviewed", #"{"data": {"name": "r"}}"#))]}
            """
    }

    private func laboratory(_ policy: AccessPolicy = AccessPolicy()) async throws -> GraphLaboratory {
        try await GraphLaboratory(bundle: Array(Self.bundle().utf8), policy: policy)
    }

    /// The text with every name of a hidden thing replaced by that of an absent one.
    private func leveled(_ value: Value?) -> String {
        var writer = JSONWriter()
        writer.value(value ?? .null)
        return writer.text.split(separator: "secret", omittingEmptySubsequences: false).joined(separator: "absent")
    }

    @Test(arguments: [AccessPolicy(), AccessPolicy(embargoedMetadata: .public)])
    func followedReferencesTellNothingOfWhatIsHidden(policy: AccessPolicy) async throws {
        let laboratory = try await laboratory(policy)
        for position in [0, 2, 4] {
            var answers: [Value] = []
            for item in [position, position + 1] {
                let request =
                    #"{"entries": {"refs": {"archive": {"workflow2": {"inputs[\#(item)]": {"section": "include-resolved"}}}}}}"#
                answers.append(try await laboratory.ask(request).answer)
            }
            let errors = answers.map { $0["entries"]?["refs"]?["archive"]?["m_errors"] }
            #expect(errors[0]?.items?.count == 1)
            #expect(leveled(errors[0]) == leveled(errors[1]))
            #expect(answers[0]["uploads"] == nil)
        }
    }

    @Test func rewrittenReferencesTellNothingOfWhatIsHidden() async throws {
        let laboratory = try await laboratory()
        let request = """
            {"entries": {"refs": {"archive": {"workflow2": {"inputs": {"section": {"m_request":
                {"directive": "plain", "always_rewrite_references": true}}}}}}}}
            """
        let inputs = try await laboratory.ask(request).answer["entries"]?["refs"]?["archive"]?["workflow2"]?["inputs"]?
            .items
        #expect(inputs?[0]["section"] == .string("uploads/pub/entries/secret/archive/data"))
        #expect(inputs?[1]["section"] == .string("uploads/pub/entries/absent/archive/data"))
        let own = try await laboratory.ask(request, as: "own").answer["entries"]?["refs"]?["archive"]?["workflow2"]
        #expect(own?["inputs"]?.items?[0]["section"] == .string("uploads/hid/entries/secret/archive/data"))
    }

    @Test(
        arguments: [
            ("c", nil, false), ("c", "eve", true), ("r", nil, true), ("r", "eve", true), ("secret", "eve", false),
            ("secret", "own", true),
        ] as [(String, String?, Bool)])
    func theGroupOfAllReviewsForEverybodyAndCoauthorsForUsers(
        entry: String, user: String?, isReadable: Bool
    ) async throws {
        let answer = try await laboratory().ask(
            #"{"entries": {"\#(entry)": {"entry_id": "*", "archive": {"data": {"name": "*"}}}}}"#, as: user
        ).answer["entries"]?[entry]
        #expect((answer?["archive"]?["data"]?["name"] != nil) == isReadable)
        #expect((answer?["entry_id"] != nil) == isReadable)
    }

    @Test func whoMayReadTheTargetFollowsTheReference() async throws {
        let laboratory = try await laboratory()
        let request = #"{"entries": {"refs": {"archive": {"workflow2": {"inputs": {"section": "include-resolved"}}}}}}"#
        let anonymous = try await laboratory.ask(request).answer
        #expect(anonymous["uploads"]?["hid"] == nil)
        #expect(anonymous["uploads"]?["pub"]?["entries"]?["shown"]?["archive"]?["data"]?["name"] == .string("open"))
        let own = try await laboratory.ask(request, as: "own").answer
        #expect(
            own["uploads"]?["hid"]?["entries"]?["secret"]?["archive"]?["data"]?["name"] == .string("top secret"))
        // Where a hidden thing and an absent one lead to the owner, who may know the difference.
        #expect(own["entries"]?["refs"]?["archive"]?["m_errors"]?.items?.count == 3)
    }

    @Test func datasetsNameNoEntriesThatAreHidden() async throws {
        let laboratory = try await GraphLaboratory(
            bundle: GoldenCase.bytes("cases/graph/fixture.json"), policy: AccessPolicy())
        for (user, entries) in [
            (nil, ["ent-sample", "ent-measure"]), ("u-ada", ["ent-sample", "ent-measure", "ent-draft-1"]),
        ] {
            let answer = try await laboratory.ask(
                #"{"entries": {"ent-sample": {"datasets": {"*": "*"}}}}"#, as: user
            ).answer["entries"]?["ent-sample"]?["datasets"]?["ds-one"]
            #expect(answer?["entries"] == .list(entries.map(Value.string)))
        }
    }
}
