import RutileCuration
import RutileJSON

/// What a request says of the page of a list that it wants, and what its answer says of it.
///
/// Lists are paged by position: `page_after_value` is the index of the last item that was shown, as text. Source: NOMAD
/// 2.0.0.
struct ListPage<Order: RawRepresentable & CaseIterable> where Order.RawValue == String {
    let page: Page
    let order: Order
    let isDescending: Bool
    private let target: Route.Target
    /// `page_offset` as it was given.
    private let offset: Int?

    /// - Parameter aliases: other names of orders.
    /// - Throws: ``RequestProblem/invalid(_:)``.
    init(
        _ call: Route.Call, default order: Order, named aliases: [String: Order] = [:]
    ) throws(RequestProblem) {
        let query = try call.query()
        target = call.target
        var page = Page()
        if let size = try query.integer("page_size", in: 0...10_000) { page.size = size }
        if let alias = query["order_by"].flatMap({ aliases[$0] }) {
            self.order = alias
        } else {
            self.order = try query.choice("order_by") ?? order
        }
        isDescending = try query.choice("order", of: Direction.self) == .desc
        let last = try query.integer("page_after_value", in: 0...Int.max)
        let number = try query.integer("page", in: 1...Int.max)
        offset = try query.integer("page_offset", in: 0...Int.max)
        let given: [Page.Start] = [last.map { .after($0) }, number.map { .page($0) }, offset.map { .offset($0) }]
            .compactMap(\.self)
        if let start = given.last { page.start = start }
        guard given.count <= 1, given.isEmpty || page.size > 0 else {
            throw .invalid([
                .init(
                    at: [.key("query")],
                    "of page, page_offset and page_after_value only one can be given, and none with page_size 0")
            ])
        }
        self.page = page
    }

    private enum Direction: String, CaseIterable { case asc, desc }

    /// What the answer says of the page, where there are `total` items.
    ///
    /// - Throws: ``RequestProblem/refused(_:)`` where the page lies beyond them.
    func json(total: Int) throws(RequestProblem) -> Value {
        let range = page.range(of: total)
        if page.size > 0, total > 0 ? range.isEmpty : page.first > 0 { throw .refused("Page out of range requested.") }
        let number = page.size > 0 ? range.lowerBound / page.size + 1 : 1
        var members = ObjectValue([
            ("page_size", .integer(Int64(page.size))), ("order_by", .string(order.rawValue)),
            ("order", .string(isDescending ? "desc" : "asc")),
        ])
        if let offset { members["page_offset"] = .integer(Int64(offset)) }
        members["page"] = .integer(Int64(number))
        if number > 1 { members["page_after_value"] = .string(String(range.lowerBound - 1)) }
        members["total"] = .integer(Int64(total))
        members["page_url"] = .string(url { $0 })
        if page.size > 0 { members["first_page_url"] = .string(url { Self.withoutStart($0) }) }
        if number > 1 {
            members["prev_page_url"] = .string(url { Self.withoutStart($0) + ["page=\(number - 1)"] })
        }
        if range.upperBound < total, !range.isEmpty {
            let next = String(range.upperBound - 1)
            members["next_page_after_value"] = .string(next)
            members["next_page_url"] = .string(url { Self.withoutStart($0) + ["page_after_value=\(next)"] })
        }
        return .object(members)
    }

    private func url<Field: StringProtocol>(_ change: ([Substring]) -> [Field]) -> String {
        let fields = change(target.query.split(separator: "&"))
        return target.address + (fields.isEmpty ? "" : "?" + fields.joined(separator: "&"))
    }

    private static func withoutStart(_ fields: [Substring]) -> [String] {
        fields.filter { field in
            !["page", "page_offset", "page_after_value"].contains { field.hasPrefix($0 + "=") }
        }.map(String.init)
    }
}

/// Parameters of a page, for the description of a route.
enum PageParameters {
    static let all: [RouteDocumentation.Parameter] = [
        .query("page_size", "Items of a page; 10 unless given, at most 10,000.", type: "integer"),
        .query("order_by", "What the list is ordered by."),
        .query("order", "`asc` or `desc`."),
        .query("page_after_value", "`next_page_after_value` of the page before.", type: "integer"),
        .query("page", "Number of the page, from 1.", type: "integer"),
        .query("page_offset", "Items that are passed over.", type: "integer"),
    ]
}
