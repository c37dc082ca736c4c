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
    private let given: [(String, Value)]

    /// - Throws: ``RequestProblem/invalid(_:)``.
    init(_ call: Route.Call, default order: Order) throws(RequestProblem) {
        let query = try call.query()
        target = call.target
        var page = Page()
        if let size = try query.integer("page_size", in: 0...10_000) { page.size = size }
        self.order = try query.choice("order_by") ?? order
        isDescending = try query.choice("order", of: Direction.self) == .desc
        var given: [(String, Value)] = []
        func take(_ name: String, from first: Int, _ start: (Int) -> Page.Start) throws(RequestProblem) {
            guard let number = try query.integer(name, in: first...Int.max) else { return }
            page.start = start(number)
            given.append((name, name == "page_after_value" ? .string(String(number)) : .integer(Int64(number))))
        }
        try take("page_after_value", from: 0, Page.Start.after)
        try take("page", from: 1, Page.Start.page)
        try take("page_offset", from: 0, Page.Start.offset)
        guard given.count <= 1, given.isEmpty || page.size > 0 else {
            throw .invalid([
                .init(
                    at: [.key("query")],
                    "of page, page_offset and page_after_value only one can be given, and none with page_size 0")
            ])
        }
        self.page = page
        self.given = given
    }

    private enum Direction: String, CaseIterable { case asc, desc }

    /// What the answer says of the page, where there are `total` items.
    ///
    /// - Throws: ``RequestProblem/refused(_:)`` where the page lies beyond them.
    func json(total: Int) throws(RequestProblem) -> Value {
        let range = page.range(of: total)
        if range.isEmpty, page.size > 0, total > 0 { throw .refused("Page out of range requested.") }
        var members = ObjectValue([
            ("page_size", .integer(Int64(page.size))), ("order_by", .string(order.rawValue)),
            ("order", .string(isDescending ? "desc" : "asc")),
        ])
        for (name, value) in given { members[name] = value }
        members["total"] = .integer(Int64(total))
        members["page_url"] = .string(url { $0 })
        members["first_page_url"] = .string(url { Self.withoutStart($0) })
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
