import Foundation
import RutileBundle
import RutileModel
import RutileStore
import RutileTestSupport
import Testing

struct BundleRefusalTests {
    private static let upload = #""upload_id": "upl", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00""#
    private static let user = #""users": [{"user_id": "u", "username": "a"}]"#
    private static let entry = #""upload_id": "upl", "parser_name": "p", "entry_create_time": "2024-01-01T10:00:00""#

    @Test(arguments: [
        (#"[]"#, ""),
        (#"{"user": []}"#, "/user"),
        (#"{"users": {}}"#, "/users"),
        (#"{"users": [7]}"#, "/users/0"),
        (#"{"users": [{"username": "a"}]}"#, "/users/0"),
        (#"{"users": [{"user_id": 1, "username": "a"}]}"#, "/users/0/user_id"),
        (#"{"users": [{"user_id": "u", "username": "a", "e/mail~": 1}]}"#, "/users/0/e~1mail~0"),
        (#"{"users": [{"user_id": "u", "username": "a", "is_admin": "yes"}]}"#, "/users/0/is_admin"),
        (#"{"users": [{"user_id": "u", "username": "a", "created": "yesterday"}]}"#, "/users/0/created"),
        (#"{"users": [{"user_id": "u", "username": "a", "password": "p", "password_hash": "h"}]}"#, "/users/0"),
        (#"{"users": [{"user_id": "u", "username": "a", "password_hash": "plain"}]}"#, "/users/0/password_hash"),
        (#"{"users": [{"user_id": "u", "username": "a", "password": ""}]}"#, "/users/0/password"),
        (#"{"users": [{"user_id": "u", "username": "a"}, {"user_id": "u", "username": "b"}]}"#, "/users/1"),
        (#"{"users": [{"user_id": "a\u0000b", "username": "a"}]}"#, "/users/0/user_id"),
        (#"{"groups": [{"group_id": "all", "group_name": "g", "members_info": []}]}"#, "/groups/0/group_id"),
        (#"{"groups": [{"group_id": "g", "group_name": "g", "members_info": []}]}"#, "/groups/0/members_info"),
        (
            #"{"groups": [{"group_id": "g", "group_name": "g", "members_info": [{"user_id": "x", "role": "boss"}]}]}"#,
            "/groups/0/members_info/0/role"
        ),
        (
            #"{"groups": [{"group_id": "g", "group_name": "g", "members_info": [{"user_id": "x", "role": "owner"}]}]}"#,
            "/groups/0/members_info/0/user_id"
        ),
        (#"{"uploads": [{\#(upload)}]}"#, "/uploads/0/main_author"),
        (#"{"uploads": [{\#(upload), "coauthors": ["u", 1]}]}"#, "/uploads/0/coauthors/1"),
        (#"{"uploads": [{\#(upload), "embargo_length": -1}]}"#, "/uploads/0/embargo_length"),
        (#"{"uploads": [{\#(upload), "process_status": "DONE"}]}"#, "/uploads/0/process_status"),
        (
            #"{\#(user), "uploads": [{\#(upload), "reviewer_groups": ["all", "g"]}]}"#,
            "/uploads/0/reviewer_groups/1"
        ),
        (
            #"{"uploads": [{"upload_id": "../x", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00"}]}"#,
            "/uploads/0/upload_id"
        ),
        (
            #"{"uploads": [{"upload_id": "..x", "main_author": "u", "upload_create_time": "2024-01-01T10:00:00"}]}"#,
            "/uploads/0/upload_id"
        ),
        (#"{"entries": [{"entry_id": "e", "mainfile": "m", \#(entry)}]}"#, "/entries/0/upload_id"),
        (#"{"entries": [{"entry_id": "e", "mainfile": "../m", \#(entry)}]}"#, "/entries/0/mainfile"),
        (#"{"entries": [{"entry_id": "e", "mainfile": "/m", \#(entry)}]}"#, "/entries/0/mainfile"),
        (#"{"entries": [{"entry_id": "e", "mainfile": "m", \#(entry), "archive": []}]}"#, "/entries/0/archive"),
        (#"{"entries": [{"entry_id": "e", "mainfile": "m", \#(entry), "metadata": 1}]}"#, "/entries/0/metadata"),
        (#"{"datasets": [{"dataset_id": "d", "dataset_name": "d", "user_id": "x"}]}"#, "/datasets/0/user_id"),
        (#"{"packages": [{"x": 1}]}"#, "/packages/0"),
        (#"{"packages": [{"name": "good"}, {"name": "bad"}]}"#, "/packages/1"),
        (#"{"packages": [{"name": "a"}, {"name": "b", "after": "a"}, {"name": "c", "after": "a"}]}"#, "/packages/2"),
        (#"{"properties": [{"upload_id": "none", "entry_type": "x", "name": "y"}]}"#, "/properties/0/upload_id"),
        (#"{"raw_files": {"none": {}}}"#, "/raw_files/none"),
    ])
    func aBundleIsRefusedAtItsPlace(_ bundle: String, place: String) async throws {
        let laboratory = try Laboratory()
        let error = await #expect(throws: BundleError.self) { try await laboratory.load(bundle) }
        guard case .refused(let found, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found == place)
        #expect(try laboratory.files() == [])
        #expect(try await laboratory.records.snapshot().allUsers() == [])
    }

    @Test(arguments: ["../x", "/etc/x", "a/../../x", "a//b", "", "a\\u0000"])
    func aRawFileStaysInItsUpload(_ path: String) async throws {
        let laboratory = try Laboratory()
        let bundle = Laboratory.small.replacing(rawFiles: #""raw_files": {"upl": {"\#(path)": "x"}}}"#)
        let error = await #expect(throws: BundleError.self) { try await laboratory.load(bundle) }
        #expect(String(describing: error).contains("/raw_files/upl/"))
        #expect(try laboratory.files() == [])
    }

    @Test func brokenJSONIsRefusedWithLineAndColumn() async throws {
        let laboratory = try Laboratory()
        await #expect {
            try await laboratory.load("{\n  \"users\": [}\n")
        } throws: { error in
            guard case .syntax(2, 13, _)? = error as? BundleError else { return false }
            return true
        }
    }

    @Test func anIdThatExistsRefusesTheLoadAndIsNamed() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        let before = try await laboratory.save()
        let files = try laboratory.files()
        await #expect(throws: BundleError.alreadyExists(place: "/users/0", kind: "user", id: "u")) {
            try await laboratory.load(Laboratory.small)
        }
        let entry = #"{"entry_id": "e", "upload_id": "upl", "mainfile": "n", "parser_name": "p", "#
        await #expect(throws: BundleError.alreadyExists(place: "/entries/0", kind: "entry", id: "e")) {
            try await laboratory.load(
                #"{"entries": [\#(entry) "entry_create_time": "2024-01-01T10:00:00", "archive": {}}]}"#)
        }
        #expect(try await laboratory.save() == before)
        #expect(try laboratory.files() == files)
    }

    @Test func aLoadThatTheRecordsRefuseLeavesNoFiles() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(#"{"users": [{"user_id": "other", "username": "ada"}]}"#)
        await #expect(throws: BundleError.store(.alreadyExists(kind: "username", id: "ada"))) {
            try await laboratory.load(Laboratory.small)
        }
        #expect(try laboratory.files() == [])
        #expect(try await laboratory.check().orphans == [])
    }

    @Test(arguments: [
        (#"{"x": "file", "x/y": "lies in a file"}"#, "/raw_files/upl/x~1y"),
        (#"{"x": {"$base64": "?"}}"#, "/raw_files/upl/x/$base64"),
    ])
    func rawFilesThatCannotBeWrittenLeaveNothing(files: String, place: String) async throws {
        let laboratory = try Laboratory()
        let bundle = Laboratory.small.replacing(rawFiles: #""raw_files": {"upl": \#(files)}}"#)
        let error = await #expect(throws: BundleError.self) { try await laboratory.load(bundle) }
        #expect(String(describing: error).contains(place))
        #expect(try laboratory.files() == [])
        #expect(try await laboratory.check().orphans == [])
    }

    @Test func rawFilesOfFoldersThatDifferInTheirBytesOnlyAreAllThere() async throws {
        let laboratory = try Laboratory()
        let files = ##"{"\u00E9/x": "1", "e\u0301/x": "2"}"##
        try await laboratory.load(Laboratory.small.replacing(rawFiles: #""raw_files": {"upl": \#(files)}}"#))
        #expect(try laboratory.files().count == 3)
    }

    @Test func replacingAnUploadLeavesNothingOfIt() async throws {
        let laboratory = try Laboratory()
        let two = """
            {"users": [{"user_id": "u", "username": "ada"}],
             "uploads": [{\(Self.upload), "description": "old"}],
             "entries": [{"entry_id": "e", "mainfile": "m", \(Self.entry), "archive": {"old": 1}, "metadata": {"a": 1}},
                         {"entry_id": "f", "mainfile": "n", \(Self.entry), "archive": {"old": 2}}],
             "raw_files": {"upl": {"m": "old", "n": "old"}}}
            """
        try await laboratory.load(two)
        try await laboratory.load(Laboratory.small, replace: true)
        let fresh = try Laboratory()
        try await fresh.load(Laboratory.small)
        #expect(try await laboratory.save() == fresh.save())
        #expect(try FileTree.files(below: laboratory.directory.rawFolder(of: UploadID("upl"))) == ["a/m.json"])
        #expect(try await laboratory.check().problems == [])
    }

    @Test func entriesCanBeAddedToAnUploadThatExists() async throws {
        let laboratory = try Laboratory()
        try await laboratory.load(Laboratory.small)
        try await laboratory.load(
            #"{"entries": [{"entry_id": "f", "mainfile": "n", \#(Self.entry), "archive": {"x": 1}}]}"#)
        #expect(try await laboratory.records.entryCounts([UploadID("upl")])[UploadID("upl")]?.total == 2)
        #expect(try await laboratory.check().problems == [])
        #expect(try FileTree.files(below: laboratory.directory.rawFolder(of: UploadID("upl"))) == ["a/m.json"])
    }
}
