extension Value {
    /// Parses UTF-8 `text` as ``JSONDocument`` does and decodes all of it.
    package init(
        json text: [UInt8], limits: JSONLimits = .request, nonFinite: NonFiniteNumbers = .refuse
    ) throws(JSONError) {
        self = try JSONDocument(json: text, limits: limits, nonFinite: nonFinite).root.value
    }

    /// Parses UTF-8 `text` as ``JSONDocument`` does and decodes all of it.
    package init(
        json text: UnsafeRawBufferPointer, limits: JSONLimits = .request, nonFinite: NonFiniteNumbers = .refuse
    ) throws(JSONError) {
        self = try unsafe JSONDocument(json: text, limits: limits, nonFinite: nonFinite).root.value
    }

    /// Parses `text` as ``JSONDocument`` does and decodes all of it.
    package init(
        json text: String, limits: JSONLimits = .request, nonFinite: NonFiniteNumbers = .refuse
    ) throws(JSONError) {
        try self.init(json: Array(text.utf8), limits: limits, nonFinite: nonFinite)
    }

    /// This value as JSON text in UTF-8; with `pretty` indented by two spaces, without a line break at the end.
    package func json(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty: pretty)
        writer.value(self)
        return writer.bytes
    }
}

extension JSONView {
    /// This value, fully decoded.
    package var value: Value { document.read { $0.value(index) } }
}

extension JSONTape {
    /// The value at `index`, decoded. Recurses once per level; the parser limited the depth.
    func value(_ index: Int) -> Value {
        switch kind(index) {
        case .null: .null
        case .bool: .bool(bool(index))
        case .integer: .integer(Int64(bitPattern: word(index + 1)))
        case .unsigned: .unsigned(word(index + 1))
        case .real: .real(Double(bitPattern: word(index + 1)))
        case .string: .string(text(index))
        case .list: .list(items(index))
        case .object: .object(members(index))
        }
    }

    private func items(_ index: Int) -> [Value] {
        var items: [Value] = []
        items.reserveCapacity(count(index))
        var at = firstIndex(in: index)
        let end = end(of: index)
        while at < end {
            items.append(value(at))
            at = self.index(after: at)
        }
        return items
    }

    private func members(_ index: Int) -> ObjectValue {
        // Requests are mostly objects of one member: no other can have its name.
        if count(index) == 1 {
            let key = firstIndex(in: index)
            return ObjectValue(distinctKeys: [text(key)], values: [value(key + 1)])
        }
        let keys = keys(in: index)
        return ObjectValue(distinctKeys: keys.map(text), values: keys.map { value($0 + 1) })
    }
}
