import ArgumentParser
import RutileCuration
import RutileJSON
import RutileModel
import RutileServer
import RutileSQLite
import RutileStore

/// `rutile group`: groups of users, for sharing.
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Make groups of users and say who is in them.",
        discussion: "A user is named by id or username, a group by its id.",
        subcommands: [
            Add.self, List.self, Show.self, Edit.self, Delete.self, AddMember.self, RemoveMember.self,
        ])

    /// `rutile group add NAME`
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make a group; its id is printed.")

        @Argument(help: "Name of the group.")
        var name: String
        @Option(help: "Who owns it.")
        var owner: String
        @Option(help: "What it is for.")
        var description: String?
        @Option(help: "A member; may be repeated.")
        var member: [String] = []
        @Option(help: "A member who may edit the group; may be repeated.")
        var maintainer: [String] = []
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                var members = [GroupRecord.Member(user: try await records.userID(owner), role: .owner)]
                for name in maintainer {
                    members.append(.init(user: try await records.userID(name), role: .maintainer))
                }
                for name in member { members.append(.init(user: try await records.userID(name), role: .member)) }
                if let fault = GroupRecord.fault(in: members) { throw ExitCode.after(saying: ["\(fault)"]) }
                let group = GroupRecord(
                    id: GroupID(RandomText.id()), name: name, description: description, members: members)
                try GroupCommand.check(group)
                var change = RecordChange(existing: .refuse)
                change.groups = [group]
                try await records.apply(change)
                print(group.id.text)
            }
        }
    }

    /// `rutile group list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List groups.")

        @Option(help: "Only groups that this user is in.")
        var user: String?
        @Flag(help: "Print a JSON list.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                let groups: [GroupRecord]
                if let user {
                    groups = try await records.groups(of: try await records.userID(user))
                } else {
                    groups = try await records.groups()
                }
                if json { return Curating.print(.list(groups.map(\.document))) }
                for group in groups {
                    print("\(group.id)  \(group.members.count) members  \(group.name)".visible)
                }
            }
        }
    }

    /// `rutile group show ID`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a group with its members.")

        @Argument(help: "Id of the group.")
        var group: String
        @Flag(help: "Print a JSON object.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                let id = GroupID(group)
                guard let group = try await records.groups([id])[id] else { throw GroupCommand.noGroup(id) }
                if json { return Curating.print(group.document) }
                print("name: \(group.name)".visible)
                if let description = group.description { print("description: \(description)".visible) }
                let users = try await records.users(Set(group.members.map(\.user)))
                for member in group.members {
                    print("\(member.role.rawValue): \(member.user) \(users[member.user]?.username ?? "")".visible)
                }
            }
        }
    }

    /// `rutile group edit ID`
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change name, description or owner of a group.")

        @Argument(help: "Id of the group.")
        var group: String
        @Option(help: "Its new name.")
        var name: String?
        @Option(help: "What it is for.")
        var description: String?
        @Option(help: "Its new owner; the old one becomes a maintainer.")
        var owner: String?
        @OptionGroup var data: DataOption

        func run() async throws {
            try await GroupCommand.edit(group, in: data) { group, records in
                if let name { group.name = name }
                if let description { group.description = description }
                guard let owner else { return }
                let user = try await records.userID(owner)
                for index in group.members.indices where group.members[index].role == .owner {
                    group.members[index].role = .maintainer
                }
                group.members.removeAll { $0.user == user }
                group.members.insert(.init(user: user, role: .owner), at: 0)
            }
        }
    }

    /// `rutile group delete ID`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a group, and take it off the uploads that name it.",
            discussion: "Its members lose what they could read or change by it.")

        @Argument(help: "Id of the group.")
        var group: String
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                guard try await records.deleteGroup(GroupID(group)) else { throw GroupCommand.noGroup(GroupID(group)) }
                print("\(group) is deleted".visible)
            }
        }
    }

    /// `rutile group add-member ID USER…`
    struct AddMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-member", abstract: "Add members to a group, or give them another role.")

        @Argument(help: "Id of the group.")
        var group: String
        @Argument(help: "Ids or usernames.")
        var users: [String]
        @Flag(help: "They may edit the group.")
        var maintainer = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await GroupCommand.edit(group, in: data) { group, records in
                for name in users {
                    let member = GroupRecord.Member(
                        user: try await records.userID(name), role: maintainer ? .maintainer : .member)
                    if let index = group.members.firstIndex(where: { $0.user == member.user }) {
                        group.members[index] = member
                    } else {
                        group.members.append(member)
                    }
                }
            }
        }
    }

    /// `rutile group remove-member ID USER…`
    struct RemoveMember: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-member", abstract: "Take members out of a group.")

        @Argument(help: "Id of the group.")
        var group: String
        @Argument(help: "Ids or usernames.")
        var users: [String]
        @OptionGroup var data: DataOption

        func run() async throws {
            try await GroupCommand.edit(group, in: data) { group, records in
                for name in users {
                    let user = try await records.userID(name)
                    guard group.role(of: user) != nil else {
                        throw ExitCode.after(saying: ["\(name) is not in the group"])
                    }
                    group.members.removeAll { $0.user == user }
                }
            }
        }
    }

    /// Writes what `change` makes of a group, unless it could be none.
    private static func edit(
        _ group: String, in data: DataOption, _ change: (inout GroupRecord, SQLiteRecords) async throws -> Void
    ) async throws {
        try await Curating.run(in: data, create: false) { _, records in
            let edited = try await records.editGroup(GroupID(group)) { old in
                var new = old
                try await change(&new, records)
                if let fault = GroupRecord.fault(in: new.members) { throw ExitCode.after(saying: ["\(fault)"]) }
                try check(new)
                return new
            }
            guard let edited else { throw noGroup(GroupID(group)) }
            print("\(edited.id)  \(edited.members.count) members  \(edited.name)".visible)
        }
    }

    /// Refuses a group without a name, or with too long texts.
    private static func check(_ group: GroupRecord) throws(ExitCode) {
        if group.name.isEmpty { throw .after(saying: ["a group needs a name"]) }
        if let fault = TextLimit.fault(in: group.name, limit: TextLimit.name) {
            throw .after(saying: ["the name \(fault)"])
        }
        if let fault = group.description.flatMap({ TextLimit.fault(in: $0, limit: TextLimit.description) }) {
            throw .after(saying: ["the description \(fault)"])
        }
    }

    private static func noGroup(_ id: GroupID) -> ExitCode { .after(saying: ["there is no group \(id)"]) }
}
