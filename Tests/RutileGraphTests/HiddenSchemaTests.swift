import RutileGraph
import RutileJSON
import RutileModel
import Testing

/// Definitions in archives that the caller may not read: an answer is what it would be without them.
@Suite struct HiddenSchemaTests {
    /// A published upload `pub` that uses definitions in it, in the upload `hid` of the user `own`, and in none; with
    /// `hid` or without.
    private static func bundle(withHidden: Bool) -> [UInt8] {
        let time = #""2024-01-01T00:00:00""#
        func entry(_ id: String, _ upload: String, _ archive: String) -> String {
            """
            {"entry_id": "\(id)", "upload_id": "\(upload)", "mainfile": "\(id).json", "parser_name": "p",
             "entry_create_time": \(time), "archive": \(archive)}
            """
        }
        let schema = """
            {"definitions": {"name": "s", "section_definitions": [
                {"name": "Thing", "quantities": [{"name": "a", "type": "int"}],
                 "sub_sections": [{"name": "part", "section": {"name": "Part", "quantities": [{"name": "b", "type": "int"}]}}]}]}}
            """
        func derived(_ base: String) -> String {
            """
            {"definitions": {"name": "d", "section_definitions": [
                {"name": "Derived", "base_sections": ["\(base)"], "quantities": [{"name": "c", "type": "int"}, {"name": "r", "type": {"type_kind": "reference", "type_data": "\(base)"}}],
                 "sub_sections": [{"name": "things", "sub_section": "\(base)", "repeats": true}]}]},
             "data": {"m_def": "/definitions/section_definitions/0", "a": 1, "c": 2, "r": "#/data", "things": [{"a": 3}]}}
            """
        }
        let spellings = [
            "../uploads/hid/archive/secret#/definitions/section_definitions/0",
            "../uploads/hid/raw/secret.json#/definitions/section_definitions/0",
            "../entries/secret/archive#/definitions/section_definitions/0", "entry_id:secret.Thing",
            "entry_id:secret.section_definitions.0",
        ]
        var entries = [entry("open", "pub", schema)]
        for (number, spelling) in spellings.enumerated() {
            entries.append(
                entry("uses\(number)", "pub", #"{"data": {"m_def": "\#(spelling)", "a": 1, "part": {"b": 2}}}"#))
            entries.append(entry("derives\(number)", "pub", derived(spelling)))
        }
        var uploads = [
            #"{"upload_id": "pub", "main_author": "own", "upload_create_time": \#(time), "publish_time": \#(time)}"#
        ]
        if withHidden {
            uploads.append(#"{"upload_id": "hid", "main_author": "own", "upload_create_time": \#(time)}"#)
            entries.append(entry("secret", "hid", schema))
        }
        let text = """
            {"users": [{"user_id": "own", "username": "own"}, {"user_id": "eve", "username": "eve"}],
             "uploads": [\(uploads.joined(separator: ","))], "entries": [\(entries.joined(separator: ","))]}
            """
        return Array(text.utf8)
    }

    private static let laboratories = Task {
        (
            with: try await GraphLaboratory(bundle: bundle(withHidden: true)),
            without: try await GraphLaboratory(bundle: bundle(withHidden: false))
        )
    }

    private static let below = [
        #""*""#, #"{"data": {"m_request": {"directive": "resolved"}}}"#,
        #"{"data": {"m_request": {"include_definition": "both"}}}"#,
        #"{"data": {"m_request": {"include_definition": "specialized_only", "export_whole_package": true}}}"#,
        #"{"data": {"m_request": {"m_def_format": "short"}}}"#,
        #"{"data": {"m_def": "*", "a": "*", "part": {"b": "*"}}}"#,
        #"{"data": {"m_def": "include-resolved"}}"#, #"{"data": {"m_def": {"all_quantities": "include-resolved"}}}"#,
        #"{"data": {"m_def": {"base_sections": "include-resolved", "sub_sections": "*", "quantities": "*"}}}"#,
    ]

    @Test(arguments: below, [nil, "eve"])
    func whatIsHiddenIsAsIfItWereNotThere(request: String, user: String?) async throws {
        let laboratories = try await Self.laboratories.value
        for number in 0..<5 {
            for name in ["uses", "derives"] {
                let request = #"{"entries": {"\#(name)\#(number)": {"archive": \#(request)}}}"#
                let with = try await laboratories.with.ask(request, as: user)
                let without = try await laboratories.without.ask(request, as: user)
                #expect(with.status == without.status)
                #expect(with.answer == without.answer, "\(request)")
                #expect(with.answer["uploads"]?["hid"] == nil)
            }
        }
    }

    @Test func soItIsInTheListOfDefinitions() async throws {
        let laboratories = try await Self.laboratories.value
        for key in ["entry_id:secret", "entry_id:secret.Thing", "entry_id:secret.section_definitions.0"] {
            for user in [nil, "eve"] {
                let request = #"{"metainfo": {"\#(key)": "include-resolved"}}"#
                let with = try await laboratories.with.ask(request, as: user)
                #expect(with.answer == (try await laboratories.without.ask(request, as: user)).answer)
                #expect(with.answer["metainfo"]?["m_errors"]?.items?.count == 1)
            }
        }
    }

    @Test func whoMayReadThemIsShownTheDefinitions() async throws {
        let laboratory = try await Self.laboratories.value.with
        for number in 0..<5 {
            let answer = try await laboratory.ask(
                #"{"entries": {"uses\#(number)": {"archive": {"data": {"m_def": "*", "part": {"b": "*"}}}}}}"#,
                as: "own"
            ).answer
            let archive = answer["entries"]?["uses\(number)"]?["archive"]
            #expect(
                archive?["data"]?["m_def"]?["m_def"]
                    == .string("uploads/hid/entries/secret/archive/definitions/section_definitions/0"))
            #expect(archive?["m_errors"] == nil)
            let inherited = try await laboratory.ask(
                #"{"entries": {"derives\#(number)": {"archive": {"data": {"a": "*", "m_def": {"all_quantities": "*"}}}}}}"#,
                as: "own"
            ).answer
            #expect(inherited["entries"]?["derives\(number)"]?["archive"]?["data"]?["a"] == .integer(1))
        }
        let shown = try await laboratory.ask(#"{"metainfo": {"entry_id:secret.Thing": {"name": "*"}}}"#, as: "own")
            .answer
        #expect(
            shown["metainfo"]?["entry_id:secret.Thing"]
                == .string("uploads/hid/entries/secret/archive/definitions/section_definitions/0"))
    }
}
