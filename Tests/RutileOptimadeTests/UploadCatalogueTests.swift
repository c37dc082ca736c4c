import OptimadeAPI
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import Testing

struct UploadCatalogueTests {
    private func upload(_ id: String, license: String?, published: Int64? = nil) -> UploadRecord {
        var upload = UploadRecord(
            id: UploadID(id), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u"))
        upload.license = license
        upload.publishTime = published.map { Timestamp(microseconds: $0) }
        return upload
    }

    private func definition(_ name: String, _ type: String) -> PropertyRecord {
        PropertyRecord(entryType: "structures", name: name, definition: .members(["type": .string(type)]))
    }

    private func names(_ types: [EntryTypeDefinition]) -> [String] {
        types[0].properties.map(\.name).filter { $0.utf8.first == UInt8(ascii: "_") }
    }

    @Test func onlyVisibleUploadsDefineProperties() {
        let catalogue = UploadCatalogue(
            [.structures, .references],
            [upload("draft", license: nil), upload("public", license: nil, published: 1)],
            properties: [
                UploadID("draft"): [definition("_x_secret", "string"), definition("_x_gap", "string")],
                UploadID("public"): [definition("_x_gap", "float")],
            ])
        #expect(names(catalogue.types) == ["_x_gap", "_x_secret"])
        let visible = catalogue.types { $0 == UploadID("public") }
        #expect(names(visible) == ["_x_gap"])
        // What is published counts more than what was there earlier.
        #expect(catalogue.types[0]["_x_gap"]?.property.type == .float)
        #expect(visible[0]["_x_gap"]?.property.type == .float)
        #expect(names(catalogue.types { _ in false }) == [])
    }

    @Test(
        arguments: [
            (["CC0-1.0", "CC0-1.0"], "CC0-1.0"), (["CC BY 4.0", "CC-BY-4.0"], "CC BY 4.0"), (["CC0-1.0", "MIT"], nil),
            (["CC0-1.0", nil], nil), ([nil], nil), ([], nil), (["as agreed"], nil),
        ] as [([String?], String?)])
    func theLicenceIsTheOneThatAllVisibleUploadsHave(_ licenses: [String?], _ common: String?) {
        let hidden = upload("hidden", license: "MIT")
        let uploads = licenses.enumerated().map { upload("u\($0)", license: $1) }
        let catalogue = UploadCatalogue([.structures], [hidden] + uploads, properties: [:])
        #expect(catalogue.license { $0 != hidden.id } == common)
    }
}
