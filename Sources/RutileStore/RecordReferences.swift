package import RutileModel

/// What the records of a change need to be stored already, or to be part of the change.
///
/// Both stores ask this, so that they refuse the same changes.
package struct RecordReferences: Sendable {
    package private(set) var users: Set<UserID> = []
    package private(set) var groups: Set<GroupID> = []
    package private(set) var uploads: Set<UploadID> = []

    /// The references of `change` that `change` itself does not satisfy.
    package init(outside change: RecordChange) {
        for upload in change.uploads {
            users.insert(upload.mainAuthor)
            users.formUnion(upload.coauthors)
            users.formUnion(upload.reviewers)
            groups.formUnion(upload.coauthorGroups)
            groups.formUnion(upload.reviewerGroups)
        }
        for group in change.groups { users.formUnion(group.members.map(\.user)) }
        users.formUnion(change.datasets.map(\.owner))
        uploads.formUnion(change.entries.map(\.record.upload))
        uploads.formUnion(change.processes.keys)
        uploads.formUnion(change.publications.keys)
        uploads.formUnion(change.licenses.keys)
        users.subtract(change.users.map(\.id))
        groups.subtract(change.groups.map(\.id))
        groups.remove(.all)
        uploads.subtract(change.uploads.map(\.id))
    }
}
