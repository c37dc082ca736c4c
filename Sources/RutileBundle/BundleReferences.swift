import RutileModel
import RutileStore

/// Checks what the records of a bundle refer to, so that an error names the place in the bundle.
struct BundleReferences {
    private var users: Set<UserID>
    private var groups: Set<GroupID>
    private var uploads: Set<UploadID>

    /// What is there once `contents` have been added to `store`.
    init(_ contents: BundleContents, in store: some RecordStore) async throws {
        var change = RecordChange(existing: .replace)
        change.users = contents.users
        change.groups = contents.groups
        change.uploads = contents.uploads
        change.entries = contents.entries.map { .init($0.record) }
        change.datasets = contents.datasets
        let outside = RecordReferences(outside: change)
        users = Set(contents.users.map(\.id)).union(try await store.users(outside.users).keys)
        groups = Set(contents.groups.map(\.id)).union(try await store.groups(outside.groups).keys)
        groups.insert(.all)
        uploads = Set(contents.uploads.map(\.id)).union(try await store.uploads(outside.uploads).keys)
    }

    /// Finds the first reference that leads nowhere.
    func check(_ contents: BundleContents) throws(BundleError) {
        for (index, group) in contents.groups.enumerated() {
            for (position, member) in group.members.enumerated() {
                try check(member.user, "/groups/\(index)/members_info/\(position)/user_id")
            }
        }
        for (index, upload) in contents.uploads.enumerated() {
            let place = "/uploads/\(index)"
            try check(upload.mainAuthor, place / "main_author")
            for (key, ids) in [("coauthors", upload.coauthors), ("reviewers", upload.reviewers)] {
                for (position, id) in ids.enumerated() { try check(id, place / key / "\(position)") }
            }
            for (key, ids) in [
                ("coauthor_groups", upload.coauthorGroups), ("reviewer_groups", upload.reviewerGroups),
            ] {
                for (position, id) in ids.enumerated() where !groups.contains(id) {
                    throw .refused(place: place / key / "\(position)", reason: "there is no group \(id)")
                }
            }
        }
        for entry in contents.entries where !uploads.contains(entry.record.upload) {
            throw .refused(place: entry.place / "upload_id", reason: "there is no upload \(entry.record.upload)")
        }
        for (index, dataset) in contents.datasets.enumerated() {
            try check(dataset.owner, "/datasets/\(index)/user_id")
        }
    }

    private func check(_ user: UserID, _ place: String) throws(BundleError) {
        guard users.contains(user) else { throw .refused(place: place, reason: "there is no user \(user)") }
    }
}
