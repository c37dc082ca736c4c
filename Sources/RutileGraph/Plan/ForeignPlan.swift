package import NomadAPI
package import RutileJSON

extension ReadPlan {
    /// What is read through one gateway: a page of its merged list, and entries by id.
    package struct ForeignPlan: Hashable, Sendable {
        /// A page.
        package struct List: Hashable, Sendable {
            package let question: ForeignQuestion
            package let pagination: ListPagination
            /// What `m_response` begins with.
            package let response: ObjectValue
            /// What is read of each entry; absent where only ids are wanted, of those that the filter admits.
            package let each: RequestNode?
            package let keys: RequestConfig.KeyFilter
        }

        package let gateway: String
        /// Absent where only named entries are read.
        package let list: List?
        /// Entries by id, `<database id>/<local id>`.
        package let named: [RequestNode.Child]
        /// Asks for all of ``named`` at once.
        package let namedQuestion: ForeignQuestion

        /// Everything that the gateway is asked.
        package var questions: [ForeignQuestion] {
            [list?.question, named.isEmpty ? nil : namedQuestion].compactMap { $0 }
        }
    }
}

extension Planner {
    /// What `node`, the token, reads through gateways.
    static func foreign(_ node: RequestNode) throws(GraphProblem) -> [ReadPlan.ForeignPlan] {
        guard node.ownConfig == nil, !node.children.contains(where: \.key.isWildcard) else {
            throw GraphProblem(
                .emptyRequest, "Gateways are not listed here; name their ids.", at: node.pointer)
        }
        var plans: [ReadPlan.ForeignPlan] = []
        for child in node.children where child.node.form != .ignored { plans.append(try gateway(child)) }
        return plans
    }

    private static func gateway(_ child: RequestNode.Child) throws(GraphProblem) -> ReadPlan.ForeignPlan {
        let node = child.node
        let children = node.children.filter { $0.node.form != .ignored }
        let wildcard = children.first(where: \.key.isWildcard)?.node
        let named = children.filter { !$0.key.isWildcard }
        for entry in children { try checkBelow(entry.node) }
        var list: ReadPlan.ForeignPlan.List?
        if node.form == .leaf || wildcard != nil { list = page(of: child.key.text, node, wildcard) }
        var all = ListPagination()
        all.size = max(1, named.count)
        return ReadPlan.ForeignPlan(
            gateway: child.key.text, list: list, named: named,
            namedQuestion: question(
                of: child.key.text, ForeignQuery(),
                filter: named.map { "id=\(quoted($0.key.text))" }.joined(separator: " OR "),
                fields: fields(named.map(\.node)), all, at: node.pointer))
    }

    private static func page(
        of gateway: String, _ node: RequestNode, _ wildcard: RequestNode?
    ) -> ReadPlan.ForeignPlan.List {
        let config = node.ownConfig ?? RequestConfig()
        var query = ForeignQuery()
        if case .foreign(let given)? = config.listQuery { query = given }
        let pagination = config.listPagination ?? ListPagination()
        var response = wildcard == nil ? ObjectValue() : config.echo
        if let given = config.listQuery { response["query"] = .object(given.echo) }
        return ReadPlan.ForeignPlan.List(
            question: question(
                of: gateway, query, filter: query.filter, fields: wildcard.map { fields([$0]) } ?? ["id"], pagination,
                at: node.pointer),
            pagination: pagination, response: response, each: wildcard, keys: config.keys)
    }

    private static func question(
        of gateway: String, _ query: ForeignQuery, filter: String?, fields: [String]?, _ pagination: ListPagination,
        at pointer: String
    ) -> ForeignQuestion {
        let isDescending = pagination.order == .descending
        return ForeignQuestion(
            gateway: gateway, query: query, filter: filter,
            sort: pagination.orderBy.map { isDescending ? "-" + $0 : $0 }, fields: fields, size: pagination.size,
            start: pagination.start, pointer: pointer)
    }

    /// The attributes that `nodes` name; `nil` where one of them wants those that it does not name.
    private static func fields(_ nodes: [RequestNode]) -> [String]? {
        guard nodes.allSatisfy({ $0.form == .children && !$0.namesAll }) else { return nil }
        var names: [String] = []
        for name in nodes.flatMap(\.children).map(\.key.name) where !names.contains(where: { $0.hasSameUTF8(as: name) })
        {
            names.append(name)
        }
        return names
    }

    /// A string of OPTIMADE's filter language.
    private static func quoted(_ text: String) -> String {
        let escaped = text.utf8.flatMap { byte in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), byte] : [byte]
        }
        return "\"" + String(decoding: escaped, as: UTF8.self) + "\""
    }

    /// - Throws: ``GraphProblem`` where something below a gateway's list has a query or a page.
    private static func checkBelow(_ node: RequestNode) throws(GraphProblem) {
        if let config = node.ownConfig, config.query != nil || config.pagination != nil {
            throw GraphProblem(
                .unsupportedConfig, "Query and pagination belong to the gateway, one level above its entries.",
                at: node.pointer)
        }
        for child in node.children { try checkBelow(child.node) }
    }
}

extension RequestNode {
    /// Whether a `*` among the names asks for all of them.
    var namesAll: Bool { children.contains { $0.key.isWildcard && $0.node.form == .leaf } }
}

extension ForeignQuestion {
    /// The question in words.
    var text: String {
        var words = ["\(gateway): a page of at most \(size) \(query.endpoint)"]
        if let filter { words.append("where \(filter)") }
        if let sort { words.append("ordered by \(sort)") }
        if let fields { words.append("with \(fields.joined(separator: ", "))") }
        return words.joined(separator: ", ")
    }
}
