extension GroupRecord {
    /// Why members cannot be those of a group.
    package enum MemberFault: Error, Hashable, Sendable, CustomStringConvertible {
        case repeated(UserID)
        /// There has to be one.
        case owners(Int)

        package var description: String {
            switch self {
            case .repeated: "All user ids must be unique."
            case .owners: "There must be exactly one owner."
            }
        }
    }

    /// What is wrong with `members`; `nil` when nothing is.
    package static func fault(in members: [Member]) -> MemberFault? {
        var seen: Set<UserID> = []
        for member in members where !seen.insert(member.user).inserted { return .repeated(member.user) }
        let owners = members.count { $0.role == .owner }
        return owners == 1 ? nil : .owners(owners)
    }

    /// The part that `user` has in the group; `nil` for none.
    package func role(of user: UserID) -> Role? { members.first { $0.user == user }?.role }

    /// Whether `caller` may change name and members.
    package func mayBeEdited(by caller: Caller) -> Bool {
        guard let user = caller.user else { return false }
        return caller.isAdmin || role(of: user) == .owner || role(of: user) == .maintainer
    }

    /// Whether `caller` may delete the group.
    package func mayBeDeleted(by caller: Caller) -> Bool {
        guard let user = caller.user else { return false }
        return caller.isAdmin || role(of: user) == .owner
    }
}
