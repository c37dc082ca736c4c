package import RutileQuery

/// A question to an ``EntryIndex`` about the values that matching entries have.
package struct ValueQuestion: Sendable {
    /// The property, of scalars or lists of them; in an item of the last of ``tables``, where there are any.
    package var path: PropertyPath
    /// The tables around it, outermost first, each within an item of the one before.
    package var tables: [PropertyPath]
    /// Only entries for which this is true.
    package var predicate: Predicate
    /// Only entries of uploads that the caller may see.
    package var visible: VisibleUploads

    /// The values of `path` in entries for which `predicate` is true.
    package init(
        _ path: PropertyPath, in tables: [PropertyPath] = [], _ predicate: Predicate = .constant(.true),
        visible: VisibleUploads = .all
    ) {
        self.path = path
        self.tables = tables
        self.predicate = predicate
        self.visible = visible
    }
}

/// How often a value occurs.
package struct ValueCount: Hashable, Sendable {
    /// Entries that have it.
    package var entries: Int
    /// Times that it stands in a document: more than ``entries`` where lists or tables have it several times.
    package var items: Int

    /// The two numbers.
    package init(entries: Int = 0, items: Int = 0) {
        self.entries = entries
        self.items = items
    }

    /// Adds those of other entries.
    package mutating func add(_ other: ValueCount) {
        entries += other.entries
        items += other.items
    }
}
