extension Block {
    /// The value of a version 3 block: what it holds, or the combined files in it.
    ///
    /// A combined file's table of contents has no position at its root, and numbers where others have nodes.
    func root() throws(ArchiveError) -> ArchiveNode {
        var cursor = try contents(from: contents.lowerBound)
        if let combined = try combined(&cursor) { return ArchiveNode(self, .combined(combined)) }
        return try ArchiveNode(self, .value(node(at: contents.lowerBound, within: dataEnd)))
    }

    private func combined(_ cursor: inout Cursor) throws(ArchiveError) -> Int? {
        let start = cursor.position
        guard case .object(let count) = try cursor.next() else {
            throw .unexpected(offset: start, expected: "a table of contents")
        }
        guard count == 1, try nodeKey(&cursor) == .children else { return nil }
        return cursor.position
    }
}
