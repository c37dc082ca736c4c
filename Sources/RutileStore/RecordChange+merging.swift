extension RecordChange {
    /// Adds all that `other` says, so that both are one change. Where both say something of the same thing, `other` has
    /// the last word. Both must do the same with records that exist already.
    package mutating func merge(_ other: RecordChange) {
        precondition(existing == other.existing, "changes that are merged treat what exists alike")
        movesEntries = movesEntries || other.movesEntries
        users += other.users
        groups += other.groups
        uploads += other.uploads
        processes.merge(other.processes) { _, last in last }
        publications.merge(other.publications) { _, last in last }
        licenses.merge(other.licenses) { _, last in last }
        entries += other.entries
        if let later = other.laterEntries {
            let earlier = laterEntries
            laterEntries = { write in
                try earlier?(write)
                try later(write)
            }
        }
        links.merge(other.links) { _, last in last }
        datasets += other.datasets
        properties.merge(other.properties) { _, last in last }
        packages += other.packages
        documents.merge(other.documents) { _, last in last }
        removedEntries.formUnion(other.removedEntries)
        removedUploads.formUnion(other.removedUploads)
        removedGroups.formUnion(other.removedGroups)
        removedDatasets.formUnion(other.removedDatasets)
        expected.merge(other.expected)
        files += other.files
    }
}

extension RecordChange.Expected {
    fileprivate mutating func merge(_ other: RecordChange.Expected) {
        uploads += other.uploads
        datasets += other.datasets
        newDatasets += other.newDatasets
        users += other.users
        groups += other.groups
    }
}
