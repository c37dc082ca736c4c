import RutileJSON
import Testing

/// Lists without definition that hold both objects and other values: nothing of them is lost.
@Suite struct MixedListTests {
    private static let list = ##"[{"a": 1}, 2, "#/data/x", null, [3], {"a": {"b": 4}}]"##

    private func data(_ request: String) async throws -> Value? {
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "U", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00",
                          "publish_time": "2024-01-01T10:00:00"}],
             "entries": [{"entry_id": "e", "upload_id": "U", "mainfile": "m", "parser_name": "p",
                          "entry_create_time": "2024-01-01T10:00:00",
                          "archive": {"data": {"x": "seen", "l": \(Self.list)}}}]}
            """
        let laboratory = try await GraphLaboratory(bundle: Array(bundle.utf8))
        let (status, answer) = try await laboratory.ask(#"{"entries": {"e": {"archive": {"data": \#(request)}}}}"#)
        #expect(status == 200)
        return answer["entries"]?["e"]?["archive"]?["data"]
    }

    private func json(_ text: String) throws -> Value { try Value(json: Array(text.utf8)) }

    @Test(arguments: [
        #""*""#, #"{"m_request": {"include_definition": "both"}}"#, #"{"m_request": {"max_list_size": 100}}"#,
        #"{"l": "*"}"#, #"{"l": {"m_request": {"depth": 9}}}"#,
    ])
    func everyItemIsShown(_ request: String) async throws {
        let found = try await data(request)?["l"]?.items
        #expect(found == (try json(Self.list).items), "\(String(describing: found))")
    }

    @Test(arguments: [("l[1]", "[null, 2]"), ("l[4]", "[null, null, null, null, [3]]"), ("l[0]", #"[{"a": 1}]"#)])
    func anItemIsShownByItsPosition(_ key: String, list: String) async throws {
        #expect(try await data(#"{"\#(key)": "*"}"#)?["l"] == (try json(list)))
    }

    @Test func referencesAmongThemAreFollowed() async throws {
        let found = try await data(#"{"l[2]": {"m_request": {"directive": "resolved"}}}"#)
        #expect(found?["l"]?.items?.last?.text?.contains("data/x") == true, "\(String(describing: found))")
    }

    @Test func withoutQuantitiesTheSectionsAreLeft() async throws {
        let found = try await data(#"{"m_request": {"include_quantities": false}}"#)?["l"]
        #expect(found == (try json(#"[{}, null, null, null, null, {"a": {}}]"#)), "\(String(describing: found))")
    }
}
