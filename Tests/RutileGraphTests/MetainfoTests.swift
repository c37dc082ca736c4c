import RutileGraph
import RutileJSON
import RutileModel
import Testing

/// Definitions by package and id, beyond the recorded cases.
@Suite struct MetainfoTests {
    private static let laboratory = Task {
        try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
    }

    private func ask(_ request: String, as user: String? = "u-ada") async throws -> Value {
        let (status, answer) = try await Self.laboratory.value.ask(request, as: user)
        #expect(status == 200, "\(answer)")
        return answer
    }

    private func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .file, nonFinite: .refuse)
    }

    private static let workflow = "nomad.datamodel.metainfo.workflow"

    @Test func d4PartsOfADefinitionAreReadByName() async throws {
        let answer = try await ask(
            #"{"metainfo": {"\#(Self.workflow)": {"section_definitions[0]": {"name": "*", "quantities": {"name": "*"}}}}}"#
        )
        #expect(
            answer
                == (try json(
                    #"{"metainfo": {"\#(Self.workflow)": {"section_definitions": [{"name": "Link", "quantities": [{"name": "name"}, {"name": "section"}]}]}}}"#
                )))
    }

    @Test func d4InheritedQuantitiesAreListedByName() async throws {
        let answer = try await ask(
            #"{"metainfo": {"\#(Self.workflow)": {"section_definitions[2]": {"all_quantities": "*"}}}}"#)
        let package = "metainfo/\(Self.workflow)/section_definitions"
        #expect(
            answer["metainfo"]?[Self.workflow]?["section_definitions"]?.items?.last
                == (try json(
                    #"{"all_quantities": {"name": "\#(package)/1/quantities/0", "section": "\#(package)/1/quantities/1", "task": "\#(package)/2/quantities/0"}}"#
                )))
        #expect(answer["m_errors"] == nil)
    }

    @Test(arguments: ["all_quantities", "all_sub_sections", "all_base_sections"])
    func packagesHaveTheirMapsByNameAsInTheWhole(_ key: String) async throws {
        let whole = try await ask(
            #"{"metainfo": {"\#(Self.workflow)": {"m_request": {"export_whole_package": true}}}}"#)
        let part = try await ask(#"{"metainfo": {"\#(Self.workflow)": {"\#(key)": "*"}}}"#)
        let map = try #require(part["metainfo"]?[Self.workflow]?[key])
        #expect(map == whole["metainfo"]?[Self.workflow]?[key], "\(part)")
    }

    @Test func d4PartsOfADefinitionInAnArchiveAreReadByName() async throws {
        let answer = try await ask(
            #"{"entries": {"ent-sample": {"archive": {"data": {"m_def": {"quantities": {"name": "*"}}, "name": "*"}}}}}"#
        )
        let section = answer["uploads"]?["upl-lab"]?["entries"]?["ent-schema"]?["archive"]?["definitions"]?[
            "section_definitions"]?.items?.first
        #expect(section?["quantities"]?.items?.compactMap { $0["name"]?.text }.first == "name")
        #expect(section?.object?.keys == ["quantities"])
        #expect(answer["entries"]?["ent-sample"]?["archive"]?["data"]?["name"] == .string("alloy"))
    }

    @Test func packagesAreListedPageByPage() async throws {
        func names(_ request: String) async throws -> [String] {
            let metainfo = try await ask(#"{"metainfo": \#(request)}"#)["metainfo"]
            #expect(metainfo?.object?.keys.last == "m_response")
            return (metainfo?.object?.keys ?? []).filter { $0 != "m_response" }
        }
        let all = try await names(#""*""#)
        #expect(all.count > 10)
        let sorted = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        func page(_ pagination: String) async throws -> [String] {
            try await names(#"{"m_request": {"pagination": \#(pagination)}, "*": {"name": "*"}}"#)
        }
        #expect(try await page(#"{"page_size": 3}"#) == Array(sorted.prefix(3)))
        #expect(try await page(#"{"page_size": 3, "page": 2}"#) == Array(sorted[3..<6]))
        #expect(try await page(#"{"page_size": 2, "order": "desc"}"#) == Array(sorted.reversed().prefix(2)))
        #expect(
            try await page(#"{"page_size": 2, "page_after_value": "\#(sorted[4])"}"#) == Array(sorted[5..<7]))
        #expect(try await page(#"{"page_size": 2, "page_after_value": "zzz"}"#) == [])
        #expect(try await page(#"{"page": 99999999999}"#) == [])
        #expect(try await names(#"{"*": {"name": "*"}}"#) == Array(sorted.prefix(10)))
    }

    @Test func aListSaysHowManyThereAre() async throws {
        let metainfo = try await ask(#"{"metainfo": {"m_request": {"pagination": {"page_size": 0}}}}"#)["metainfo"]
        let pagination = metainfo?["m_response"]?["pagination"]
        #expect(
            pagination?.object?.keys == [
                "page_size", "order_by", "order", "page_after_value", "page", "page_offset", "total",
            ])
        #expect(pagination?["total"]?.integer ?? 0 > 10)
        #expect(metainfo?.object?.keys == ["m_response"])
    }

    @Test func namedPackagesStandBeforeTheListAndCountInIt() async throws {
        let answer = try await ask(
            #"{"metainfo": {"*": {"name": "*"}, "\#(Self.workflow)": {"definition_id": "*"}, "no.such": "*"}}"#)
        let metainfo = answer["metainfo"]
        #expect(metainfo?.object?.keys.first == Self.workflow)
        #expect(metainfo?[Self.workflow]?.object?.keys == ["definition_id"])
        #expect(
            metainfo?["m_errors"]
                == (try json(
                    #"[{"error_type": "NOTFOUND", "message": "Cannot identify definition format: no.such"}]"#)))
    }

    @Test func aDefinitionIsFoundByItsID() async throws {
        let id = "0aff7a298df5dcb6da4e05879103e52180302870"
        let answer = try await ask(#"{"metainfo": {"\#(id)": {"name": "*"}}}"#)["metainfo"]
        #expect(answer?[id] == .string("metainfo/\(Self.workflow)/section_definitions/1"))
        #expect(answer?[Self.workflow]?["section_definitions"]?.items?.last == .members(["name": .string("Task")]))
        let unknown = String(repeating: "0", count: 40)
        let errors = try await ask(#"{"metainfo": {"\#(unknown)": "*"}}"#)["metainfo"]?["m_errors"]?.items
        #expect(errors?.first?["message"] == .string("Cannot identify definition format: \(unknown)"))
    }

    @Test(
        arguments: [
            ("entry_id:ent-schema", "", "definition_id"),
            ("entry_id:ent-schema.Origin", "/section_definitions/2", "name"),
            ("entry_id:ent-schema.section_definitions.2", "/section_definitions/2", "name"),
            ("entry_id:ent-schema.section_definitions.2.quantities.1", "/section_definitions/2/quantities/1", "name"),
        ])
    func definitionsInArchivesAreFoundByEntry(key: String, path: String, attribute: String) async throws {
        let answer = try await ask(#"{"metainfo": {"\#(key)": {"\#(attribute)": "*"}}}"#)
        let definitions = "uploads/upl-lab/entries/ent-schema/archive/definitions"
        let isSection = path.hasSuffix("/section_definitions/2")
        #expect(answer["metainfo"]?[key] == (isSection ? Value.string(definitions + path) : .members([:])))
        let place = (definitions + path).split(separator: "/").reduce(Optional(answer)) { value, step in
            Int(step).map { value?.items?[$0] } ?? value?[String(step)]
        }
        #expect(place?.object?.keys == [attribute])
    }

    @Test(arguments: [
        "entry_id:", "entry_id:none", "entry_id:ent-schema.Nope", "entry_id:ent-sample", "", "*x", "a\u{301}",
    ])
    func whatIsNotThereIsNotFound(key: String) async throws {
        let metainfo = try await ask(#"{"metainfo": {"\#(key)": "*", "\#(Self.workflow)": {"name": "*"}}}"#)["metainfo"]
        let type = key.hasPrefix("entry_id:") ? "GENERAL" : "NOTFOUND"
        #expect(metainfo?["m_errors"]?.items?.map { $0["error_type"] } == [.string(type)])
        #expect(metainfo?.object?.keys == [Self.workflow, "m_errors"])
    }

    @Test func thereAreNoQueriesOfDefinitions() async throws {
        let answer = try await ask(
            #"{"metainfo": {"m_request": {"query": {"name": "x"}}}, "entries": {"ent-sample": {"entry_id": "*"}}}"#)
        #expect(answer["metainfo"] == nil)
        #expect(answer["m_errors"]?.items?.map { $0["error_type"] } == [.string("GENERAL")])
        #expect(answer["entries"]?["ent-sample"]?["entry_id"] == .string("ent-sample"))
    }

    @Test func documentNamesMeanNothingInDefinitions() async throws {
        let metainfo = try await ask(
            #"{"metainfo": {"m_request": {"depth": 1, "pagination": {"page_size": 1}}, "\#(Self.workflow)": {"entries": "*", "name": {"m_request": {"max_list_size": 1}}}}}"#
        )["metainfo"]
        #expect(metainfo?[Self.workflow] == (try json(#"{"name": "\#(Self.workflow)"}"#)))
    }
}

/// Definitions beside what is read of archives, beyond the recorded cases.
@Suite struct DefinitionKeyTests {
    private func ask(_ archive: String) async throws -> Value? {
        let laboratory = try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"ent-sample": {"archive": \#(archive)}}}"#, as: "u-ada")
        #expect(status == 200)
        return answer["entries"]?["ent-sample"]?["archive"]
    }

    @Test func theShortFormStandsInJSONValues() async throws {
        let named = try await ask(#"{"data": {"extra": {"m_request": {"m_def_format": "short"}}}}"#)?["data"]
        let walked = try await ask(#"{"m_request": {"m_def_format": "short"}}"#)?["data"]
        #expect(walked?["m_def"]?.text?.hasPrefix("entry_id:ent-schema.Sample@5f5c") == true)
        for data in [named, walked] {
            #expect(data?["extra"]?["m_def"]?.text?.hasPrefix("entry_id:ent-schema.Sample.extra@29bb") == true)
            #expect(data?["extra"]?.object?.count ?? 0 > 1)
        }
    }

    @Test func theLongFormOfAJSONValueHasItsIDAndNoPath() async throws {
        let extra = try await ask(#"{"data": {"extra": {"m_request": {"include_definition": "both"}}}}"#)?["data"]?[
            "extra"]
        #expect(extra?["m_def"]?["m_def"] == .object(ObjectValue()))
        #expect(extra?["m_def"]?["m_def_id"]?.text?.hasPrefix("29bb") == true)
    }

    @Test func sectionsThatLeadToEachOtherInManyWaysAreReadOnce() async throws {
        func section(_ name: String, _ target: Int) -> String {
            let parts = (0..<10).map {
                ##"{"name": "p\##($0)", "sub_section": "#/section_definitions/\##(target)"}"##
            }
            return #"{"name": "\#(name)", "sub_sections": [\#(parts.joined(separator: ","))]}"#
        }
        let time = #""2024-01-01T00:00:00""#
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "up", "main_author": "u", "upload_create_time": \(time), "publish_time": \(time)}],
             "entries": [{"entry_id": "e", "upload_id": "up", "mainfile": "m", "parser_name": "p",
                "entry_create_time": \(time), "archive": {"definitions": {"name": "s",
                "section_definitions": [\(section("A", 1)), \(section("B", 0))]}}}]}
            """
        let laboratory = try await GraphLaboratory(bundle: Array(bundle.utf8))
        let nested = (0..<40).reduce(#""include-resolved""#) { inner, level in
            #"{"\#(level % 3 == 0 ? "all_sub_sections" : "sub_sections")": \#(inner)}"#
        }
        let start = ContinuousClock.now
        let (status, answer) = try await laboratory.ask(#"{"metainfo": {"entry_id:e.A": \#(nested)}}"#)
        #expect(status == 200)
        #expect(answer["metainfo"]?["entry_id:e.A"] != nil)
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
