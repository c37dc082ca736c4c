import OptimadeAPI

/// What is asked of the list of one entry type of a database.
package struct ListingRequest: Hashable, Sendable {
    /// The endpoint: `structures`.
    package var endpoint: String
    /// In the database's own names; absent for all entries.
    package var filter: String?
    /// As the `sort` parameter has it; absent for the database's own order.
    package var sort: String?
    /// Absent for the usual fields.
    package var responseFields: [String]?
    package var pageLimit: Int
    /// Parameters that go with the request as they are, `include` and the like.
    package var others: [(name: String, value: String)] { otherItems.map { ($0.name, $0.value) } }
    private var otherItems: [Parameter]

    private struct Parameter: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// The first `pageLimit` entries of `endpoint`.
    package init(
        _ endpoint: String, filter: String? = nil, sort: String? = nil, responseFields: [String]? = nil,
        pageLimit: Int, others: [(name: String, value: String)] = []
    ) {
        self.endpoint = endpoint
        self.filter = filter
        self.sort = sort
        self.responseFields = responseFields
        self.pageLimit = pageLimit
        otherItems = others.map { Parameter(name: $0.name, value: $0.value) }
    }

    /// The parameters, encoded, with at most `limit` entries of a page, from `place` on.
    func query(limit: Int, at place: PagePlace) -> String {
        var items: [(name: String, value: String)] = [("response_format", "json")]
        if let filter { items.append(("filter", filter)) }
        if let sort { items.append(("sort", sort)) }
        if let responseFields { items.append(("response_fields", responseFields.joined(separator: ","))) }
        items.append(("page_limit", String(limit)))
        items += others
        for override in place.parameters {
            items.removeAll { $0.name.utf8.elementsEqual(override.name.utf8) }
            items.append((override.name, override.value))
        }
        return items.map { "\(PercentCoding.encoded($0.name))=\(PercentCoding.encoded($0.value))" }
            .joined(separator: "&")
    }

    /// Names of parameters that say what is asked, not where a page begins.
    static let fixed = ["response_format", "filter", "sort", "response_fields", "include", "email_address", "api_hint"]
}

/// Where a page of a database begins, in the database's own words: the parameters of its `next` link that differ from
/// those of the first page. None for the first page.
package struct PagePlace: Hashable, Sendable {
    /// One parameter, decoded.
    package struct Item: Hashable, Sendable {
        package let name: String
        package let value: String
    }

    /// In the order of the link.
    package let parameters: [Item]

    /// The first page.
    package static let start = PagePlace(parameters: [])

    init(parameters: [Item]) { self.parameters = parameters }

    /// The place that `count` entries stand before, for databases that say that there is more, but not where.
    package static func offset(_ count: Int) -> PagePlace {
        PagePlace(parameters: [Item(name: "page_offset", value: String(count))])
    }

    /// How many entries its pages have, where it says so.
    var pageLimit: Int? {
        parameters.first { $0.name.utf8.elementsEqual("page_limit".utf8) }.flatMap { Int($0.value) }
    }

    /// The same place whatever number of entries is asked for later: a page number counts pages of `size`.
    func counting(pagesOf size: Int) -> PagePlace {
        guard pageLimit == nil, parameters.contains(where: { $0.name.utf8.elementsEqual("page_number".utf8) }) else {
            return self
        }
        return PagePlace(parameters: parameters + [Item(name: "page_limit", value: String(size))])
    }

    /// How many entries stand before the page, where nothing else says where it begins.
    var offset: Int? {
        guard let first = parameters.first else { return 0 }
        return parameters.count == 1 && first.name.utf8.elementsEqual("page_offset".utf8) ? Int(first.value) : nil
    }

    /// What the query of a `next` link says; `nil` where it cannot be understood.
    package init?(link query: String) {
        // The filter, which may be long, need not be decoded to be left out.
        let pieces = query.utf8.split(separator: UInt8(ascii: "&")).filter { piece in
            !ListingRequest.fixed.contains { $0.utf8.elementsEqual(piece.prefix { $0 != UInt8(ascii: "=") }) }
        }
        let rest = pieces.map { String(Substring($0)) }.joined(separator: "&")
        guard let string = try? QueryString(rest) else { return nil }
        parameters = string.items.compactMap { item in
            let isFixed = ListingRequest.fixed.contains { $0.utf8.elementsEqual(item.name.utf8) }
            return isFixed ? nil : item.value.map { Item(name: item.name, value: $0) }
        }
    }

    /// Bytes of its parameters.
    var size: Int { parameters.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } }

    /// The place as text, encoded as a query.
    package var text: String {
        parameters.map { "\(PercentCoding.encoded($0.name))=\(PercentCoding.encoded($0.value))" }
            .joined(separator: "&")
    }
}
