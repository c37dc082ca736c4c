package import RutileJSON

/// Which page of a list is wanted, and in which order. Source: NOMAD 2.0.0's pagination models, measured.
package struct ListPagination: Hashable, Sendable {
    /// Ascending or descending.
    package enum Order: String, Sendable, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// Where a page begins.
    package enum Start: Hashable, Sendable {
        /// So many items from the beginning.
        case offset(Int)
        /// Behind the item with this id.
        case after(String)
    }

    /// Items of a page, at most ``GraphRequest/largestPage``; 0 asks for the total alone.
    package var size = 10
    /// The field that orders the list; absent for its natural order.
    package var orderBy: String?
    package var order = Order.ascending
    /// Number of the page, from 1; absent when not given.
    package var page: Int?
    /// Items to skip; absent when not given.
    package var pageOffset: Int?
    /// Id of the last item of the page before; absent when not given.
    package var pageAfterValue: String?

    /// The first ten items, in natural order.
    package init() {}

    /// Where the page begins. An offset beyond all numbers is one beyond every end.
    package var start: Start {
        if let pageAfterValue, !pageAfterValue.isEmpty { return .after(pageAfterValue) }
        guard let page else { return .offset(pageOffset ?? 0) }
        let (offset, isTooLarge) = (page - 1).multipliedReportingOverflow(by: size)
        return .offset(isTooLarge ? .max : offset)
    }

    /// How it is shown with a page of `total` items, as far as known, `next` being the id to go on from.
    package func echo(total: Int?, next: String?) -> Value {
        .members([
            "page_size": .integer(Int64(size)),
            "order_by": orderBy.map { .string($0 == "mainfile" ? "mainfile_path" : $0) } ?? .null,
            "order": .string(order.rawValue),
            "page_after_value": pageAfterValue.map(Value.string) ?? .null,
            "page": page.map { .integer(Int64($0)) } ?? .null,
            "page_offset": pageOffset.map { .integer(Int64($0)) } ?? .null,
            "total": total.map { .integer(Int64($0)) } ?? .null,
            "next_page_after_value": next.map(Value.string) ?? .null,
            "page_url": .null, "next_page_url": .null, "prev_page_url": .null, "first_page_url": .null,
        ])
    }
}

/// Where the settings of a list stand, or would stand, as JSON pointers (RFC 6901) into the request.
package struct ListPlaces: Hashable, Sendable {
    package var query: String
    package var pagination: String

    /// Those of a list that is asked for at `pointer`, without settings.
    package init(at pointer: String) {
        query = pointer + "/query"
        pagination = pointer + "/pagination"
    }
}

extension ListPagination {
    /// Reads a `pagination` object of a node of `kind`. Unknown keys are ignored.
    ///
    /// - Throws: ``GraphProblem`` with its place; `pointer` is that of the object.
    init(_ fields: ObjectValue, kind: NodeKind, pointer: String) throws(GraphProblem) {
        let reader = ListFieldReader(pointer: pointer, kind: .invalidPagination, what: "Invalid pagination")
        if let value = fields["page_size"] {
            size = try reader.integer("page_size", value, atLeast: 0) ?? size
            // NOMAD takes null for a field that has none at another stage, and so with another status.
            if value.isNull { throw reader.wrong("page_size", "an integer", kind: .invalidConfig) }
            if size > GraphRequest.largestPage {
                throw reader.wrong("page_size", "at most \(GraphRequest.largestPage)", kind: .invalidConfig)
            }
        }
        if let value = fields["order"] {
            guard let order = value.text.flatMap(Order.init) else { throw reader.wrong("order", "'asc' or 'desc'") }
            self.order = order
        }
        page = try fields["page"].flatMap { value throws(GraphProblem) in
            try reader.integer("page", value, atLeast: 1)
        }
        pageOffset = try fields["page_offset"].flatMap { value throws(GraphProblem) in
            try reader.integer("page_offset", value, atLeast: 0)
        }
        pageAfterValue = try fields["page_after_value"].flatMap { value throws(GraphProblem) in
            try reader.text("page_after_value", value)
        }
        try takeOrder(fields["order_by"], kind: kind, reader)
        try checkCriteria(reader)
    }

    private mutating func takeOrder(_ given: Value?, kind: NodeKind, _ reader: ListFieldReader) throws(GraphProblem) {
        let asked = try given.flatMap { value throws(GraphProblem) in try reader.text("order_by", value) }
        switch kind {
        case .search, .metainfo, .optimade: orderBy = asked
        case .files:
            if asked != nil { throw reader.wrong("order_by", "absent: files have one order") }
        default:
            let names = Self.orders(of: kind)
            if let asked {
                guard names.contains(asked) else {
                    throw reader.wrong("order_by", "one of " + names.map { "'\($0)'" }.joined(separator: ", "))
                }
                orderBy = asked == "mainfile_path" ? "mainfile" : asked
            } else if kind == .upload || (kind == .entry && given != nil) {
                orderBy = names.first
            }
        }
    }

    private func checkCriteria(_ reader: ListFieldReader) throws(GraphProblem) {
        let given = [
            ("page", page != nil, page ?? 0 > 0), ("page_offset", pageOffset != nil, pageOffset ?? 0 > 0),
            ("page_after_value", pageAfterValue != nil, pageAfterValue?.isEmpty == false),
        ]
        if size == 0, let (name, _, _) = given.first(where: \.1) {
            throw reader.wrong(name, "absent where page_size is 0")
        }
        if given.count(where: \.2) > 1 {
            throw reader.problem("give only one of page, page_offset and page_after_value")
        }
    }

    /// By what documents of `kind` can be ordered; first the order that a page has by default, where it has one.
    private static func orders(of kind: NodeKind) -> [String] {
        switch kind {
        case .upload: ["upload_create_time", "publish_time", "upload_name", "last_status_message", "process_status"]
        case .entry:
            ["mainfile", "mainfile_path", "parser_name", "process_status", "current_process", "entry_create_time"]
        case .dataset: ["dataset_create_time", "dataset_modified_time", "dataset_name"]
        case .group: ["group_id", "group_name", "owner"]
        default: []
        }
    }
}
