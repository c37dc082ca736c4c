import NomadAPI
import RutileGraph
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

/// The recorded answers of NOMAD's reader of `required`.
@Suite struct RequiredCaseTests {
    /// Recorded cases that differ on purpose, with our answers: row D18 of `docs/compatibility.md`.
    static let ours: [String: String] = [
        "086 resolved target overlaps an explicit section": #"""
        {"run": [{"calculation": [null, null, {"step": 2, "energy": {"total": {"value": -3.5}}}]}],
         "workflow2": {"results": {"calculation_result_ref": "/run/0/calculation/2"}}, "m_ref_archives": {}}
        """#,
        "087 explicit section after the reference": #"""
        {"run": [{"program_name": "VASP", "calculation": [null, null, {"energy": {"total": {"value": -3.5}}}]}],
         "workflow2": {"results": {"calculation_result_ref": "/run/0/calculation/2"}}, "m_ref_archives": {}}
        """#,
        "088 explicit section with index and list of refs": #"""
        {"run": [{"calculation": [
            {"step": 0, "system_ref": "/run/0/system/0", "method_ref": "/run/0/method/0",
             "energy": {"total": {"value": -1.5, "kind": "total"}}},
            {"energy": {"total": {"value": -2.5}, "free": {"value": -2.75}}}]}],
         "workflow2": {"results": {"calculations_ref": ["/run/0/calculation/0", "/run/0/calculation/1"]}},
         "m_ref_archives": {}}
        """#,
        "069 wildcard include-resolved": #"""
        {"run": [{
            "system": [
                {"name": "s0", "labels": ["Ti", "O", "O"], "n_atoms": 3,
                 "positions": [[0.0, 0.0, 0.0], [1.5, 0.0, 0.0], [0.0, 1.5, 0.0]],
                 "symmetry": [{"space_group_number": 136, "symbol": "P4_2/mnm"}]},
                {"name": "s1", "labels": ["Ti", "O"], "n_atoms": 2, "parent_ref": "/run/0/system/0"},
                {"name": "s2", "labels": ["Ti"], "n_atoms": 1, "parent_ref": "/run/0/system/1"}],
            "method": [{"name": "m0", "xc": ["GGA_X_PBE", "GGA_C_PBE"]}, {"name": "m1", "core_ref": "/run/0/method/0"}],
            "calculation": [
                {"step": 0, "system_ref": "/run/0/system/0", "method_ref": "/run/0/method/0",
                 "energy": {"total": {"value": -1.5, "kind": "total"}}},
                {"step": 1, "system_ref": "/run/0/system/1", "method_ref": "/run/0/method/1",
                 "energy": {"total": {"value": -2.5}, "free": {"value": -2.75}},
                 "dos": [{"energies": [0.0, 0.5, 1.0], "values": [1.0, 2.0, 3.0]}, {"energies": [5.0]}]},
                {"step": 2, "system_ref": "/run/0/system/2", "energy": {"total": {"value": -3.5}},
                 "related_refs": ["/run/0/calculation/0", "/run/0/calculation/1"]}]}],
         "workflow2": {"results": {
            "converged": true, "n_calculations": 3, "calculation_result_ref": "/run/0/calculation/2",
            "calculations_ref": ["/run/0/calculation/0", "/run/0/calculation/1"],
            "dos_energies": "/run/0/calculation/1/dos/0/energies",
            "total_energy": "/run/0/calculation/2/energy/total/value"}},
         "m_ref_archives": {}}
        """#,
    ]

    private static let laboratory = Task { try await RequiredLaboratory() }

    @Test(arguments: try RequiredCase.all())
    func agreesUnlessListed(_ test: RequiredCase) async throws {
        let laboratory = try await Self.laboratory.value
        do {
            let answer = try await laboratory.read(test.required, of: test.entry, isOfNomad: test.isOfNomad)
            if test.status == 404 { return #expect(answer == nil) }
            #expect(test.status == nil || Self.ours[test.name] != nil, "refused by NOMAD")
            let wanted = try Self.ours[test.name].map(RequiredCase.value) ?? test.expected
            #expect(answer.map(\.sorted) == wanted?.sorted, "\(answer?.jsonText ?? "")")
        } catch let refusal as EntriesProblem {
            // What is a 5xx there is a refusal here.
            let status = test.status ?? 0
            #expect(status >= 500 ? [400, 422].contains(refusal.status) : refusal.status == status)
        }
    }

    @Test func whatCannotBePickedIsNamedWithItsPlace() async throws {
        let laboratory = try await Self.laboratory.value
        let required = Value.members(["workflow2": .members(["tasks": .members(["name": .string("odd")])])])
        let refusal = await #expect(throws: EntriesProblem.self) { try await laboratory.read(required, of: "ring_a") }
        #expect(refusal?.text == "unknown directive odd at workflow2.tasks.name of entry ring_a")
    }

    @Test func thereAreAllCases() throws { #expect(try RequiredCase.all().count == 83) }

    @Test(arguments: [false, true])
    func aCircleOfEntriesEnds(_ isInPlace: Bool) async throws {
        let required = Value.members(["resolve-inplace": .bool(isInPlace), "workflow2": .string("include-resolved")])
        let answer = try #require(try await Self.laboratory.value.read(required, of: "ring_a"))
        let others = answer["m_ref_archives"]?.object
        #expect(others?.count == (isInPlace ? 0 : 2))
        let task = answer["workflow2"]?["tasks"]?.items?.first?["task"]
        if isInPlace {
            let back = task?["tasks"]?.items?.first?["task"]
            #expect(back?["name"] == .string("w of ring_a"))
            #expect(back?["tasks"]?.items?.first?["task"] == .string("../entries/ring_b/archive#/workflow2"))
        } else {
            #expect(task == .string("../uploads/upload_1/archive/ring_b#/workflow2"))
        }
    }

    @Test(arguments: [#""include-resolved""#, #"{"tasks": {"task": {"name": "*"}}}"#])
    func aHiddenTargetIsLikeAnAbsentOne(_ part: String) async throws {
        let laboratory = try await Self.laboratory.value
        let required = try RequiredCase.value(#"{"workflow2": \#(part)}"#)
        for (entry, text) in [
            ("link_missing", "../entries/absent/archive#/workflow2"),
            ("link_secret", "../uploads/upload_3/archive/secret#/workflow2"),
        ] {
            let answer = try #require(try await laboratory.read(required, of: entry))
            #expect(answer["workflow2"]?["tasks"]?.items?.first?["task"] == .string(text))
            #expect(answer["m_ref_archives"] == .object(ObjectValue()))
        }
        #expect(try await laboratory.read(required, of: "secret") == nil)
        let owner = Caller(user: UserID("u"), isAdmin: false, groups: [])
        let answer = try #require(try await laboratory.read(required, of: "link_secret", as: owner))
        #expect(answer["m_ref_archives"]?["../uploads/upload_3/archive/secret"]?["workflow2"]?["name"] == .string("s"))
    }

    @Test func whatIsReadInPlaceHasBounds() async throws {
        // Each of the sections refers twice to the next: 2^40 ways.
        let required = try RequiredCase.value(#"{"resolve-inplace": true, "run": "include-resolved"}"#)
        let laboratory = try await Self.laboratory.value
        await #expect(throws: GraphProblem.self) { try await laboratory.read(required, of: "doubling") }
        let others = try RequiredCase.value(#"{"run": "include-resolved"}"#)
        #expect(try await laboratory.read(others, of: "doubling") != nil)
    }
}

/// A recorded case.
struct RequiredCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// The entry whose archive is read.
    let entry: String
    let required: Value
    /// Whether its archive is one of NOMAD's own definitions, not of those of the cases.
    let isOfNomad: Bool
    let expected: Value?
    let status: Int?

    var testDescription: String { name }

    static func file() throws -> Value { try value(String(decoding: GoldenCase.bytes(path), as: UTF8.self)) }
    private static let path = "cases/archive/cases_required.json"

    static func value(_ text: String) throws -> Value { try Value(json: Array(text.utf8), limits: .file) }

    static func all() throws -> [RequiredCase] {
        (try file()["cases"]?.items ?? []).map { item in
            RequiredCase(
                name: item["id"]?.text ?? "", entry: item["read_id"]?.text ?? item["entry_id"]?.text ?? "",
                required: item["required"] ?? .null, isOfNomad: item["root"]?.text == "EntryArchive",
                expected: item["expected"],
                status: item["error"].map { Int($0["http_status"]?.integer ?? 404) })
        }
    }
}

/// The archives of the cases, with their definitions.
struct RequiredLaboratory {
    let laboratory: GraphLaboratory
    private let catalogue: DefinitionCatalogue

    /// - Parameter more: other archives, with `upload_id` and `mainfile`.
    init(more: ObjectValue = ObjectValue()) async throws {
        let file = try RequiredCase.file()
        let package = Self.package(file["schema"]?.object ?? ObjectValue())
        catalogue = DefinitionCatalogue(installed: [package])
        var entries: [Value] = []
        var names: [String: String] = [:]
        for item in file["cases"]?.items ?? [] {
            names[item["archive"]?.text ?? ""] = item["entry_id"]?.text
        }
        let uploads = ["leaf": "upload_2", "secret": "upload_3"]
        func add(_ id: String, mainfile: String, upload: String? = nil, _ archive: Value) {
            if upload == nil, more[id] != nil { return }
            entries.append(
                .members([
                    "entry_id": .string(id), "upload_id": .string(upload ?? uploads[id] ?? "upload_1"),
                    "mainfile": .string(mainfile), "parser_name": .string("p"),
                    "entry_create_time": .string("2024-01-01T00:00:00"), "process_status": .string("SUCCESS"),
                    "archive": archive,
                ]))
        }
        for (name, archive) in file["archives"]?.object?.members ?? zip([], []) {
            add(names[name] ?? name, mainfile: name, archive)
            // The oracle takes the names of files for ids.
            if name == "ring_a" { add("ring_a.json", mainfile: "ring_a.json", archive) }
        }
        for (name, text) in Self.others { add(name, mainfile: name, try RequiredCase.value(text)) }
        add("doubling", mainfile: "doubling", Self.doubling)
        for (name, entry) in more.members {
            add(
                name, mainfile: entry["mainfile"]?.text ?? "", upload: entry["upload_id"]?.text,
                entry["archive"] ?? .null)
        }
        let bundle = Value.members([
            "users": .list([.members(["user_id": .string("u"), "username": .string("u")])]),
            "uploads": .list(
                ["upload_1", "upload_2", "upload_3"].map { id in
                    .members([
                        "upload_id": .string(id), "upload_create_time": .string("2024-01-01T00:00:00"),
                        "publish_time": id == "upload_3" ? .null : .string("2024-01-01T00:00:00"),
                        "main_author": .string("u"),
                    ])
                }),
            "entries": .list(entries), "packages": .list([package]),
        ])
        laboratory = try await GraphLaboratory(bundle: bundle.json(), limits: GraphLimits(answerNodes: 100_000))
    }

    /// Archives besides those of the cases.
    private static let others = [
        "secret": #"{"workflow2": {"name": "s"}}"#,
        "link_secret": #"""
        {"workflow2": {"name": "l", "tasks": [{"task": "../uploads/upload_3/archive/secret#/workflow2"}]}}
        """#,
        "link_secret_upload_1": #"""
        {"workflow2": {"name": "l", "tasks": [{"task": "../uploads/upload_1/archive/secret#/workflow2"}]}}
        """#,
        "link_secret_nope": #"""
        {"workflow2": {"name": "l", "tasks": [{"task": "../uploads/nope/archive/secret#/workflow2"}]}}
        """#,
    ]

    /// Calculations of which each refers to the next one twice.
    private static let doubling = Value.members([
        "run": .list([
            .members([
                "calculation": .list(
                    (0..<40).map { number in
                        let next = Value.string("/run/0/calculation/\(min(number + 1, 39))")
                        return .members(["related_refs": .list([next, next])])
                    })
            ])
        ])
    ])

    /// What `required` picks of the archive of `entry`; `nil` where there is none.
    func read(
        _ required: Value, of entry: String, isOfNomad: Bool = false, as caller: Caller = .anonymous
    ) async throws -> Value? {
        let required = try RequiredData(required)
        let root = isOfNomad ? catalogue.root : try #require(catalogue.section(named: "rutile_schema.Root"))
        let (entries, uploads) = try await laboratory.records.entriesWithUploads([EntryID(entry)])
        let found = try await laboratory.service.archives(
            Array(entries.values), in: uploads, required, as: caller, root: root)
        guard case .json(let bytes)? = found.first else { return nil }
        return try Value(json: bytes, limits: .file)
    }

    /// The definitions of the cases as a package.
    private static func package(_ schema: ObjectValue) -> Value {
        let names = schema.members.map { $0.0 }
        func position(_ name: String) -> Int { names.firstIndex(of: name) ?? -1 }
        func target(_ text: String) -> String {
            let parts = text.split(separator: ".").map(String.init)
            let section = "#/section_definitions/\(position(parts[0]))"
            guard parts.count > 1 else { return section }
            let quantities = (schema[parts[0]]?["properties"]?.object?.members.map { $0 } ?? [])
                .filter { $0.1["kind"]?.text != "sub_section" }
            return section + "/quantities/\(quantities.firstIndex { $0.0 == parts[1] } ?? -1)"
        }
        let sections = schema.members.map { name, section -> Value in
            var quantities: [Value] = []
            var subSections: [Value] = []
            for (name, property) in section["properties"]?.object?.members ?? zip([], []) {
                let goal = (property["target"]?.text).map(target) ?? ""
                var type = Value.string("str")
                switch property["kind"]?.text {
                case "sub_section":
                    subSections.append(
                        .members([
                            "name": .string(name), "sub_section": .string(goal),
                            "repeats": property["repeats"] ?? .bool(false),
                        ]))
                    continue
                case "section_ref":
                    type = .members(["type_kind": .string("reference"), "type_data": .string(goal)])
                case "quantity_ref":
                    type = .members(["type_kind": .string("quantity_reference"), "type_data": .string(goal)])
                default: break
                }
                quantities.append(
                    .members(["name": .string(name), "type": type, "shape": property["shape"] ?? .list([])]))
            }
            return .members([
                "name": .string(name),
                "base_sections": .list(
                    (section["base"]?.items ?? []).compactMap(\.text).map { .string(target($0)) }),
                "quantities": .list(quantities), "sub_sections": .list(subSections),
            ])
        }
        return .members(["name": .string("rutile_schema"), "section_definitions": .list(sections)])
    }
}

extension Value {
    /// The same with the members of all objects in the order of their names.
    var sorted: Value {
        switch self {
        case .object(let members):
            .object(ObjectValue(members.members.map { ($0, $1.sorted) }.sorted { $0.0 < $1.0 }))
        case .list(let items): .list(items.map(\.sorted))
        default: self
        }
    }

    var jsonText: String { String(decoding: json(), as: UTF8.self) }
}
