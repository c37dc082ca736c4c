package import NomadAPI

extension ReadPlan {
    /// What is read of definitions.
    package struct MetainfoPlan: Hashable, Sendable {
        /// Packages and definitions that are named.
        package let named: [RequestNode.Child]
        /// Which of the packages are listed; absent where none are.
        package let list: List?
        /// What was asked for, in its own words.
        let request: RequestNode

        /// A list of packages.
        package struct List: Hashable, Sendable {
            /// Absent means all of them, in no particular order.
            package let pagination: ListPagination?
            /// What is read of each of them; absent where they are only counted.
            package let request: RequestNode?
        }
    }
}

extension Planner {
    /// What `node` reads of definitions.
    static func metainfo(_ node: RequestNode) throws(GraphProblem) -> ReadPlan.MetainfoPlan {
        let children = node.children.filter { $0.node.form != .ignored }
        let wildcard = children.first(where: \.key.isWildcard)?.node
        var list: ReadPlan.MetainfoPlan.List?
        if node.form != .children || wildcard != nil {
            list = ReadPlan.MetainfoPlan.List(
                pagination: node.ownConfig?.listPagination, request: node.form == .leaf ? node : wildcard)
        }
        return ReadPlan.MetainfoPlan(named: children.filter { !$0.key.isWildcard }, list: list, request: node)
    }
}
