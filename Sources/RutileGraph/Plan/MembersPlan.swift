package import NomadAPI
import RutileJSON

extension ReadPlan {
    /// What is read of a stored value that is an object, or a list of objects.
    package struct MembersPlan: Hashable, Sendable {
        /// A member and what is read of it.
        package struct Member: Hashable, Sendable {
            package let key: RequestKey
            package let content: Content
        }

        /// What is read of a member.
        package enum Content: Hashable, Sendable {
            /// All that the settings admit; without settings all as it is.
            case field(RequestConfig?)
            /// Members of its own.
            case members(MembersPlan)
        }

        /// Settings for the members that no other part names; absent where only those are read.
        package let whole: RequestConfig?
        /// Which of the objects are read, where the value is a list of them.
        package let index: IndexRange?
        /// What is read of the user instead, where the value names one; absent where it is about something else.
        package let user: DocumentPlan?
        package let members: [Member]
    }
}

extension Planner {
    /// What `node`, at `key`, reads of a stored value that has members. In values that are `foreign`, of other databases,
    /// nothing is a user or an id of ours.
    static func members(
        _ node: RequestNode, at key: RequestKey? = nil, foreign: Bool = false
    ) throws(GraphProblem) -> ReadPlan.MembersPlan {
        func own(_ config: RequestConfig) -> RequestConfig {
            var config = config
            if foreign { config.resolveType = nil }
            return config
        }
        var members: [ReadPlan.MembersPlan.Member] = []
        for child in node.children where child.node.form != .ignored {
            let content: ReadPlan.MembersPlan.Content =
                child.node.form == .leaf
                ? .field(own(child.node.config).forField)
                : .members(try self.members(child.node, at: child.key, foreign: foreign))
            members.append(ReadPlan.MembersPlan.Member(key: child.key, content: content))
        }
        var user: ReadPlan.DocumentPlan?
        if !foreign, let key, userFields.contains(where: { $0.hasSameUTF8(as: key.name) }) {
            user = try users(node, at: key)
        }
        return ReadPlan.MembersPlan(
            whole: node.ownConfig.map(own), index: node.ownIndex ?? key?.index, user: user, members: members)
    }

    /// Keys under which users stand.
    private static let userFields = [
        "main_author", "coauthors", "entry_coauthors", "reviewers", "viewers", "writers", "user_id", "owner", "members",
    ]
}
