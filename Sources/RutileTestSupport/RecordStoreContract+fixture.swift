import RutileJSON
import RutileModel
import RutileStore

extension RecordChange {
    /// Two users, a group, an upload with two entries, a dataset and a package; every field of some record is set.
    static func laboratory(existing: Existing = .refuse) -> RecordChange {
        var change = RecordChange(existing: existing)
        change.users = [.ada, .ben]
        change.groups = [.alloys]
        change.uploads = [.lab]
        change.entries = [
            EntryWrite(.sample, metadata: .members(["entry_id": .string("e-sample"), "n": .integer(3)])),
            EntryWrite(.failed),
        ]
        change.datasets = [.first]
        change.packages = [.members(["name": .string("lab"), "n": .integer(1)])]
        return change
    }
}

extension UserRecord {
    static var ada: UserRecord {
        var user = UserRecord(id: UserID("u-ada"), username: "ada")
        user.firstName = "Ada"
        user.lastName = "Quist"
        user.email = "ada@lab.example"
        user.affiliation = "North Lab"
        user.affiliationAddress = "1 Row"
        user.created = Timestamp(microseconds: 1_577_934_245_000_001)
        user.isAdmin = true
        user.isDisabled = true
        user.passwordHash = "$argon2id$…"
        user.other = ObjectValue([("repo_user_id", .string("7"))])
        return user
    }

    static var ben: UserRecord { UserRecord(id: UserID("u-ben"), username: "ben") }
}

extension GroupRecord {
    static var alloys: GroupRecord {
        GroupRecord(
            id: GroupID("g-alloys"), name: "Alloys", description: "people",
            members: [Member(user: UserID("u-ben"), role: .owner), Member(user: UserID("u-ada"), role: .member)])
    }
}

extension UploadRecord {
    static var lab: UploadRecord {
        var upload = UploadRecord(
            id: UploadID("up-lab"), name: "Lab", createTime: Timestamp(microseconds: -5), mainAuthor: UserID("u-ada"))
        upload.description = "all of it"
        upload.coauthors = [UserID("u-ben")]
        upload.coauthorGroups = [GroupID("g-alloys")]
        upload.reviewers = [UserID("u-ben"), UserID("u-ada")]
        upload.reviewerGroups = [.all]
        upload.publishTime = Timestamp(microseconds: 7)
        upload.publishedTo = ["elsewhere"]
        upload.embargoLength = 12
        upload.license = "CC0"
        upload.doi = .members(["id": .string("10.1/x")])
        upload.includedEntries = .members(["query": .null])
        upload.process = ProcessRecord(
            current: "process_upload", status: .success, lastStatusMessage: "done", errors: ["e"],
            warnings: ["w", "v"],
            completeTime: Timestamp(microseconds: 9))
        return upload
    }
}

extension EntryRecord {
    static var sample: EntryRecord {
        var entry = EntryRecord(
            id: EntryID("e-sample"), upload: UploadID("up-lab"), mainfile: "a/caf\u{E9}.cif", parserName: "parsers/cif",
            createTime: Timestamp(microseconds: 11))
        entry.mainfileKey = "block"
        entry.datasets = [DatasetID("d-first")]
        entry.references = ["https://doi.example/1"]
        entry.process = ProcessRecord(status: .success)
        entry.archive = ArchiveAddress(upload: entry.upload, segment: "0001.msg", offset: 40, length: 1 << 40)
        entry.sourceDigest = "00ff"
        return entry
    }

    static var failed: EntryRecord {
        var entry = EntryRecord(
            id: EntryID("e-failed"), upload: UploadID("up-lab"), mainfile: "b.cif", parserName: "parsers/cif",
            createTime: Timestamp(microseconds: 12))
        entry.process = ProcessRecord(status: .failure, errors: ["no"])
        return entry
    }
}

extension DatasetRecord {
    static var first: DatasetRecord {
        var dataset = DatasetRecord(id: DatasetID("d-first"), name: "First", owner: UserID("u-ada"), type: "owned")
        dataset.createTime = Timestamp(microseconds: 1)
        dataset.modifiedTime = Timestamp(microseconds: 2)
        dataset.entries = [EntryID("e-sample"), EntryID("e-elsewhere")]
        dataset.doi = "10.1/first"
        dataset.pid = "21.1/first"
        dataset.query = .members(["owner": .string("all")])
        return dataset
    }
}
