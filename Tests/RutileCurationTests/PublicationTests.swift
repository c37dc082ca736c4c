import RutileCuration
import RutileModel
import RutileStore
import Testing

struct PublicationTests {
    private typealias Lab = CurationLaboratory

    @Test func publishingKeepsEverythingElse() async throws {
        let lab = try await Lab()
        let before = try #require(try await lab.stored)
        let view = try await lab.curation.publish(Lab.upload, embargo: 6, as: Lab.ada)
        var expected = before
        expected.publishTime = Lab.now
        expected.embargoLength = 6
        #expect(view.upload == expected)
        #expect(view.counts == EntryCounts(total: 3, processed: 3, failed: 1))
        #expect(try await lab.stored == expected)
        #expect(
            try await refusal { _ = try await lab.curation.publish(Lab.upload, as: Lab.ada) }
                == .alreadyPublished(Lab.upload))
    }

    @Test(arguments: [
        (Caller.anonymous, CurationError.loginRequired),
        (CurationLaboratory.eve, CurationError.hiddenUpload(CurationLaboratory.upload)),
        (CurationLaboratory.ben, CurationError.forbidden(.publish, CurationLaboratory.upload)),
    ])
    func othersCannotPublish(_ caller: Caller, _ expected: CurationError) async throws {
        let lab = try await Lab()
        #expect(try await refusal { _ = try await lab.curation.publish(Lab.upload, as: caller) } == expected)
        #expect(try await lab.stored?.isPublished == false)
    }

    @Test func whatIsBeingProcessedCannotBePublished() async throws {
        let lab = try await Lab { $0.process.status = .running }
        try lab.addJob()
        #expect(
            try await refusal { _ = try await lab.curation.publish(Lab.upload, as: Lab.ada) } == .processing(Lab.upload)
        )
    }

    @Test func aProcessWithoutAJobStandsInNobodysWay() async throws {
        let lab = try await Lab { $0.process.status = .running }
        _ = try await lab.curation.publish(Lab.upload, as: Lab.ada)
        #expect(try await lab.stored?.isPublished == true)
    }

    @Test func anUploadWhoseProcessFailedCannotBePublished() async throws {
        let lab = try await Lab { $0.process.status = .failure }
        let error = try await refusal { _ = try await lab.curation.publish(Lab.upload, as: Lab.ada) }
        #expect(error == .failedProcessing(Lab.upload))
        #expect(try await lab.stored?.isPublished == false)
    }

    @Test func anUploadWithoutGoodEntriesCannotBePublished() async throws {
        let lab = try await Lab()
        var change = RecordChange(existing: .refuse)
        change.removedEntries = [EntryID("e-1"), EntryID("e-2")]
        try await lab.records.apply(change)
        let error = try await refusal { _ = try await lab.curation.publish(Lab.upload, as: Lab.ada) }
        #expect(error == .nothingToPublish(Lab.upload))
    }

    @Test func embargoesThatAreOverAreLiftedTogether() async throws {
        let lab = try await Lab()
        func upload(_ id: String, _ time: Timestamp?, months: Int) -> UploadRecord {
            var upload = UploadRecord(
                id: UploadID(id), name: nil, createTime: Timestamp(microseconds: 1), mainAuthor: UserID("u-ada"))
            upload.publishTime = time
            upload.embargoLength = months
            return upload
        }
        var change = RecordChange(existing: .refuse)
        // Now it is 2023-11-14T22:13:20.
        change.uploads = [
            upload("up-over", Timestamp("2023-08-14T22:13:20"), months: 3),
            upload("up-not-yet", Timestamp("2023-08-14T22:13:21"), months: 3),
            upload("up-hidden", nil, months: 3), upload("up-open", Timestamp("2020-01-01T00:00:00"), months: 0),
        ]
        try await lab.records.apply(change)
        #expect(try await lab.curation.liftExpiredEmbargoes(as: Lab.root) == [UploadID("up-over")])
        #expect(try await lab.curation.liftExpiredEmbargoes(as: Lab.root) == [])
        let uploads = try await lab.records.uploads(Set(change.uploads.map(\.id)))
        #expect(uploads[UploadID("up-over")]?.isEmbargoed == false)
        #expect(uploads[UploadID("up-not-yet")]?.isEmbargoed == true)
        #expect(uploads[UploadID("up-hidden")]?.isEmbargoed == true)
    }

    @Test(arguments: [-1, 37]) func anEmbargoHasItsRange(_ months: Int) async throws {
        let lab = try await Lab()
        let error = try await refusal { _ = try await lab.curation.publish(Lab.upload, embargo: months, as: Lab.ada) }
        guard case .invalid(let faults) = error else { Issue.record("\(String(describing: error))"); return }
        #expect(faults.map(\.place) == [["embargo_length"]])
    }

    @Test func anEmbargoIsLiftedOnce() async throws {
        let lab = try await Lab { $0.embargoLength = 3 }
        let lift = { try await refusal { _ = try await lab.curation.liftEmbargo(Lab.upload, as: Lab.ada) } }
        #expect(try await lift() == .notPublished(Lab.upload))
        _ = try await lab.curation.publish(Lab.upload, as: Lab.ada)
        #expect(try await lab.stored?.embargoLength == 3)
        #expect(try await lift() == nil)
        #expect(try await lab.stored?.embargoLength == 0)
        #expect(try await lift() == .notEmbargoed(Lab.upload))
    }

    @Test func deletingLeavesNothing() async throws {
        let lab = try await Lab()
        let dataset = try await lab.curation.createDataset("Set", of: [EntryID("e-1")], as: Lab.ada)
        let view = try await lab.curation.delete(Lab.upload, as: Lab.ada)
        #expect(view.upload.process.status == .deleted)
        #expect(try await lab.stored == nil)
        #expect(try await lab.entry("e-1") == nil)
        #expect(try await lab.curation.dataset(dataset.id).entries == [])
        #expect(FileTree.kind(of: lab.directory.folder(of: Lab.upload)) == nil)
    }

    @Test func whatIsPublishedIsDeletedByAdministratorsOnly() async throws {
        let lab = try await Lab { $0.publishTime = Timestamp(microseconds: 5) }
        let delete = { (caller: Caller) in
            try await refusal { _ = try await lab.curation.delete(Lab.upload, as: caller) }
        }
        #expect(try await delete(Lab.ada) == .published(Lab.upload))
        #expect(try await delete(Lab.ben) == .forbidden(.delete, Lab.upload))
        #expect(try await delete(.anonymous) == .loginRequired)
        #expect(try await delete(Lab.root) == nil)
        #expect(try await lab.stored == nil)
    }

    @Test func anUploadThatIsNotThereIsSaidToBeAbsent() async throws {
        let lab = try await Lab()
        let none = UploadID("none")
        for caller in [Caller.anonymous, Lab.eve, Lab.root] {
            #expect(try await refusal { _ = try await lab.curation.upload(none, as: caller) } == .noUpload(none))
            #expect(try await refusal { _ = try await lab.curation.delete(none, as: caller) } == .noUpload(none))
        }
    }

    @Test func anOperationIsDecidedAnewWhenOthersChangeTheUpload() async throws {
        let lab = try await Lab()
        // Each edit adds another reviewer; without a look at what the others wrote, some would be lost.
        let names = (0..<8).map { "r\($0)" }
        var change = RecordChange(existing: .refuse)
        change.users = names.map { UserRecord(id: UserID($0), username: "name-" + $0) }
        try await lab.records.apply(change)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask {
                    var edit = UploadEdit()
                    edit.reviewers = .init(added: [name])
                    _ = try await lab.curation.edit(Lab.upload, edit, as: Lab.ada)
                }
            }
            try await group.waitForAll()
        }
        #expect(Set(try await lab.stored?.reviewers.map(\.text) ?? []) == Set(names))
    }
}
