import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

@Suite struct DefinitionScopeTests {
    private let here = ArchiveKey(upload: UploadID("u"), entry: EntryID("here"))
    private let other = ArchiveKey(upload: UploadID("u"), entry: EntryID("other"))
    private let scope = DefinitionScope(catalogue: .builtIn)

    private func definitions(_ json: String) throws -> Value { try Value(json: Array(json.utf8)) }

    private func section(_ mDef: String) throws -> Section {
        scope.section(try scope.section(mDef: mDef, in: here).found())
    }

    @Test func theRootHasThePartsOfAnArchive() throws {
        let root = scope.section(scope.root)
        #expect(root.qualifiedName == "nomad.datamodel.datamodel.EntryArchive")
        #expect(!root.isCustom)
        for name in [
            "metadata", "results", "data", "workflow2", "workflow", "measurement", "definitions", "tabular_tree", "run",
        ] {
            guard case .subSection = root.property(name) else {
                Issue.record("\(name) is no sub-section")
                continue
            }
        }
        guard case .quantity(let logs) = root.property("processing_logs") else { return #expect(Bool(false)) }
        #expect(logs.isJSON && !logs.isScalar && !logs.isReference)
        #expect(
            try scope.shortForm(of: logs).found()
                == "nomad.datamodel.datamodel.EntryArchive.processing_logs@a460aa733fc08cb4aa602d8609d75a338a8f17d7")
        #expect(
            try scope.shortForm(of: scope.root).found()
                == "nomad.datamodel.datamodel.EntryArchive@c45f964bcfc5f5c1fa44fbeb5bcbe650f8f8c375")
        #expect(root.property("nope") == nil)
    }

    @Test func aScalarDeepInARunIsFound() throws {
        var id = scope.root
        for name in ["run", "calculation", "energy", "total"] {
            guard case .subSection(let part) = scope.section(id).property(name) else {
                Issue.record("\(name) is no sub-section")
                return
            }
            id = try scope.target(of: part).found()
        }
        guard case .quantity(let value) = scope.section(id).property("value") else { return #expect(Bool(false)) }
        #expect(value.unit == "joule")
        #expect(value.type == .numpy("float64"))
    }

    @Test(arguments: [
        "nomad.datamodel.data.EntryData", "nomad.datamodel.EntryData", "nomad.datamodel.Schema",
        "nomad.datamodel.data.EntryData@486f476f18785f5f4bcbac10db7304d7de35636b",
    ])
    func sectionsAreKnownUnderTheirOtherNames(_ name: String) throws {
        #expect(try section(name).qualifiedName == "nomad.datamodel.data.EntryData")
    }

    @Test func sectionsInsideSectionsHaveNames() throws {
        let channel = try section("nomad.datamodel.metainfo.measurements.Spectrum.SpectrumChannel")
        #expect(channel.path.text.hasSuffix("/section_definitions/5/inner_section_definitions/0"))
    }

    @Test(arguments: [
        "#/definitions/section_definitions/0", "/definitions/section_definitions/0", "#/definitions/sections/0",
        "../upload/archive/here#/definitions/section_definitions/0",
        "../uploads/u/archive/here#definitions/section_definitions/0", "entry_id:here.Thing",
        "entry_id:here.section_definitions.0", "#/definitions/Thing", "Thing",
    ])
    func everySpellingOfMDefIsRead(_ mDef: String) throws {
        scope.add(archive: here, definitions: try definitions(#"{"section_definitions": [{"name": "Thing"}]}"#))
        let thing = try section(mDef)
        #expect(thing.qualifiedName == "entry_id:here.Thing")
        #expect(thing.isCustom)
        #expect(thing.path.text == "uploads/u/entries/here/archive/definitions/section_definitions/0")
    }

    @Test(arguments: [
        (
            "../upload/archive/other#/definitions/Thing",
            ArchivePlace.archive(ArchiveKey(upload: UploadID("u"), entry: EntryID("other")))
        ),
        ("../upload/raw/a.json#/definitions/Thing", ArchivePlace.rawFile(UploadID("u"), path: "a.json")),
        ("../entries/other/archive#/definitions/Thing", ArchivePlace.entry(EntryID("other"))),
        ("entry_id:other.Thing", ArchivePlace.entry(EntryID("other"))),
    ])
    func anArchiveThatIsNotLoadedIsNeeded(_ mDef: String, _ place: ArchivePlace) throws {
        guard case .needs(let needed) = scope.section(mDef: mDef, in: here) else { return #expect(Bool(false)) }
        #expect(needed == place)
        scope.locate(place, as: other)
        guard case .needs(.archive(other)) = scope.section(mDef: mDef, in: here) else { return #expect(Bool(false)) }
        scope.add(archive: other, definitions: try definitions(#"{"sections": {"Thing": {}}}"#))
        #expect(try section(mDef).qualifiedName == "entry_id:other.Thing")
    }

    @Test(arguments: [
        "#/definitions/section_definitions/1", "no.such.Section", "../upload/archive/absent#/definitions/Thing",
        "https://h/uploads/u/archive/e#/definitions/Thing", "../upload/archive/here?#/definitions", "", "#",
    ])
    func whatDoesNotExistIsSaid(_ mDef: String) throws {
        scope.add(archive: here, definitions: try definitions(#"{"section_definitions": [{"name": "Thing"}]}"#))
        scope.markUnavailable(
            archive: ArchiveKey(upload: UploadID("u"), entry: EntryID("absent")), why: "Archive absent does not exist")
        guard case .failed(let why) = scope.section(mDef: mDef, in: here) else { return #expect(Bool(false)) }
        #expect(!why.hasSuffix("."))
    }

    @Test(arguments: [
        (
            "https://h/uploads/u/raw/a.json#/definitions/Thing",
            ArchivePlace.rawFile(UploadID("u"), path: "a.json", on: InstallationID("https://h"))
        ),
        (
            "https://h/uploads/u/archive/e#/definitions/Thing",
            ArchivePlace.archive(
                ArchiveKey(upload: UploadID("u"), entry: EntryID("e"), on: InstallationID("https://h")))
        ),
    ])
    func archivesOfOtherInstallationsAreNeededWhereTheyAreRead(_ mDef: String, _ place: ArchivePlace) throws {
        let scope = DefinitionScope(catalogue: scope.catalogue, installations: [InstallationID("https://h")])
        guard case .needs(place) = scope.section(mDef: mDef, in: here) else { return #expect(Bool(false)) }
        guard case .rawFile = place else { return }
        scope.locate(place, as: nil, why: "It is broken")
        guard case .failed("It is broken") = scope.section(mDef: mDef, in: here) else { return #expect(Bool(false)) }
    }

    @Test func propertiesAreInheritedAcrossArchives() throws {
        scope.add(
            archive: here,
            definitions: try definitions(
                #"""
                {"section_definitions": [{"name": "Thing", "more": {"label_quantity": "code"},
                  "base_sections": ["../upload/archive/other#/definitions/section_definitions/0",
                                    "nomad.datamodel.data.EntryData"],
                  "quantities": [{"name": "code", "type": {"type_kind": "python", "type_data": "str"}, "aliases": ["key"]}]}]}
                """#))
        let before = try section("#/definitions/section_definitions/0")
        #expect(before.needs == [.archive(other)])
        #expect(before.property("mass") == nil)
        guard case .needs(.archive(other)) = scope.definitionID(of: before.id) else { return #expect(Bool(false)) }

        scope.add(
            archive: other,
            definitions: try definitions(
                #"""
                {"sections": {"Base": {"more": {"label_quantity": "mass"}, "quantities": {
                  "mass": {"type": "np.float64", "unit": "kg"}, "code": {"type": "int"}, "twin": {"type": "#/Base"}}}}}
                """#))
        let after = try section("#/definitions/section_definitions/0")
        #expect(after.needs.isEmpty)
        #expect(after.properties.map(\.name) == ["mass", "code", "twin"])
        #expect(after.labelQuantities == ["mass", "code"])
        guard case .quantity(let code) = after.property("key") else { return #expect(Bool(false)) }
        #expect(code.type == .primitive("str"))
        guard case .quantity(let twin) = after.property("twin") else { return #expect(Bool(false)) }
        #expect(twin.isReference)
        #expect(scope.section(try scope.target(of: twin).found().section).qualifiedName == "entry_id:other.Base")
        #expect(try scope.definitionID(of: after.id).found().count == 40)
    }

    @Test func aSectionThatInheritsFromItselfEnds() throws {
        scope.add(
            archive: here,
            definitions: try definitions(
                #"""
                {"section_definitions": [{"name": "A", "base_sections": ["B"], "quantities": [{"name": "a", "type": "str"}]},
                                         {"name": "B", "base_sections": ["A"], "quantities": [{"name": "b", "type": "str"}]}]}
                """#))
        #expect(try Set(section("#/definitions/section_definitions/0").properties.map(\.name)) == ["a", "b"])
        #expect(try Set(section("#/definitions/section_definitions/1").properties.map(\.name)) == ["a", "b"])
        #expect(try scope.definitionID(of: section("A").id).found().count == 40)
    }

    @Test func aLongChainOfSectionsEnds() throws {
        let sections = (0..<5_000).map { index in
            Value.members([
                "name": .string("S\(index)"), "base_sections": .list([.string("S\(index + 1)")]),
                "sub_sections": .list([.members(["name": .string("x"), "sub_section": .string("S\(index + 1)")])]),
            ])
        }
        scope.add(archive: here, definitions: .members(["section_definitions": .list(sections)]))
        let first = try section("S0")
        #expect(first.property("x") != nil)
        #expect(try scope.definitionID(of: first.id).found().count == 40)
        var config = DefinitionConfig()
        config.resolves = true
        #expect(
            try scope.answer(DefinitionRequest(config: config), for: .section(first.id)).found().fragments.count < 500)
    }

    @Test func referencesToPeopleAndDatasetsAreNotFollowed() throws {
        let metadata = try section("nomad.datamodel.datamodel.EntryMetadata")
        for name in ["main_author", "coauthors", "datasets"] {
            guard case .quantity(let quantity) = metadata.property(name) else { return #expect(Bool(false)) }
            #expect(!quantity.isReference, "\(name)")
        }
    }

    @Test func anInstalledPackageIsCustom() throws {
        let package = try definitions(
            #"{"name": "my.lab", "section_definitions": [{"name": "Oven", "quantities": [{"name": "t", "type": "float"}]}]}"#
        )
        let scope = DefinitionScope(catalogue: DefinitionCatalogue(installed: [package]))
        let oven = scope.section(try scope.section(mDef: "my.lab.Oven", in: here).found())
        #expect(oven.isCustom)
        #expect(oven.path.text == "metainfo/my.lab/section_definitions/0")
        #expect(scope.catalogue.packageNames.last == "my.lab")
    }
}
