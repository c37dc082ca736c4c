/// Who asks: nobody in particular, or a user with the groups they are in.
package struct Caller: Hashable, Sendable {
    /// The user; absent for anonymous callers.
    package let user: UserID?
    /// Whether the user is an administrator.
    package let isAdmin: Bool
    /// Groups that the user is a member of, in any role. ``GroupID/all`` is implied.
    package let groups: Set<GroupID>

    /// A caller without login.
    package static let anonymous = Caller(user: nil, isAdmin: false, groups: [])

    /// `user` as a member of `groups`.
    package init(user: UserID?, isAdmin: Bool, groups: Set<GroupID>) {
        self.user = user
        self.isAdmin = isAdmin
        self.groups = groups
    }

    /// Whether the caller has a role in `upload`: main author, coauthor, reviewer, or a member of a group that is one.
    package func hasRole(in upload: UploadRecord) -> Bool {
        if let user, upload.mainAuthor == user || upload.coauthors.contains(user) || upload.reviewers.contains(user) {
            return true
        }
        return (upload.coauthorGroups + upload.reviewerGroups).contains { $0 == .all || groups.contains($0) }
    }
}

/// What `visibility.embargoed_metadata` sets: who sees that an embargoed entry exists.
package enum EmbargoedMetadataVisibility: String, Sendable, CaseIterable {
    /// Only members of its upload and administrators.
    case members
    /// Everybody, as in NOMAD.
    case `public`
}

/// Decides, from a caller and an upload, what may be read. Everything that answers asks here.
///
/// Source: NOMAD 2.0.0's rules, measured; the administrator may read everything here.
package struct AccessPolicy: Hashable, Sendable {
    /// Who sees documents of embargoed entries.
    package let embargoedMetadata: EmbargoedMetadataVisibility

    /// The policy with one open choice.
    package init(embargoedMetadata: EmbargoedMetadataVisibility = .members) {
        self.embargoedMetadata = embargoedMetadata
    }

    /// Whether `caller` may read the upload: its document, files and the archives of its entries.
    package func mayRead(_ upload: UploadRecord, as caller: Caller) -> Bool {
        if isMember(caller, of: upload) { return true }
        return upload.isPublished && !upload.isEmbargoed
    }

    /// Whether `caller` may read the documents (not archives) of the upload's entries.
    package func mayReadEntryDocuments(of upload: UploadRecord, as caller: Caller) -> Bool {
        if mayRead(upload, as: caller) { return true }
        return upload.isPublished && embargoedMetadata == .public
    }

    /// Whether searches for everything find the upload's entries although `caller` has no role in it.
    package func isListed(_ upload: UploadRecord) -> Bool {
        upload.isPublished && (!upload.isEmbargoed || embargoedMetadata == .public)
    }

    /// Whether `caller` has a role in the upload, or is an administrator.
    ///
    /// Everybody is a reviewer where the group of all reviews. A coauthor has to be somebody: there the group means every
    /// user, not anonymous callers.
    private func isMember(_ caller: Caller, of upload: UploadRecord) -> Bool {
        isViewer(caller, of: upload) || caller.user != nil && caller.isAdmin
    }

    /// Whether `caller` has a role in the upload; that of an administrator is none.
    package func isViewer(_ caller: Caller, of upload: UploadRecord) -> Bool {
        if upload.reviewerGroups.contains(.all) { return true }
        return caller.user != nil && caller.hasRole(in: upload)
    }
}
