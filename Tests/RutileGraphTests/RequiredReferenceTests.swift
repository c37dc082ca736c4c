import Foundation
import NomadAPI
import RutileGraph
import RutileJSON
import RutileModel
import Testing

/// Answers of NOMAD's reader of `required` for lists and references at their edges: `Tests/Fixtures/required.json`.
struct RequiredReferenceTests {
    private static let file = Task { try Self.read() }
    private static let laboratory = Task {
        try await RequiredLaboratory(more: (try await file.value)["archives"]?.object ?? ObjectValue())
    }

    @Test func agrees() async throws {
        let laboratory = try await Self.laboratory.value
        let cases = try await Self.file.value["cases"]?.items ?? []
        #expect(cases.count > 50)
        for test in cases {
            let entry = test["entry_id"]?.text ?? ""
            let required = test["required"] ?? .null
            let answer = try await laboratory.read(required, of: entry, isOfNomad: true)
            #expect(
                answer?.sorted == test["expected"]?.sorted,
                "\(entry) \(required.jsonText): \(answer?.jsonText ?? "")")
        }
    }

    /// What NOMAD's reader does not come to an end with.
    @Test(arguments: [false, true])
    func aCircleWithinAnEntryEnds(_ isInPlace: Bool) async throws {
        let required = Value.members(["resolve-inplace": .bool(isInPlace), "measurement": .string("include-resolved")])
        let answer = try #require(
            try await Self.laboratory.value.read(required, of: "pair", isOfNomad: true))
        let systems = answer["measurement"]?.items?.first?["system"]?.items
        #expect(systems?.count == 2)
        let reference = systems?.first?["parent_ref"]
        if isInPlace {
            #expect(reference?["name"] == .string("p1"))
            #expect(reference?["parent_ref"]?["name"] == .string("p0"))
            #expect(reference?["parent_ref"]?["parent_ref"] == .string("/measurement/0/system/1"))
        } else {
            #expect(reference == .string("/measurement/0/system/1"))
        }
    }

    /// An entry is looked for by its id, but not for everyone.
    @Test(arguments: ["upload_1", "nope"])
    func aHiddenTargetStaysHiddenInAnotherUpload(_ upload: String) async throws {
        let laboratory = try await Self.laboratory.value
        let required = try RequiredCase.value(#"{"workflow2": {"tasks": {"task": {"name": "*"}}}}"#)
        let reference = Value.string("../uploads/\(upload)/archive/secret#/workflow2")
        let entry = "link_secret_\(upload)"
        let answer = try #require(try await laboratory.read(required, of: entry))
        #expect(answer["workflow2"]?["tasks"]?.items?.first?["task"] == reference)
        #expect(answer["m_ref_archives"] == .object(ObjectValue()))
        let owner = Caller(user: UserID("u"), isAdmin: false, groups: [])
        let shown = try #require(try await laboratory.read(required, of: entry, as: owner))
        #expect(shown["m_ref_archives"]?["../uploads/\(upload)/archive/secret"]?["workflow2"]?["name"] == .string("s"))
    }

    private static func read() throws -> Value {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = tests.appending(path: "Fixtures/required.json")
        return try Value(json: Array(try Data(contentsOf: path)), limits: .file)
    }
}
