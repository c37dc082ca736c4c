package import RutileJSON

extension EntriesQuery {
    /// Reads a body that has been parsed as JSON. Where it says nothing, `owner` and `pagination` count.
    ///
    /// - Parameter ignoresEmptyCriteria: as for ``EntriesPagination``.
    package init(
        _ body: Value, owner: EntriesOwner = .public, pagination: Value? = nil, ignoresEmptyCriteria: Bool = false
    ) throws(EntriesProblem) {
        let members = try Self.members(of: body)
        self.init(owner: owner)
        if let given = members["owner"], !given.isNull {
            guard let owner = given.text.flatMap(EntriesOwner.init(rawValue:)) else {
                let choices = Self.list(EntriesOwner.messageOrder.map(\.rawValue))
                throw .value(
                    "enum", "Input should be \(choices)", at: ["owner"], input: given,
                    context: .members(["expected": .string(choices)]))
            }
            self.owner = owner
        }
        if let given = members["query"], !given.isNull {
            query = try QueryParser.query(given)
            givenQuery = given.object.map { .object(QueryParser.shownInGraphs($0)) }
        }
        self.pagination = try EntriesPagination(
            Self.present(members["pagination"]) ?? pagination, ignoresEmptyCriteria: ignoresEmptyCriteria)
        if let given = Self.present(members["required"]) {
            required = try RequiredQuantities(given, orderBy: self.pagination.orderBy)
        }
        if let given = Self.present(members["aggregations"]) { aggregations = try NamedAggregation.all(given) }
    }

    /// The members of a body, which must be an object.
    package static func members(of body: Value) throws(EntriesProblem) -> ObjectValue {
        guard let members = body.object else { throw .noObject(body, at: []) }
        return members
    }

    private static func present(_ value: Value?) -> Value? { value.flatMap { $0.isNull ? nil : $0 } }

    /// `'a', 'b' or 'c'`.
    static func list(_ names: [String]) -> String {
        let quoted = names.map { "'\($0)'" }
        return quoted.dropLast().joined(separator: ", ") + (quoted.count > 1 ? " or " : "") + (quoted.last ?? "")
    }
}

extension EntriesOwner {
    /// The order in which refusals list the owners.
    fileprivate static let messageOrder: [EntriesOwner] = [.public, .all, .visible, .shared, .user, .staging, .admin]
}

extension EntriesPagination {
    /// Reads `given`; nothing is the first page.
    ///
    /// - Parameter ignoresEmptyCriteria: whether an empty `page_after_value` says nothing, as in graphs.
    package init(_ given: Value?, ignoresEmptyCriteria: Bool = false) throws(EntriesProblem) {
        guard let given else { return }
        guard let members = given.object else { throw .noObject(given, at: ["pagination"]) }
        let reader = FieldReader(members, at: ["pagination"])
        if let size = try reader.integer("page_size", isRequired: true) {
            guard size >= 0 else {
                throw reader.problem("invalid_page_size", "page_size must be >= 0", "page_size")
            }
            guard size <= GraphRequest.largestPage else {
                throw reader.problem(
                    "bad_page_size", "Page size must be at most \(GraphRequest.largestPage).", "page_size")
            }
            pageSize = size
        }
        showsOrder = members["order"]?.isNull != true
        isDescending = try reader.isDescending()
        let name = try reader.text("order_by")
        page = try reader.integer("page")
        pageOffset = try reader.integer("page_offset")
        pageAfterValue = try reader.text("page_after_value")
        try check(reader)
        if ignoresEmptyCriteria, pageAfterValue?.isEmpty == true { pageAfterValue = nil }
        if let name { try order(by: name) }
        // A place without an entry is a place in front of all entries with its value. Own orders have no values.
        let isQuantity = SearchQuantities.standard[orderBy] != nil || DynamicQuantity.isName(orderBy)
        let hasValues = !orderBy.hasSameUTF8(as: "entry_id") && isQuantity
        if let place = pageAfterValue, hasValues, !place.utf8.contains(UInt8(ascii: ":")) {
            pageAfterValue = place + ":"
        }
    }

