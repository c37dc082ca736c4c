import RutileModel
import Testing

/// Every caller × every state of an upload × every right.
struct AccessPolicyTests {
    /// Who asks.
    enum Asking: String, CaseIterable {
        case anonymous, stranger, reviewer, groupReviewer, coauthor, groupCoauthor, author, admin

        var caller: Caller {
            func user(_ id: String, _ groups: Set<GroupID> = []) -> Caller {
                Caller(user: UserID(id), isAdmin: false, groups: groups)
            }
            return switch self {
            case .anonymous: .anonymous
            case .stranger: user("eve", [GroupID("others")])
            case .reviewer: user("cyd")
            case .groupReviewer: user("dot", [GroupID("readers")])
            case .coauthor: user("ben")
            case .groupCoauthor: user("fay", [GroupID("others"), GroupID("writers")])
            case .author: user("ada")
            case .admin: Caller(user: UserID("root"), isAdmin: true, groups: [])
            }
        }
    }

    /// In which state it is.
    enum State: String, CaseIterable {
        case unpublished, published, embargoed, open

        var upload: UploadRecord {
            var upload = UploadRecord(
                id: UploadID("u"), name: nil, createTime: Timestamp(microseconds: 0), mainAuthor: UserID("ada"))
            upload.coauthors = [UserID("ben")]
            upload.coauthorGroups = [GroupID("writers")]
            upload.reviewers = [UserID("cyd")]
            upload.reviewerGroups = [GroupID("readers")]
            if self == .open { upload.reviewerGroups.append(.all) }
            if self == .published || self == .embargoed { upload.publishTime = Timestamp(microseconds: 1) }
            if self == .embargoed { upload.embargoLength = 12 }
            return upload
        }
    }

    private static let reading: Set<UploadRight> = [.readEntryDocuments, .read]

    /// What is true, written down by hand.
    private static func truth(_ asking: Asking, _ state: State) -> Set<UploadRight> {
        switch (asking, state) {
        case (.anonymous, .unpublished), (.anonymous, .embargoed), (.stranger, .unpublished), (.stranger, .embargoed):
            []
        case (.anonymous, .published), (.anonymous, .open), (.stranger, .published), (.stranger, .open): reading
        case (.reviewer, _), (.groupReviewer, _): reading
        case (.coauthor, .unpublished), (.coauthor, .open), (.groupCoauthor, .unpublished), (.groupCoauthor, .open):
            reading.union([.editMetadata, .setLicense, .changeFiles])
        case (.coauthor, _), (.groupCoauthor, _): reading.union([.editMetadata])
        case (.author, .unpublished), (.author, .open):
            reading.union([
                .editMetadata, .setLicense, .changeFiles, .editMembers, .setEmbargo, .publish, .liftEmbargo, .delete,
            ])
        case (.author, _): reading.union([.editMetadata, .editMembers, .publish, .liftEmbargo])
        case (.admin, _): Set(UploadRight.allCases)
        }
    }

    @Test(arguments: Asking.allCases, State.allCases)
    func rightsAreAsTheTableSays(_ asking: Asking, _ state: State) {
        let expected = Self.truth(asking, state)
        #expect(AccessPolicy().rights(in: state.upload, for: asking.caller) == expected)
        let open = AccessPolicy(embargoedMetadata: .public).rights(in: state.upload, for: asking.caller)
        #expect(open == (state == .embargoed ? expected.union([.readEntryDocuments]) : expected))
    }

    @Test func coauthorsOfTheGroupOfAllAreUsersOnly() {
        var upload = State.unpublished.upload
        upload.coauthorGroups = [.all]
        #expect(AccessPolicy().rights(in: upload, for: .anonymous).isEmpty)
        #expect(AccessPolicy().allows(.editMetadata, in: upload, for: Asking.stranger.caller))
    }
}
