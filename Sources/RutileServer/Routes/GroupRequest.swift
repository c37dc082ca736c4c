import RutileCuration
import RutileJSON
import RutileModel

/// What a client wants of a group that it makes or edits: `{"group_name", "description", "members_info", "members"}`, all
/// optional. Unknown members are ignored, as in NOMAD.
///
/// `members_info` lists all members with their roles; `members`, which is older, lists ids alone.
struct GroupRequest {
    var name: String?
    var description: String?
    var members: [GroupRecord.Member]?
    var memberIDs: [UserID]?

    /// Reads a body.
    ///
    /// - Throws: ``RequestProblem/missingBody``, ``RequestProblem/invalid(_:)``; `JSONError`.
    init(_ body: [UInt8]) throws {
        let json: Value = try Value(json: body)
        guard !json.isNull else { throw RequestProblem.missingBody }
        guard let object = json.object else {
            throw RequestProblem.invalid([.init(at: [.key("body")], "it must be an object", input: json)])
        }
        var faults: [RequestProblem.Fault] = []
        name = Self.text("group_name", in: object, &faults)?.trimmingBlanks
        if let name, name.isEmpty {
            faults.append(.init(at: [.key("body"), .key("group_name")], "it must not be empty", input: .string(name)))
        }
        description = Self.text("description", in: object, &faults)
        Self.check(name, TextLimit.name, at: "group_name", &faults)
        Self.check(description, TextLimit.description, at: "description", &faults)
        if let value = object["members_info"], !value.isNull { members = Self.members(value, &faults) }
        if let value = object["members"], !value.isNull {
            memberIDs = value.items?.compactMap(\.text).map { UserID($0) }
            if memberIDs == nil || memberIDs?.count != value.items?.count {
                faults.append(
                    .init(at: [.key("body"), .key("members")], "it must be a list of user ids", input: value))
            }
        }
        if members != nil && memberIDs != nil {
            faults.append(.init(at: [.key("body")], "members and members_info exclude each other; leave out members"))
        }
        if !faults.isEmpty { throw RequestProblem.invalid(faults) }
    }

    private static func text(
        _ key: String, in object: ObjectValue, _ faults: inout [RequestProblem.Fault]
    ) -> String? {
        guard let value = object[key], !value.isNull else { return nil }
        if value.text == nil { faults.append(.init(at: [.key("body"), .key(key)], "it must be a text", input: value)) }
        return value.text
    }

    private static func check(
        _ text: String?, _ limit: Int, at key: String, _ faults: inout [RequestProblem.Fault]
    ) {
        guard let text, let fault = TextLimit.fault(in: text, limit: limit) else { return }
        faults.append(.init(at: [.key("body"), .key(key)], "it " + fault))
    }

    private static func members(
        _ value: Value, _ faults: inout [RequestProblem.Fault]
    ) -> [GroupRecord.Member] {
        let place: [RequestProblem.Fault.Step] = [.key("body"), .key("members_info")]
        guard let items = value.items else {
            faults.append(.init(at: place, "it must be a list", input: value))
            return []
        }
        return items.enumerated().compactMap { index, item in
            let place = place + [.index(index)]
            guard let user = item["user_id"]?.text else {
                faults.append(.missing(at: place + [.key("user_id")]))
                return nil
            }
            let role = item["role"] ?? .string("member")
            guard let known = role.text.flatMap(GroupRecord.Role.init) else {
                faults.append(
                    .init(at: place + [.key("role")], "it must be owner, maintainer or member", input: role))
                return nil
            }
            return GroupRecord.Member(user: UserID(user), role: known)
        }
    }

    /// The members that a group of `owner` gets that has `old` ones now; `nil` where they stay.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` where they cannot be its members.
    func members(owner: UserID, old: [GroupRecord.Member]) throws(RequestProblem) -> [GroupRecord.Member]? {
        if let memberIDs {
            var members = [GroupRecord.Member(user: owner, role: .owner)]
            // Who stays keeps their role and their place.
            members += old.filter { $0.user != owner && memberIDs.contains($0.user) }
            for id in memberIDs where !members.contains(where: { $0.user == id }) {
                members.append(GroupRecord.Member(user: id, role: .member))
            }
            return members
        }
        guard let members else { return nil }
        let place: [RequestProblem.Fault.Step] = [.key("body"), .key("members_info")]
        if let fault = GroupRecord.fault(in: members) { throw .invalid([.init(at: place, fault.description)]) }
        guard members.contains(where: { $0.user == owner && $0.role == .owner }) else {
            throw .invalid([.init(at: place, "The owner of the group must be \(owner).")])
        }
        return members
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate var trimmingBlanks: String {
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        guard let first = unicodeScalars.firstIndex(where: { !isBlank($0) }),
            let last = unicodeScalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
