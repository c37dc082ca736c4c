extension JSONWriter {
    /// Writes `value` with all that it holds, members in order. Reals that are not finite become `null`.
    package mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .unsigned(let number): unsigned(number)
        case .real(let number): real(number)
        case .string(let text): string(text)
        case .list(let items):
            beginList()
            for item in items { self.value(item) }
            endList()
        case .object(let object):
            beginObject()
            for (key, member) in object.members {
                self.key(key)
                self.value(member)
            }
            endObject()
        }
    }

    /// Writes a parsed value straight from its document, members in order, each name once.
    package mutating func view(_ view: JSONView) {
        view.document.read { tapeValue(view.index, $0) }
    }

    private mutating func tapeValue(_ index: Int, _ tape: JSONTape) {
        switch tape.kind(index) {
        case .null: null()
        case .bool: bool(tape.bool(index))
        case .integer: integer(Int64(bitPattern: tape.word(index + 1)))
        case .unsigned: unsigned(tape.word(index + 1))
        case .real: real(Double(bitPattern: tape.word(index + 1)))
        case .string: unsafe quoted(tape.utf8(index))
        case .list:
            beginList()
            var at = tape.firstIndex(in: index)
            let end = tape.end(of: index)
            while at < end {
                tapeValue(at, tape)
                at = tape.index(after: at)
            }
            endList()
        case .object:
            beginObject()
            for key in tape.keys(in: index) {
                unsafe quoted(tape.utf8(key))
                endKey()
                tapeValue(key + 1, tape)
            }
            endObject()
        }
    }
}