    private mutating func order(by name: String) throws(EntriesProblem) {
        guard name.utf8.count <= Criterion.longestName else {
            throw .unknownQuantity(String(name.prefix(80)) + "…", at: ["pagination", "order_by"])
        }
        orderBy = name.hasSameUTF8(as: "mainfile_path") ? "mainfile" : name
        if Self.ownOrders.contains(where: { $0.hasSameUTF8(as: name) }) { return }
        if try DynamicQuantity(orderedBy: orderBy) != nil { return }
        guard let quantity = SearchQuantities.standard[orderBy] else {
            throw .unknownQuantity(orderBy, at: ["pagination", "order_by"])
        }
        guard quantity.isSortable else {
            throw .search("the order_by quantity must be a scalar", at: ["pagination", "order_by"])
        }
    }

    /// Orders that are no quantities: how well an entry matches, and that of the index.
    package static let ownOrders = ["_score", "_doc"]

    private func check(_ reader: FieldReader) throws(EntriesProblem) {
        if let page {
            guard page >= 1 else { throw reader.problem("bad_page", "Page has to be larger than 1", "page") }
            let (end, overflows) = page.multipliedReportingOverflow(by: pageSize)
            guard !overflows, end < Self.reach else {
                throw reader.problem("bad_page", "Pagination by `page` is limited to 10.000 entries.", "page")
            }
        }
        if let pageOffset {
            guard pageOffset >= 0 else {
                throw reader.problem("bad_page_offset", "Page offset has to be larger than 0", "page_offset")
            }
            let (end, overflows) = pageOffset.addingReportingOverflow(pageSize)
            guard !overflows, end < Self.reach else {
                throw reader.problem(
                    "bad_page_offset", "Page offset plus page size has to be smaller than 10,000", "page_offset")
            }
        }
        func refusal(_ type: String, _ message: String) -> EntriesProblem {
            .value(type, message, at: reader.place, input: .object(reader.members))
        }
        // Those that begin where the list begins may stand beside others.
        let starts = [page != nil, (pageOffset ?? 0) != 0, pageAfterValue?.isEmpty == false]
        guard starts.count(where: { $0 }) < 2 else {
            throw refusal(
                "multiple_pagination_criteria", "Can only specify one of: page_offset, page, or page_after_value")
        }
        let given = [
            ("page", page != nil), ("page_offset", pageOffset != nil), ("page_after_value", pageAfterValue != nil),
        ]
        if pageSize == 0, let (name, _) = given.first(where: \.1) {
            throw refusal("invalid_pagination", "Cannot specify \(name) when page_size is set to 0")
        }
    }
}

extension FieldReader {
    /// Whether `order` says so.
    func isDescending() throws(EntriesProblem) -> Bool {
        guard let order = members["order"], !order.isNull else { return false }
        guard order == .string("asc") || order == .string("desc") else {
            throw problem(
                "enum", "Input should be 'asc' or 'desc'", "order",
                context: .members(["expected": .string("'asc' or 'desc'")]))
        }
        return order == .string("desc")
    }
}

extension RequiredQuantities {
    /// Patterns that a list may have: each is compared with each path of the documents.
    private static let mostPatterns = 1_000

    /// Reads `given`. The entry's id and `orderBy` are always shown.
    init(_ given: Value, orderBy: String) throws(EntriesProblem) {
        guard let members = given.object else { throw .noObject(given, at: ["required"]) }
        let reader = FieldReader(members, at: ["required"])
        include = try reader.texts("include")
        exclude = try reader.texts("exclude")
        for (field, names) in [("include", include), ("exclude", exclude)]
        where (names ?? []).count(where: Self.isPattern) > Self.mostPatterns {
            throw reader.problem("too_long", "List should have at most \(Self.mostPatterns) patterns", field)
        }
        for name in (include ?? []) + (exclude ?? []) where !Self.isPattern(name) {
            guard SearchQuantities.standard[name] != nil || DynamicQuantity.isName(name) else {
                throw .unknownQuantity(name, at: ["required"])
            }
        }
        let isShown = !EntriesPagination.ownOrders.contains { $0.hasSameUTF8(as: orderBy) }
        if isShown && !DynamicQuantity.isName(orderBy) { always.append(orderBy) }
        for name in always.reversed() where include?.contains(where: { $0.hasSameUTF8(as: name) }) == false {
            include?.append(name)
        }
        exclude?.removeAll { name in always.contains { $0.hasSameUTF8(as: name) } }
    }
}
