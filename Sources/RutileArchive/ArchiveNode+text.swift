import RutileJSON

extension ArchiveNode {
    /// Checks that all texts and keys of the value, and of the tables of contents that lead to its parts, are valid
    /// UTF-8.
    ///
    /// Reading does not: who asks for a part of an archive gets U+FFFD for what is none.
    /// - Throws: ``ArchiveError/invalidUTF8(offset:)``, and what reading the value throws. Cost: one walk.
    package func checkText() throws(ArchiveError) {
        switch place {
        case .value(let node):
            var cursor = try block.data(from: node.start, to: node.end)
            try cursor.checkText()
            try check(cursor, ends: node)
            if !block.contents.isEmpty {
                var contents = try block.contents(from: block.contents.lowerBound)
                try contents.checkText()
            }
        case .entries(let table):
            for (_, node) in try table.entries() { try node.checkText() }
            var contents = try block.contents(from: block.contents.lowerBound)
            try contents.checkText()
        case .combined:
            if try kind == .object {
                for (_, node) in try members() { try node.checkText() }
            } else {
                for item in try items(0..<Int.max) { try item.checkText() }
            }
            var contents = try block.contents(from: block.contents.lowerBound)
            try contents.checkText()
        }
    }
}

extension Cursor {
    /// Checks the texts and keys in the next value, and steps over it. One loop without recursion.
    fileprivate mutating func checkText() throws(ArchiveError) {
        /// Parts to come of a container, keys counted; negative in one that goes on until a ``Token/stop``.
        var inner = 1
        var outer: [Int] = []
        while true {
            while try inner < 0 ? stop() : inner == 0 {
                guard let next = outer.popLast() else { return }
                inner = next
            }
            if inner > 0 { inner -= 1 }
            let offset = position
            let opened: Int
            switch try next() {
            case .text(let range):
                let isValid = unsafe withBytes(range) { unsafe UTF8Text.isValid($0) }
                guard isValid else {
                    let length = unsafe withBytes(range) { unsafe UTF8Text.validLength($0) }
                    throw .invalidUTF8(offset: range.lowerBound + length)
                }
                continue
            case .chunks(let range, isText: true):
                // The chunks have headers of their own, so the place of the whole has to do.
                let isValid = unsafe joined(range).withUnsafeBytes { unsafe UTF8Text.isValid($0) }
                guard isValid else { throw .invalidUTF8(offset: offset) }
                continue
            case .null, .bool, .integer, .unsigned, .real, .binary, .chunks: continue
            case .list(let count): opened = count
            case .object(let count): opened = 2 * count
            case .openList, .openObject: opened = -1
            case .stop: throw .unexpected(offset: offset, expected: "a value")
            }
            guard outer.count < ArchiveLimits.depth else { throw .nestedTooDeeply(limit: ArchiveLimits.depth) }
            outer.append(inner)
            inner = opened
        }
    }
}
