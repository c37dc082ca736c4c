/// One value of a ``JSONDocument`` without a reference to it: for readers that walk whole documents and cannot afford
/// to count references at each step.
///
/// Valid only inside ``JSONDocument/withRoot(_:)``.
@safe
package struct JSONCursor {
    @usableFromInline let tape: JSONTape
    @usableFromInline let index: Int

    @inlinable @inline(__always)
    init(tape: JSONTape, index: Int) {
        self.tape = tape
        self.index = index
    }

    /// What this value is.
    @inlinable package var kind: JSONKind {
        @inline(__always) get { tape.kind(index) }
    }

    /// Whether this is `true`, if it is a bool.
    @inlinable package var bool: Bool {
        @inline(__always) get { tape.bool(index) }
    }

    /// The 64 bits of a number: of an `Int64`, `UInt64` or `Double`, as ``kind`` says. Undefined for other values.
    @inlinable package var numberBits: UInt64 {
        @inline(__always) get { tape.word(index + 1) }
    }

    /// The UTF-8 bytes of a string. Undefined for other values.
    @inlinable package var utf8: UnsafeRawBufferPointer {
        @inline(__always) get { unsafe tape.utf8(index) }
    }

    /// Number of items of a list or members of an object, repeated names included. Undefined for other values.
    package var count: Int { tape.count(index) }

    /// The first item of a list or the first key of an object; `nil` when there is none. Undefined for other values.
    @inlinable package var first: JSONCursor? {
        @inline(__always) get {
            let first = tape.firstIndex(in: index)
            return first < tape.end(of: index) ? JSONCursor(tape: tape, index: first) : nil
        }
    }

    /// The item behind this one in `list`; `nil` behind the last one.
    @inlinable @inline(__always)
    package func next(in list: JSONCursor) -> JSONCursor? {
        let next = tape.index(after: index)
        return next < tape.end(of: list.index) ? JSONCursor(tape: tape, index: next) : nil
    }

    /// What stands under this key of an object.
    @inlinable package var value: JSONCursor {
        @inline(__always) get { JSONCursor(tape: tape, index: index + 1) }
    }
}

extension JSONDocument {
    /// Gives the value that the whole text is to `body`, which must not keep it.
    @inlinable @inline(__always)
    package func withRoot<Result, Failure: Error>(
        _ body: (JSONCursor) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try read { (tape) throws(Failure) in try body(JSONCursor(tape: tape, index: JSONTape.rootIndex)) }
    }
}
