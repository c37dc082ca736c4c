package import RutileJSON

/// Where a process (of an upload or an entry) stands. Raw values are what documents show.
package enum ProcessStatus: String, Sendable, CaseIterable {
    case ready = "READY"
    case pending = "PENDING"
    case running = "RUNNING"
    case waiting = "WAITING_FOR_RESULT"
    case success = "SUCCESS"
    case failure = "FAILURE"
    case deleted = "DELETED"

    /// Whether work is still going on.
    package var isRunning: Bool { self == .pending || self == .running || self == .waiting }
    /// Whether work has ended, well or not.
    package var isProcessed: Bool { self == .success || self == .failure }
}

/// The state of the last process of an upload or entry.
package struct ProcessRecord: Hashable, Sendable {
    /// Name of the process, for example `process_upload`; absent before the first.
    package var current: String?
    /// Where it stands.
    package var status: ProcessStatus
    /// Its last message; absent when it left none.
    package var lastStatusMessage: String?
    /// Errors, in the order in which they occurred.
    package var errors: [String]
    /// Warnings, in the order in which they occurred.
    package var warnings: [String]
    /// When the last process ended; absent while none has.
    package var completeTime: Timestamp?

    /// The state of a process; by default one that never ran.
    package init(
        current: String? = nil, status: ProcessStatus = .ready, lastStatusMessage: String? = nil,
        errors: [String] = [], warnings: [String] = [], completeTime: Timestamp? = nil
    ) {
        self.current = current
        self.status = status
        self.lastStatusMessage = lastStatusMessage
        self.errors = errors
        self.warnings = warnings
        self.completeTime = completeTime
    }
}

/// An upload: a folder of raw files with an owner, members, embargo and licence.
package struct UploadRecord: Hashable, Sendable {
    package var id: UploadID
    /// The name that its author gave; absent when none.
    package var name: String?
    package var createTime: Timestamp
    package var description: String?
    package var mainAuthor: UserID
    package var coauthors: [UserID]
    package var coauthorGroups: [GroupID]
    package var reviewers: [UserID]
    /// May hold ``GroupID/all``: then everybody may read the upload.
    package var reviewerGroups: [GroupID]
    /// When it was published; absent while it is not.
    package var publishTime: Timestamp?
    /// Other installations that it was published to.
    package var publishedTo: [String]
    /// Months from ``publishTime`` on; 0 is no embargo.
    package var embargoLength: Int
    /// The licence of its data, as whoever brought them wrote it: a name, an SPDX identifier or an address. Absent where
    /// nobody has stated one.
    package var license: String?
    /// The DOI's own document (`{"id": …}`) as stored; absent when none was assigned.
    package var doi: Value?
    /// `{"query", "timestamp"}` as stored; absent for uploads that are no selection of others' entries.
    package var includedEntries: Value?
    package var process: ProcessRecord

    /// An upload of `mainAuthor`, without members, unpublished.
    package init(id: UploadID, name: String?, createTime: Timestamp, mainAuthor: UserID) {
        self.id = id
        self.name = name
        self.createTime = createTime
        self.mainAuthor = mainAuthor
        description = nil
        coauthors = []
        coauthorGroups = []
        reviewers = []
        reviewerGroups = []
        publishTime = nil
        publishedTo = []
        embargoLength = 0
        license = Self.usualLicense
        doi = nil
        includedEntries = nil
        process = ProcessRecord()
    }

    /// The licence of what users bring themselves, unless they say otherwise.
    package static let usualLicense = "CC BY 4.0"

    /// Whether it has been published, embargo or not.
    package var isPublished: Bool { publishTime != nil }
    /// Whether its data are open to members only although it is published. They stay so until the embargo is lifted.
    package var isEmbargoed: Bool { embargoLength > 0 }
    /// When its embargo is over and can be lifted; absent where there is none, and before it is published.
    package var embargoEnd: Timestamp? { isEmbargoed ? publishTime?.adding(months: embargoLength) : nil }
}

