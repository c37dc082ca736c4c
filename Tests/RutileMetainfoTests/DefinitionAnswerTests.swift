import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

/// The part of the golden graph answers that definitions make: what stands under `metainfo` and `uploads`, and `m_def`.
@Suite struct DefinitionAnswerTests {
    /// A golden case, the sections whose definitions it asks for, by their `m_def` and the path of the section in the
    /// answer, and the request for each of them.
    struct Golden: CustomTestStringConvertible {
        let name: String
        let sections: [(mDef: String, place: String)]
        let request: DefinitionRequest
        var testDescription: String { name }
    }

    private static let sample = "../uploads/upl-lab/archive/ent-schema#/definitions/section_definitions/0"
    private static let origin = "../uploads/upl-lab/archive/ent-schema#/definitions/section_definitions/2"
    private static let crate = "../uploads/upl-lab/archive/ent-local#/definitions/section_definitions/0"
    private static let sampleData = "entries/ent-sample/archive/data"
    private static let crateData = "entries/ent-local/archive/data"

    private static func child(_ key: String, at position: Int? = nil) -> DefinitionRequest {
        var positions: (@Sendable (Int) -> Range<Int>)?
        if let position { positions = { _ in position..<position + 1 } }
        return DefinitionRequest(
            config: nil, children: [.init(key: key, positions: positions, request: DefinitionRequest())])
    }

    private static func resolved(depth: Int? = nil, resolveDepth: Int? = nil) -> DefinitionRequest {
        var config = DefinitionConfig()
        config.resolves = true
        config.depth = depth
        config.resolveDepth = resolveDepth
        return DefinitionRequest(config: config)
    }

    static let goldens = [
        Golden(
            name: "def-both", sections: [(sample, sampleData), (origin, sampleData + "/origin")],
            request: DefinitionRequest()),
        Golden(name: "def-specialized", sections: [(sample, sampleData)], request: DefinitionRequest()),
        Golden(name: "def-key-all-quantities", sections: [(sample, sampleData)], request: child("all_quantities")),
        Golden(name: "def-key-base-sections", sections: [(sample, sampleData)], request: child("base_sections")),
        Golden(name: "def-key-quantities", sections: [(sample, sampleData)], request: child("quantities", at: 0)),
        Golden(
            name: "def-key-builtin",
            sections: [("nomad.datamodel.metainfo.workflow.Workflow", "entries/ent-flow/archive/workflow2")],
            request: DefinitionRequest()),
        Golden(name: "def-key-resolved", sections: [(crate, crateData)], request: resolved()),
        Golden(name: "def-key-resolved-depth-1", sections: [(crate, crateData)], request: resolved(depth: 1)),
        Golden(name: "def-resolve-depth-1", sections: [(crate, crateData)], request: resolved(resolveDepth: 1)),
    ]

    @Test(arguments: goldens)
    func definitionsAreWrittenAsInTheGoldenAnswers(_ golden: Golden) throws {
        let scope = try Fixture().scope()
        let response = try #require(try Shared.json("cases/graph/cases/\(golden.name).json")["response"])
        let elsewhere = ArchiveKey(upload: UploadID("upl-lab"), entry: EntryID("elsewhere"))
        var tree = AnswerTree()
        for (mDef, place) in golden.sections {
            let section = try scope.section(mDef: mDef, in: elsewhere).found()
            let answer = try scope.answer(golden.request, for: .section(section)).found()
            tree.add(answer)
            let wanted = place.split(separator: "/").reduce(Optional(response)) { $0?[String($1)] }
            #expect(answer.reference.comparable.json == wanted?["m_def"]?.comparable.json)
            #expect(answer.missing.isEmpty)
        }
        for top in ["metainfo", "uploads"] {
            #expect(tree.root[top]?.comparable.json == response[top]?.comparable.json)
        }
    }
}

/// Requests that NOMAD's server fails on.
@Suite struct DefinitionAttributeTests {
    private func answer(_ children: [DefinitionRequest.Child], for name: String) throws -> Value {
        let scope = DefinitionScope(catalogue: .builtIn)
        let section = try #require(scope.catalogue.section(named: name))
        var tree = AnswerTree()
        tree.add(try scope.answer(DefinitionRequest(config: nil, children: children), for: .section(section)).found())
        return tree.root
    }

    @Test func plainAttributesOfADefinitionCanBeAskedFor() throws {
        let name = DefinitionRequest(config: nil, children: [.init(key: "name", request: DefinitionRequest())])
        let got = try answer(
            [.init(key: "name", request: DefinitionRequest()), .init(key: "quantities", request: name)],
            for: "nomad.datamodel.metainfo.workflow.Link")
        #expect(
            got.json
                == #"{"metainfo":{"nomad.datamodel.metainfo.workflow":{"section_definitions":[{"name":"Link","quantities":[{"name":"name"},{"name":"section"}]}]}}}"#
        )
    }

    @Test func aPartOfAnAttributeCanBeAskedFor() throws {
        let kind = DefinitionRequest(
            config: nil,
            children: [
                .init(
                    key: "type",
                    request: DefinitionRequest(
                        config: nil, children: [.init(key: "type_kind", request: DefinitionRequest())]))
            ])
        let got = try answer(
            [.init(key: "quantities", positions: { _ in 1..<2 }, request: kind), .init(key: "nope", request: kind)],
            for: "nomad.datamodel.metainfo.workflow.Link")
        #expect(
            got.json
                == #"{"metainfo":{"nomad.datamodel.metainfo.workflow":{"section_definitions":[{"quantities":[null,{"type":{"type_kind":"reference"}}]}]}}}"#
        )
    }

    @Test func whatAFilterLeavesOutIsNotShown() throws {
        let scope = DefinitionScope(catalogue: .builtIn)
        let section = try #require(scope.catalogue.section(named: "nomad.datamodel.metainfo.workflow.Task"))
        var config = DefinitionConfig()
        config.filter = .init(name: "none") { _ in false }
        #expect(try scope.answer(DefinitionRequest(config: config), for: .section(section)).found().fragments.isEmpty)
    }
}
