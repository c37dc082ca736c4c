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

/// What somebody may do with an upload.
package enum UploadRight: String, Sendable, CaseIterable {
    /// Read the documents (not the archives) of its entries.
    case readEntryDocuments
    /// Read its document, its files and the archives of its entries.
    case read
    /// Change what is said of it and of its entries: name, description, datasets, references.
    case editMetadata
    /// State its licence. Others rely on that of a published one.
    case setLicense
    /// Add, replace and process files.
    case changeFiles
    /// Say who is a coauthor or reviewer of it.
    case editMembers
    /// Set how long an embargo will be. Once it is published, only ``liftEmbargo`` counts.
    case setEmbargo
    /// Publish it.
    case publish
    /// End its embargo.
    case liftEmbargo
    /// Delete it with all its entries and files.
    case delete
    /// Change what stays as it was made for everybody else: its main author, its embargo after publication.
    case administer
}

/// Decides, from a caller and an upload, what may be done. Everything that answers or changes something asks here.
///
/// What a right allows may still be impossible at the moment: nobody publishes an upload that is being processed.
///
/// Source: NOMAD 2.0.0's rules, measured; the administrator may read everything here.
package struct AccessPolicy: Hashable, Sendable {
    /// Who sees documents of embargoed entries.
    package let embargoedMetadata: EmbargoedMetadataVisibility

    /// The policy with one open choice.
    package init(embargoedMetadata: EmbargoedMetadataVisibility = .members) {
        self.embargoedMetadata = embargoedMetadata
    }

    /// Whether `caller` has `right` in `upload`.
    package func allows(_ right: UploadRight, in upload: UploadRecord, for caller: Caller) -> Bool {
        let role = role(of: caller, in: upload)
        switch right {
        case .read:
            return role >= .reader || (upload.isPublished && !upload.isEmbargoed)
        case .readEntryDocuments:
            return role >= .reader || isListed(upload)
        case .editMetadata:
            return role >= .writer
        case .changeFiles, .setLicense:
            return role >= (upload.isPublished ? .administrator : .writer)
        case .editMembers, .publish, .liftEmbargo:
            return role >= .owner
        case .setEmbargo, .delete:
            return role >= (upload.isPublished ? .administrator : .owner)
        case .administer:
            return role >= .administrator
        }
    }

    /// All that `caller` may do with `upload`.
    package func rights(in upload: UploadRecord, for caller: Caller) -> Set<UploadRight> {
        Set(UploadRight.allCases.filter { allows($0, in: upload, for: caller) })
    }

    /// Whether `caller` may read the upload: its document, files and the archives of its entries.
    package func mayRead(_ upload: UploadRecord, as caller: Caller) -> Bool {
        allows(.read, in: upload, for: caller)
    }

    /// Whether `caller` may read the documents (not archives) of the upload's entries.
    package func mayReadEntryDocuments(of upload: UploadRecord, as caller: Caller) -> Bool {
        allows(.readEntryDocuments, in: upload, for: caller)
    }

    /// Whether searches for everything find the upload's entries although `caller` has no role in it.
    package func isListed(_ upload: UploadRecord) -> Bool {
        upload.isPublished && (!upload.isEmbargoed || embargoedMetadata == .public)
    }

    /// Whether `caller` has a role in the upload; that of an administrator is none.
    package func isViewer(_ caller: Caller, of upload: UploadRecord) -> Bool {
        member(caller, of: upload) >= .reader
    }

    /// What somebody is to an upload; each may do what those before it may.
    private enum Role: Int, Comparable {
        case stranger, reader, writer, owner, administrator

        static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
    }

    private func role(of caller: Caller, in upload: UploadRecord) -> Role {
        caller.user != nil && caller.isAdmin ? .administrator : member(caller, of: upload)
    }

    /// Everybody is a reviewer where the group of all reviews. A coauthor has to be somebody: there the group means every
    /// user, not anonymous callers.
    private func member(_ caller: Caller, of upload: UploadRecord) -> Role {
        if let user = caller.user {
            if upload.mainAuthor == user { return .owner }
            if upload.coauthors.contains(user) || isMember(caller, of: upload.coauthorGroups) { return .writer }
            if upload.reviewers.contains(user) || isMember(caller, of: upload.reviewerGroups) { return .reader }
        }
        return upload.reviewerGroups.contains(.all) ? .reader : .stranger
    }

    private func isMember(_ caller: Caller, of groups: [GroupID]) -> Bool {
        groups.contains { $0 == .all || caller.groups.contains($0) }
    }
}
