/// One value of a ``JSONDocument`` without a reference to it: for readers that walk whole documents and cannot afford
/// to count references at each step.
///
/// Valid only inside ``JSONDocument/withRoot(_:)``.
///
/// What it reads never changes: it may be read on any thread, as long as it is valid.
@safe
package struct JSONCursor: @unchecked Sendable {
    private let tape: JSONTape
    private let index: Int

    fileprivate init(_ tape: JSONTape, _ index: Int) {
        self.tape = tape
        self.index = index
    }

    /// What this value is.
    package var kind: JSONKind { tape.kind(index) }

    /// Whether this is `true`. False for values that are no bools.
    package var bool: Bool { tape.bool(index) }

    /// The 64 bits of a number: of an `Int64`, `UInt64` or `Double`, as ``kind`` says. Undefined for other values.
    package var numberBits: UInt64 { tape.word(index + 1) }

    /// The UTF-8 bytes of a string. Undefined for other values.
    package var utf8: UnsafeRawBufferPointer { unsafe tape.utf8(index) }

    /// Number of items of a list or members of an object, repeated names included. Undefined for other values.
    package var count: Int { tape.count(index) }

    /// The first item of a list or the first key of an object; `nil` when there is none. Undefined for other values.
    package var first: JSONCursor? {
        let first = tape.firstIndex(in: index)
        return first < tape.end(of: index) ? JSONCursor(tape, first) : nil
    }

    /// The item behind this one in `list`, or the key behind this value in an object; `nil` behind the last one.
    package func next(in list: JSONCursor) -> JSONCursor? {
        let next = tape.index(after: index)
        return next < tape.end(of: list.index) ? JSONCursor(tape, next) : nil
    }

    /// What stands under this key of an object.
    package var value: JSONCursor { JSONCursor(tape, index + 1) }
}

extension JSONDocument {
    /// Gives the value that the whole text is to `body`, which must not keep it.
    package func withRoot<Result, Failure: Error>(
        _ body: (JSONCursor) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try read { (tape) throws(Failure) in try body(JSONCursor(tape, JSONTape.rootIndex)) }
    }
}
