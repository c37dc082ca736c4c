import HTTPTypes
import RutileCuration
package import RutileJSON
package import RutileModel
package import RutileStore

/// Groups of users, as in NOMAD: everybody sees them, who is logged in makes them, owners and maintainers edit them,
/// owners delete them, administrators do all of that.
package enum GroupRoutes {
    /// What the routes need of the records.
    package typealias Records = RecordStore & RecordWriter & AccountStore

    /// The routes over `records`.
    package static func routes(_ records: any Records) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/groups", needs: .groupsRead, GroupTexts.list,
                answer: { try await list($0, records) }),
            Route(
                .api, .get, "/api/v1/groups/{group_id}", needs: .groupsRead, GroupTexts.one,
                answer: { call in
                    let id = GroupID(call.target["group_id"])
                    guard let group = try await records.groups([id])[id] else { throw notFound(id) }
                    return Route.Answer(group.document.json())
                }),
            Route(
                .api, .post, "/api/v1/groups", needs: .groupsWrite, GroupTexts.make,
                answer: { try await make($0, records) }),
            Route(
                .api, .post, "/api/v1/groups/{group_id}/edit", needs: .groupsWrite, GroupTexts.edit,
                answer: { try await edit($0, records) }),
            Route(
                .api, .delete, "/api/v1/groups/{group_id}", needs: .groupsDelete, GroupTexts.delete,
                answer: { try await delete($0, records) }),
        ]
    }

    private static func list(_ call: Route.Call, _ records: any Records) async throws -> Route.Answer {
        let query = try call.query()
        let page = try ListPage(call, default: Order.groupID)
        var groups: [GroupRecord]
        if let user = query["user_id"] {
            groups = try await records.groups(of: UserID(user))
        } else {
            groups = try await records.groups()
        }
        let ids = query.all("group_id")
        if !ids.isEmpty {
            let ids = Set(ids.map { GroupID($0) })
            groups.removeAll { !ids.contains($0.id) }
        }
        let terms = (query["search_terms"] ?? "").lowercased().split(whereSeparator: \.isWhitespace)
        groups.removeAll { group in
            let name = group.name.lowercased().utf8
            return !terms.allSatisfy { name.firstRange(of: $0.utf8) != nil }
        }
        // By id already, which decides where the order does not.
        switch page.order {
        case .groupID: break
        case .groupName: groups.sort { UTF8Key($0.name) < UTF8Key($1.name) }
        case .owner: groups.sort { owner($0) < owner($1) }
        }
        if page.isDescending { groups = page.order.descending(groups) }
        let total = groups.count
        return Route.Answer(
            Value.members([
                "pagination": try page.json(total: total),
                "data": .list(groups[page.page.range(of: total)].map(\.document)),
            ]).json())
    }

    private static func make(_ call: Route.Call, _ records: any Records) async throws -> Route.Answer {
        let user = try call.user()
        let request = try GroupRequest(call.body)
        let id = GroupID(RandomText.id())
        let members = try request.members(owner: user, old: []) ?? [.init(user: user, role: .owner)]
        try await check(members, records)
        var change = RecordChange(existing: .refuse)
        let group = GroupRecord(
            id: id, name: request.name ?? id.text, description: request.description, members: members)
        change.groups = [group]
        try await records.apply(change)
        var answer = Route.Answer(group.document.json())
        answer.status = 201
        return answer
    }

    private static func edit(_ call: Route.Call, _ records: any Records) async throws -> Route.Answer {
        _ = try call.user()
        let id = GroupID(call.target["group_id"])
        let edited = try await records.editGroup(id) { group in
            guard group.mayBeEdited(by: call.caller) else {
                throw RequestProblem.forbidden(
                    "Only the owner, maintainers and administrators may edit the group \(id).")
            }
            let request = try GroupRequest(call.body)
            var group = group
            if let name = request.name { group.name = name }
            if let description = request.description { group.description = description }
            if let members = try request.members(owner: owner(group), old: group.members) {
                try await check(members, records)
                group.members = members
            }
            return group
        }
        guard let edited else { throw notFound(id) }
        return Route.Answer(edited.document.json())
    }

    private static func delete(_ call: Route.Call, _ records: any Records) async throws -> Route.Answer {
        _ = try call.user()
        let id = GroupID(call.target["group_id"])
        let existed = try await records.deleteGroup(id) { group in
            guard group.mayBeDeleted(by: call.caller) else {
                throw RequestProblem.forbidden("Only the owner and administrators may delete the group \(id).")
            }
        }
        guard existed else { throw notFound(id) }
        var answer = Route.Answer([])
        answer.status = 204
        return answer
    }

    /// Refuses members who are no users.
    private static func check(_ members: [GroupRecord.Member], _ records: any Records) async throws {
        let known = try await records.users(Set(members.map(\.user)))
        let faults = members.enumerated().filter { known[$0.element.user] == nil }.map { index, member in
            RequestProblem.Fault(
                at: [.key("body"), .key("members_info"), .index(index), .key("user_id")],
                "User '\(member.user)' was not found.")
        }
        if !faults.isEmpty { throw RequestProblem.invalid(faults) }
    }

    private static func notFound(_ id: GroupID) -> RequestProblem { .notFound("User group '\(id)' was not found.") }

    /// By what groups can be ordered.
    private enum Order: String, CaseIterable {
        case groupID = "group_id"
        case groupName = "group_name"
        case owner

        /// `groups`, which are in ascending order, the other way round; what is equal stays in the order of ids.
        func descending(_ groups: [GroupRecord]) -> [GroupRecord] {
            switch self {
            case .groupID: groups.reversed()
            case .groupName: groups.sorted { UTF8Key($0.name) > UTF8Key($1.name) }
            case .owner: groups.sorted { GroupRoutes.owner($0) > GroupRoutes.owner($1) }
            }
        }
    }

    private static func owner(_ group: GroupRecord) -> UserID {
        group.owner ?? UserID("")
    }
}

extension GroupRecord {
    /// The group as the routes show it.
    package var document: Value {
        var document = ObjectValue([("group_id", .string(id.text)), ("group_name", .string(name))])
        document["description"] = description.map(Value.string) ?? .null
        document["owner"] = owner.map { .string($0.text) }
        document["members"] = .list(members.map { .string($0.user.text) })
        document["members_info"] = .list(
            members.map { member in
                .members(["user_id": .string(member.user.text), "role": .string(member.role.rawValue)])
            })
        return .object(document)
    }
}
