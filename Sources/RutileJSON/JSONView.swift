/// What a JSON value is. Integers are told apart by size, as in ``Value``.
package enum JSONKind: Hashable, Sendable {
    case null, bool, integer
    /// An integer above `Int64.max`.
    case unsigned
    case real, string, list, object
}

/// One value of a ``JSONDocument``, not decoded; a view keeps its document alive.
package struct JSONView: Sendable {
    let document: JSONDocument
    let index: Int

    /// What this value is.
    package var kind: JSONKind { document.read { $0.kind(index) } }

    /// Number of items of a list or members of an object, repeated names included; 0 for others.
    package var count: Int { kind == .list || kind == .object ? document.read { $0.count(index) } : 0 }

    /// Whether this is `null`.
    package var isNull: Bool { kind == .null }

    /// The truth value of a bool, else `nil`.
    package var bool: Bool? { kind == .bool ? document.read { $0.bool(index) } : nil }

    /// The number of an integer up to `Int64.max`, else `nil`.
    package var integer: Int64? { kind == .integer ? Int64(bitPattern: number) : nil }

    /// The number of an integer above `Int64.max`, else `nil`.
    package var unsigned: UInt64? { kind == .unsigned ? number : nil }

    /// The number of an integer or real, else `nil`.
    package var real: Double? {
        switch kind {
        case .real: Double(bitPattern: number)
        case .integer: Double(Int64(bitPattern: number))
        case .unsigned: Double(number)
        default: nil
        }
    }

    /// The 64 bits of a number.
    private var number: UInt64 { document.read { $0.word(index + 1) } }

    /// The text of a string, else `nil`.
    package var text: String? { kind == .string ? document.read { $0.text(index) } : nil }

    /// Gives the UTF-8 bytes of a string to `body`, which must not keep them; `nil` for other values.
    package func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard kind == .string else { return nil }
        return try document.read { (tape) throws(Failure) in try unsafe body(tape.utf8(index)) }
    }

    /// The member `key` of an object; `nil` when this is no object or has no such member. The last of several with
    /// the same name. Cost: one pass over the object's members.
    package subscript(_ key: String) -> JSONView? {
        guard kind == .object else { return nil }
        var key = key
        let value = key.withUTF8 { (name: UnsafeBufferPointer<UInt8>) in
            document.read { unsafe $0.value(of: UnsafeRawBufferPointer(name), in: index) }
        }
        return value.map { JSONView(document: document, index: $0) }
    }

    /// The items of a list, in order; empty for other values.
    package var items: JSONItems { JSONItems(list: self) }

    /// The first member of an object that `isWanted`; where several have a name, each of them is looked at. Costs no memory.
    package func firstMember(where isWanted: (JSONMember) -> Bool) -> JSONMember? {
        guard kind == .object else { return nil }
        var (next, end) = document.read { ($0.firstIndex(in: index), $0.end(of: index)) }
        while next < end {
            let member = JSONMember(name: JSONView(document: document, index: next))
            if isWanted(member) { return member }
            next = document.read { $0.index(after: next + 1) }
        }
        return nil
    }

    /// Number of UTF-8 bytes of a string; 0 for other values.
    package var utf8Count: Int { kind == .string ? document.read { unsafe $0.utf8(index).count } : 0 }

    /// Whether this is a string of the same UTF-8 bytes as `text`.
    package func isText(_ text: String) -> Bool {
        guard kind == .string else { return false }
        var text = text
        return text.withUTF8 { (wanted: UnsafeBufferPointer<UInt8>) in
            document.read { unsafe $0.utf8(index).isEqual(UnsafeRawBufferPointer(wanted)) }
        }
    }

    /// The members of an object in order, each name once: where several have it, the last one's value stands in the
    /// place of the first. Empty for other values.
    package var members: [JSONMember] {
        guard kind == .object else { return [] }
        return document.read { $0.keys(in: index) }.map { JSONMember(name: JSONView(document: document, index: $0)) }
    }
}

/// A member of an object.
package struct JSONMember: Sendable {
    /// The key as a view of a string, for ``JSONView/withUTF8(_:)``.
    package let name: JSONView

    /// The key.
    package var key: String { name.document.read { $0.text(name.index) } }

    /// What stands under the key.
    package var value: JSONView { JSONView(document: name.document, index: name.index + 1) }
}

/// The items of a list, one after the other.
package struct JSONItems: Sequence, IteratorProtocol, Sendable {
    private let document: JSONDocument
    private var index: Int
    private let end: Int

    fileprivate init(list: JSONView) {
        document = list.document
        let isList = list.kind == .list
        (index, end) = isList ? document.read { ($0.firstIndex(in: list.index), $0.end(of: list.index)) } : (0, 0)
    }

    package mutating func next() -> JSONView? {
        guard index < end else { return nil }
        defer { index = document.read { $0.index(after: index) } }
        return JSONView(document: document, index: index)
    }
}
