import RutileJSON

extension MessagePackWriter {
    /// Writes a whole value of a parsed JSON text.
    mutating func view(_ view: JSONView) {
        switch view.kind {
        case .null: null()
        case .bool: bool(view.bool ?? false)
        case .integer: integer(view.integer ?? 0)
        case .unsigned: unsigned(view.unsigned ?? 0)
        case .real: real(view.real ?? 0)
        case .string: text(of: view)
        case .list:
            list(view.count)
            for item in view.items { self.view(item) }
        case .object:
            let members = view.members
            object(members.count)
            for member in members {
                text(of: member.name)
                self.view(member.value)
            }
        }
    }

    private mutating func text(of view: JSONView) {
        _ = unsafe view.withUTF8 { unsafe text($0) }
    }
}

extension ArchiveNode {
    /// Writes the whole value anew, whatever codec it has. Of members with equal keys the last one is kept.
    package func write(to writer: inout MessagePackWriter) throws(ArchiveError) {
        switch place {
        case .value(let node):
            var cursor = try block.data(from: node.start, to: node.end)
            try cursor.write(to: &writer, levelsLeft: ArchiveLimits.depth)
            try check(cursor, ends: node)
        case .entries, .combined:
            if try kind == .object {
                let members = try members()
                writer.object(members.count)
                for (key, node) in members {
                    writer.text(key)
                    try node.write(to: &writer)
                }
            } else {
                let items = try items(0..<Int.max)
                writer.list(items.count)
                for item in items { try item.write(to: &writer) }
            }
        }
    }
}

extension Cursor {
    /// Writes the next value as MessagePack.
    fileprivate mutating func write(to writer: inout MessagePackWriter, levelsLeft: Int) throws(ArchiveError) {
        guard levelsLeft >= 0 else { throw .nestedTooDeeply(limit: ArchiveLimits.depth) }
        let offset = position
        switch try next() {
        case .null: writer.null()
        case .bool(let flag): writer.bool(flag)
        case .integer(let number): writer.integer(number)
        case .unsigned(let number): writer.unsigned(number)
        case .real(let number): writer.real(number)
        case .text(let range): unsafe withBytes(range) { unsafe writer.text($0) }
        case .binary(let range): unsafe withBytes(range) { unsafe writer.binary($0) }
        case .chunks(let range, let isText):
            unsafe joined(range).withUnsafeBytes { unsafe isText ? writer.text($0) : writer.binary($0) }
        case .list(let count):
            writer.list(count)
            for _ in 0..<count { try write(to: &writer, levelsLeft: levelsLeft - 1) }
        case .openList:
            var ahead = try Cursor(self, at: offset)
            writer.list(try ahead.countParts())
            while try !stop() { try write(to: &writer, levelsLeft: levelsLeft - 1) }
        case .object, .openObject:
            try writeObject(at: offset, to: &writer, levelsLeft: levelsLeft)
        case .stop: throw .unexpected(offset: offset, expected: "a value")
        }
    }

    /// Writes the object at `offset`: its keys are looked through first, for those that come twice.
    private mutating func writeObject(
        at offset: Int, to writer: inout MessagePackWriter, levelsLeft: Int
    ) throws(ArchiveError) {
        var ahead = try Cursor(self, at: offset)
        let token = try ahead.next()
        var keys = KeyedList<Int>()
        var remaining = if case .object(let count) = token { count } else { Int.max }
        while try token == .openObject ? !ahead.stop() : remaining > 0 {
            let key = try ahead.key()
            keys.append(ahead.text(key) ?? "", ahead.position)
            try ahead.skip()
            remaining -= 1
        }
        writer.object(keys.members.count)
        for (key, value) in keys.members {
            writer.text(key)
            try seek(value)
            try write(to: &writer, levelsLeft: levelsLeft - 1)
        }
        try seek(ahead.position)
    }
}
