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
        package var whole: RequestConfig?
        /// Which of the objects are read, where the value is a list of them.
        package let index: IndexRange?
        /// What is read of the user whose id stands in place of an object; absent where none can.
        package let user: DocumentPlan?
        /// The lists below the user that an object is about.
        package let links: [Part]
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
        let isUser = key.map { key in !foreign && userFields.contains { $0.hasSameUTF8(as: key.name) } } ?? false
        var members: [ReadPlan.MembersPlan.Member] = []
        var links: [ReadPlan.Part] = []
        var parts: [ReadPlan.Part] = []
        for child in node.children where child.node.form != .ignored {
            if isUser, let read = try link(child, below: .user) {
                links.append(ReadPlan.Part(key: child.key, read: read))
                parts.append(ReadPlan.Part(key: child.key, read: read))
            } else if child.node.form == .leaf {
                let config = own(child.node.config).forField
                members.append(ReadPlan.MembersPlan.Member(key: child.key, content: .field(config)))
                parts.append(ReadPlan.Part(key: child.key, read: .field(config)))
            } else {
                let plan = try self.members(child.node, at: child.key, foreign: foreign)
                members.append(ReadPlan.MembersPlan.Member(key: child.key, content: .members(plan)))
                parts.append(ReadPlan.Part(key: child.key, read: .members(plan)))
            }
        }
        // With an index in its key, an id is as any other text. Each child is planned once, whichever of both is there.
        let user =
            isUser && key?.index == nil
            ? ReadPlan.DocumentPlan(kind: .user, whole: node.ownConfig, index: nil, parts: parts) : nil
        return ReadPlan.MembersPlan(
            whole: node.ownConfig.map(own), index: node.ownIndex ?? key?.index, user: user, links: links,
            members: members)
    }

    /// Keys under which users stand.
    private static let userFields = [
        "main_author", "coauthors", "entry_coauthors", "reviewers", "viewers", "writers", "user_id", "owner", "members",
    ]
}
