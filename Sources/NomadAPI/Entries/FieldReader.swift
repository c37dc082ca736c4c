package import RutileJSON

/// Reads members of an object in the body, and says where they stand.
package struct FieldReader {
    let members: ObjectValue
    let place: [String]

    /// A reader of `members`, which stand at `place` of the body.
    package init(_ members: ObjectValue, at place: [String]) {
        self.members = members
        self.place = place
    }

    /// A refusal of the member `name`.
    package func problem(_ type: String, _ message: String, _ name: String, context: Value? = nil) -> EntriesProblem {
        .value(type, message, at: place + [name], input: members[name] ?? .null, context: context)
    }

    /// An integer; a text or a real that is one will do. `nil` where there is none.
    package func integer(_ name: String, isRequired: Bool = false) throws(EntriesProblem) -> Int? {
        guard let value = members[name], isRequired || !value.isNull else { return nil }
        switch value {
        case .integer(let number): return Int(number)
        case .bool(let flag): return flag ? 1 : 0
        case .real(let number):
            guard let whole = Int(exactly: number) else {
                if number.rounded() == number { throw tooLarge(name) }
                throw problem(
                    "int_from_float", "Input should be a valid integer, got a number with a fractional part", name)
            }
            return whole
        case .string(let text):
            guard let number = lenientInteger(text) else {
                throw problem(
                    "int_parsing", "Input should be a valid integer, unable to parse string as an integer", name)
            }
            return number
        case .unsigned: throw tooLarge(name)
        case .null, .list, .object: throw problem("int_type", "Input should be a valid integer", name)
        }
    }

    private func tooLarge(_ name: String) -> EntriesProblem {
        problem("int_parsing_size", "Input should be a valid integer, the number is too large", name)
    }

    /// A number; a text that is one will do. `nil` where there is none.
    func number(_ name: String) throws(EntriesProblem) -> Double? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let number = value.real ?? value.text.flatMap(Double.init), number.isFinite else {
            throw problem("float_type", "Input should be a valid number", name)
        }
        return number
    }

    /// A truth value; `nil` where there is none.
    package func flag(_ name: String) throws(EntriesProblem) -> Bool? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let flag = value.bool else { throw problem("bool_type", "Input should be a valid boolean", name) }
        return flag
    }

    /// A text; `nil` where there is none.
    package func text(_ name: String) throws(EntriesProblem) -> String? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let text = value.text else { throw problem("string_type", "Input should be a valid string", name) }
        return text
    }

    /// A list of texts; `nil` where there is none.
    package func texts(_ name: String) throws(EntriesProblem) -> [String]? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let items = value.items else { throw problem("list_type", "Input should be a valid list", name) }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.text else {
                throw .value(
                    "string_type", "Input should be a valid string", at: place + [name], index: index, input: item)
            }
            texts.append(text)
        }
        return texts
    }

    /// An object; `nil` where there is none.
    func object(_ name: String) throws(EntriesProblem) -> ObjectValue? {
        guard let value = members[name], !value.isNull else { return nil }
        guard let object = value.object else { throw .noObject(value, at: place + [name]) }
        return object
    }
}
