package import RutileJSON

extension ArchiveNode {
    /// The whole value, decoded. Of members with equal keys the last one counts.
    ///
    /// Byte strings become text in base64 (RFC 4648 §4), JSON has nothing nearer.
    ///
    /// - Throws: also for more than ``ArchiveLimits/depth`` levels.
    package func value() throws(ArchiveError) -> Value {
        switch place {
        case .value(let node):
            var cursor = try block.data(from: node.start, to: node.end)
            let value = try cursor.value()
            try check(cursor, ends: node)
            return value
        case .entries: return try objectValue()
        case .combined:
            if try kind == .object { return try objectValue() }
            var items: [Value] = []
            for item in try self.items(0..<Int.max) { items.append(try item.value()) }
            return .list(items)
        }
    }

    private func objectValue() throws(ArchiveError) -> Value {
        var object = ObjectValue()
        for (key, node) in try members() { object[key] = try node.value() }
        return .object(object)
    }

    /// Checks that a value ended where its table of contents says.
    func check(_ cursor: Cursor, ends node: ContentsNode) throws(ArchiveError) {
        guard !node.isExact || cursor.position == node.end else {
            throw .lengthMismatch(
                offset: node.start, stated: node.end - node.start, found: cursor.position - node.start)
        }
    }
}

extension Cursor {
    /// A container whose parts are being read.
    private struct Open {
        /// Parts to come, where their number is stated.
        var remaining: Int
        let hasEnd: Bool
        let isObject: Bool
        var key = ""
        var items: [Value] = []
        var object = ObjectValue()

        init(remaining: Int, hasEnd: Bool, isObject: Bool) {
            self.remaining = remaining
            self.hasEnd = hasEnd
            self.isObject = isObject
            // Not all of what a header announces: hostile ones within one another could announce terabytes.
            if !isObject { items.reserveCapacity(min(remaining, 1_024)) }
        }

        var value: Value { isObject ? .object(object) : .list(items) }

        mutating func add(_ value: Value) {
            if isObject { object[key] = value } else { items.append(value) }
        }
    }

    /// Reads one whole value. One loop without recursion, as ``writeJSON(to:)``.
    mutating func value() throws(ArchiveError) -> Value {
        var outer: [Open] = []
        // Stands around the value, so that the loop need not ask whether there is a container.
        var inner = Open(remaining: 1, hasEnd: false, isObject: false)
        while true {
            while try inner.hasEnd ? stop() : inner.remaining == 0 {
                let value = inner.value
                guard let next = outer.popLast() else { return inner.items[0] }  // the one part it was made for
                inner = next
                inner.add(value)
            }
            inner.remaining -= 1
            if inner.isObject { inner.key = text(try key()) ?? "" }
            let offset = position
            let opened: Open
            switch try next() {
            case .list(let count): opened = Open(remaining: count, hasEnd: false, isObject: false)
            case .object(let count): opened = Open(remaining: count, hasEnd: false, isObject: true)
            case .openList: opened = Open(remaining: 0, hasEnd: true, isObject: false)
            case .openObject: opened = Open(remaining: 0, hasEnd: true, isObject: true)
            case .stop: throw .unexpected(offset: offset, expected: "a value")
            case let scalar:
                inner.add(value(of: scalar))
                continue
            }
            guard outer.count < ArchiveLimits.depth else { throw .nestedTooDeeply(limit: ArchiveLimits.depth) }
            outer.append(inner)
            inner = opened
        }
    }

    /// The value of a scalar's token.
    private func value(of scalar: Token) -> Value {
        switch scalar {
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .integer(number)
        case .unsigned(let number): return .unsigned(number)
        case .real(let number): return .real(number)
        case .text, .chunks(_, isText: true): return .string(text(scalar) ?? "")
        case .binary(let range):
            return .string(String(decoding: unsafe withBytes(range) { unsafe base64($0) }, as: UTF8.self))
        case .chunks(let range, isText: false):
            let bytes = joined(range)
            return .string(String(decoding: unsafe bytes.withUnsafeBytes { unsafe base64($0) }, as: UTF8.self))
        case .null, .list, .object, .openList, .openObject, .stop: return .null
        }
    }
}

/// `bytes` in base64 with padding (RFC 4648 §4).
func base64(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let count = min(3, bytes.count - start)
        var bits: UInt32 = 0
        for index in 0..<3 { bits = bits << 8 | (index < count ? UInt32(unsafe bytes[start + index]) : 0) }
        for index in 0..<4 {
            text.append(index <= count ? alphabet[Int(bits >> (18 - 6 * UInt32(index)) & 63)] : UInt8(ascii: "="))
        }
    }
    return text
}