/// An entry: one main file of an upload, or one block, frame or line of it, and what was made of it.
package struct EntryRecord: Hashable, Sendable {
    package var id: EntryID
    package var upload: UploadID
    /// Path of the main file relative to the upload's raw folder.
    package var mainfile: String
    /// Block, frame or line of the main file; absent when the file makes one entry.
    package var mainfileKey: String?
    package var parserName: String
    package var createTime: Timestamp
    package var datasets: [DatasetID]
    package var references: [String]
    package var process: ProcessRecord
    /// Where its archive is; absent when processing made none.
    package var archive: ArchiveAddress?
    /// Digest of the file that it was made of, see ``SourceDigest``; absent for entries that came from a bundle.
    package var sourceDigest: String?

    /// An entry; without the rest one that has no archive and was not processed yet.
    package init(
        id: EntryID, upload: UploadID, mainfile: String, mainfileKey: String? = nil, parserName: String,
        createTime: Timestamp, datasets: [DatasetID] = [], references: [String] = [],
        process: ProcessRecord = ProcessRecord(), archive: ArchiveAddress? = nil, sourceDigest: String? = nil
    ) {
        self.id = id
        self.upload = upload
        self.mainfile = mainfile
        self.mainfileKey = mainfileKey
        self.parserName = parserName
        self.createTime = createTime
        self.datasets = datasets
        self.references = references
        self.process = process
        self.archive = archive
        self.sourceDigest = sourceDigest
    }

    /// What says which entry it is, and where it comes from: its ids, main file, parser and time of creation. The rest is
    /// as for one that was not processed yet.
    package var place: EntryRecord {
        EntryRecord(
            id: id, upload: upload, mainfile: mainfile, mainfileKey: mainfileKey, parserName: parserName,
            createTime: createTime)
    }
}

/// Somebody who can own, share or read uploads.
package struct UserRecord: Hashable, Sendable {
    package var id: UserID
    package var username: String
    package var firstName: String?
    package var lastName: String?
    package var email: String?
    package var affiliation: String?
    package var affiliationAddress: String?
    package var created: Timestamp?
    package var isAdmin: Bool
    /// Whether they can do nothing any more; what they own stays.
    package var isDisabled: Bool
    /// An argon2id hash in PHC form; absent for users who cannot log in by password.
    package var passwordHash: String?
    /// Members of the user's document that have no field of their own (`repo_user_id` …), as stored.
    package var other: ObjectValue

    /// A user without password who is no admin.
    package init(id: UserID, username: String) {
        self.id = id
        self.username = username
        firstName = nil
        lastName = nil
        email = nil
        affiliation = nil
        affiliationAddress = nil
        created = nil
        isAdmin = false
        isDisabled = false
        passwordHash = nil
        other = ObjectValue()
    }
}

/// A group of users, for sharing.
package struct GroupRecord: Hashable, Sendable {
    /// What a member may do with the group itself. Raw values are what documents show.
    package enum Role: String, Sendable, CaseIterable { case owner, maintainer, member }

    /// One user in one role.
    package struct Member: Hashable, Sendable {
        package var user: UserID
        package var role: Role
        /// `user` in `role`.
        package init(user: UserID, role: Role) {
            self.user = user
            self.role = role
        }
    }

    package var id: GroupID
    package var name: String
    package var description: String?
    /// In the order in which they joined; exactly one is the owner.
    package var members: [Member]
    /// The owner; absent only where the record is damaged.
    package var owner: UserID? { members.first { $0.role == .owner }?.user }

    /// A group of `members`.
    package init(id: GroupID, name: String, description: String? = nil, members: [Member]) {
        self.id = id
        self.name = name
        self.description = description
        self.members = members
    }
}

/// A named selection of entries.
package struct DatasetRecord: Hashable, Sendable {
    package var id: DatasetID
    package var name: String
    package var owner: UserID
    /// `owned` or `foreign`.
    package var type: String
    package var createTime: Timestamp?
    package var modifiedTime: Timestamp?
    package var entries: [EntryID]
    package var doi: String?
    package var pid: String?
    /// The query that made a foreign dataset, as stored.
    package var query: Value?

    /// An empty dataset.
    package init(id: DatasetID, name: String, owner: UserID, type: String) {
        self.id = id
        self.name = name
        self.owner = owner
        self.type = type
        createTime = nil
        modifiedTime = nil
        entries = []
        doi = nil
        pid = nil
        query = nil
    }
}

/// A property of entries that an upload brought with its definition.
package struct PropertyRecord: Hashable, Sendable {
    /// The entry type that has it, for example `structures`.
    package var entryType: String
    /// Its name, prefix included.
    package var name: String
    /// Its definition as the source gave it: an OPTIMADE property definition, or the older flat form. Items of lists and
    /// members of dictionaries that it does not define may have been added, as the values have them.
    package var definition: Value

    /// The property `name` of `entryType`.
    package init(entryType: String, name: String, definition: Value) {
        self.entryType = entryType
        self.name = name
        self.definition = definition
    }
}
