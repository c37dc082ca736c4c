import RutileClient
import Testing

struct DataNodeTests {
    private let archive: DataNode

    init() throws {
        archive = try DataNode(
            json: #"""
                {"run": [{"calculation": [{"energy": {"total": {"value": 1}}}, {"energy": {"total": {"value": -2.5e-18}}}],
                "system": [{"atoms": {"labels": ["Ti", "O"], "positions": [[0, 0, 0], [1e-10, 0, 0]]}}]}],
                "data": {"m_def": "my.own.Section", "n": 7, "yes": true, "nothing": null}}
                """#)
    }

    @Test func anyPlaceCanBeAskedFor() {
        #expect(archive["run"][0]["calculation"][-1]["energy"]["total"]["value"].double == -2.5e-18)
        #expect(archive["run"][0]["calculation"][0]["energy"]["total"]["value"].double == 1)
        #expect(archive["run"][0]["calculation"][2]["energy"].double == nil)
        #expect(archive["run"][0]["calculation"][-3].exists == false)
        #expect(archive["run"]["calculation"].exists == false)
        #expect(archive["nothing"][4]["at"]["all"].string == nil)
    }

    @Test func valuesHaveTheirTypes() {
        #expect(archive["data"]["n"].int == 7)
        #expect(archive["data"]["n"].double == 7)
        #expect(archive["data"]["n"].string == nil)
        #expect(archive["data"]["yes"].bool == true)
        #expect(archive["data"]["nothing"].isNull)
        #expect(archive["data"]["nothing"].exists)
        #expect(archive["data"].keys == ["m_def", "n", "yes", "nothing"])
        let atoms = archive["run"][0]["system"][0]["atoms"]
        #expect(atoms["labels"].strings == ["Ti", "O"])
        #expect(atoms["labels"].doubles == nil)
        #expect(atoms["positions"].items.map(\.doubles) == [[0, 0, 0], [1e-10, 0, 0]])
        #expect(atoms["labels"].json == #"["Ti","O"]"#)
        #expect(atoms["positions"][1][0].path == "run/0/system/0/atoms/positions/1/0")
    }

    @Test func unitsAreThoseOfTheDefinitions() {
        #expect(archive["run"][0]["calculation"][-1]["energy"]["total"]["value"].unit == "joule")
        #expect(archive["run"][0]["system"][0]["atoms"]["positions"].unit == "meter")
        #expect(archive["run"][0]["system"][0]["atoms"]["positions"][1][0].unit == "meter")
        #expect(archive["run"][0]["system"][0]["atoms"]["labels"].unit == nil)
        #expect(archive["run"][0]["system"][0]["atoms"]["labels"].definition?.name.hasSuffix("Atoms.labels") ?? false)
        #expect(archive["run"][0].definition == nil)
        #expect(archive["data"]["n"].unit == nil)
    }
}
