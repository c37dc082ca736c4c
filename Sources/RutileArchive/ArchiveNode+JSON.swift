package import RutileJSON

extension ArchiveNode {
    /// Writes the whole value as JSON, straight from the encoded bytes; nothing is built in between.
    ///
    /// NaN and the infinities become null, byte strings text in base64 (RFC 4648 §4), broken UTF-8 U+FFFD. Members
    /// with equal keys are written as they are stored: who reads the JSON takes the last one, as Python does.
    ///
    /// - Throws: also for more than ``ArchiveLimits/depth`` levels. What was written until then stays written.
    package func writeJSON(to writer: inout JSONWriter) throws(ArchiveError) {
        _ = try writeJSON(to: &writer, every: 1 << 30) { _ in true }
    }

    /// Writes the value as ``writeJSON(to:)`` does, as long as `mayGoOn` says so.
    ///
    /// It is asked after every `interval` bytes, and before a text of that size or more, with the number of bytes that
    /// the writer has or is about to have.
    ///
    /// - Returns: whether the whole value was written.
    package func writeJSON(
        to writer: inout JSONWriter, every interval: Int, while mayGoOn: (_ byteCount: Int) -> Bool
    ) throws(ArchiveError) -> Bool {
        switch place {
        case .value(let node):
            var cursor = try block.data(from: node.start, to: node.end)
            guard try cursor.writeJSON(to: &writer, every: interval, while: mayGoOn) else { return false }
            try check(cursor, ends: node)
        case .entries, .combined:
            if try kind == .object {
                writer.beginObject()
                for (key, node) in try members() {
                    writer.key(key)
                    guard try node.writeJSON(to: &writer, every: interval, while: mayGoOn) else { return false }
                    guard mayGoOn(writer.byteCount) else { return false }
                }
                writer.endObject()
            } else {
                writer.beginList()
                for item in try items(0..<Int.max) {
                    guard try item.writeJSON(to: &writer, every: interval, while: mayGoOn) else { return false }
                    guard mayGoOn(writer.byteCount) else { return false }
                }
                writer.endList()
            }
        }
        return true
    }
}

extension Cursor {
    /// A container whose parts are being written.
    private struct Open {
        /// Parts to come, where their number is stated.
        var remaining: Int
        let hasEnd: Bool
        let isObject: Bool
    }

    /// Writes one whole value as JSON, or as much as `mayGoOn` allows; then `false`. One loop without recursion: the
    /// containers around are a list.
    mutating func writeJSON(
        to writer: inout JSONWriter, every interval: Int, while mayGoOn: (_ byteCount: Int) -> Bool
    ) throws(ArchiveError) -> Bool {
        var nextLook = writer.byteCount + interval
        var outer: [Open] = []
        // Stands around the value, so that the loop need not ask whether there is a container.
        var inner = Open(remaining: 1, hasEnd: false, isObject: false)
        while true {
            while try inner.hasEnd ? stop() : inner.remaining == 0 {
                guard let next = outer.popLast() else { return true }
                if inner.isObject { writer.endObject() } else { writer.endList() }
                inner = next
            }
            if writer.byteCount >= nextLook {
                guard mayGoOn(writer.byteCount) else { return false }
                nextLook = writer.byteCount + interval
            }
            inner.remaining -= 1
            if inner.isObject { writeKey(try key(), to: &writer) }
            let offset = position
            let opened: Open
            switch try next() {
            case .real(let number):
                writer.real(number)
                continue
            case .text(let range):
                if range.count >= interval, !mayGoOn(writer.byteCount + range.count) { return false }
                unsafe withBytes(range) { unsafe writer.stringUTF8($0) }
                continue
            case .integer(let number):
                writer.integer(number)
                continue
            case .unsigned(let number):
                writer.unsigned(number)
                continue
            case .null:
                writer.null()
                continue
            case .bool(let flag):
                writer.bool(flag)
                continue
            case .binary(let range):
                if range.count >= interval, !mayGoOn(writer.byteCount + range.count) { return false }
                writer.string(String(decoding: unsafe withBytes(range) { unsafe base64($0) }, as: UTF8.self))
                continue
            case .chunks(let range, let isText):
                if range.count >= interval, !mayGoOn(writer.byteCount + range.count) { return false }
                let bytes = joined(range)
                let text = isText ? bytes : unsafe bytes.withUnsafeBytes { unsafe base64($0) }
                unsafe text.withUnsafeBytes { unsafe writer.stringUTF8($0) }
                continue
            case .list(let count): opened = Open(remaining: count, hasEnd: false, isObject: false)
            case .object(let count): opened = Open(remaining: count, hasEnd: false, isObject: true)
            case .openList: opened = Open(remaining: 0, hasEnd: true, isObject: false)
            case .openObject: opened = Open(remaining: 0, hasEnd: true, isObject: true)
            case .stop: throw .unexpected(offset: offset, expected: "a value")
            }
            guard outer.count < ArchiveLimits.depth else { throw .nestedTooDeeply(limit: ArchiveLimits.depth) }
            outer.append(inner)
            inner = opened
            if opened.isObject { writer.beginObject() } else { writer.beginList() }
        }
    }

    @inline(__always)
    private func writeKey(_ key: Token, to writer: inout JSONWriter) {
        if case .text(let range) = key {
            unsafe withBytes(range) { unsafe writer.keyUTF8($0) }
        } else {
            writer.key(text(key) ?? "")
        }
    }
}
