import RutileJSON
import Testing

@Suite struct JSONCursorTests {
    private func value(_ cursor: JSONCursor) -> Value {
        switch cursor.kind {
        case .null: return .null
        case .bool: return .bool(cursor.bool)
        case .integer: return .integer(Int64(bitPattern: cursor.numberBits))
        case .unsigned: return .unsigned(cursor.numberBits)
        case .real: return .real(Double(bitPattern: cursor.numberBits))
        case .string: return .string(String(decoding: cursor.utf8, as: UTF8.self))
        case .list:
            var items: [Value] = []
            var next = cursor.first
            while let item = next {
                items.append(value(item))
                next = item.next(in: cursor)
            }
            #expect(items.count == cursor.count)
            return .list(items)
        case .object:
            var object = ObjectValue()
            var next = cursor.first
            while let key = next {
                object[String(decoding: key.utf8, as: UTF8.self)] = value(key.value)
                next = key.value.next(in: cursor)
            }
            return .object(object)
        }
    }

    @Test(arguments: [
        "null", "[]", "{}", #""é\u0000""#, "-3", "18446744073709551615", "1.5e3", "[[], {}, [[1, 2], null], true]",
        #"{"a": [1, {"b": false}], "": {"c": "x"}, "d": []}"#, #"{"a": 1, "b": 2, "a": 3}"#,
    ])
    func aWalkMeetsAllThatTheTextHas(_ text: String) throws {
        let document = try JSONDocument(json: Array(text.utf8))
        #expect(document.withRoot(value) == document.root.value)
    }
}
