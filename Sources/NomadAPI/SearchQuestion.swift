package import RutileJSON

/// What a `search` node asks of the search index. Source: NOMAD 2.0.0, measured.
package struct SearchQuestion: Hashable, Sendable {
    /// The question; its owner counts only where ``isGiven``.
    package private(set) var entries = EntriesQuery()
    /// Whether the request has a query, be it an empty one. Without one the caller's own entries are meant, or public
    /// ones for nobody.
    package private(set) var isGiven = false
    /// The query as it was understood; empty where there was none.
    package private(set) var echo = ObjectValue()
    /// Whether the page is to begin behind an empty text, which is the beginning.
    private var isAfterNothing = false

    /// Where the question stands in the request, and the pagination that counts.
    package private(set) var places: ListPlaces

    /// Everything that is the caller's own, asked for at `places`.
    package init(at places: ListPlaces) { self.places = places }

    /// Reads `query`, the body of an entries query, whose own pagination counts more than `pagination`.
    init(query: Value?, pagination: Value?, places: ListPlaces) throws(GraphProblem) {
        let body = query?.object ?? ObjectValue()
        isGiven = query?.object != nil
        self.places = places
        let pointer = places.query
        if let own = body["pagination"], !own.isNull { self.places.pagination = pointer + "/pagination" }
        // Of a graph every page has its limit, whichever pagination says how large it is.
        if let size = body["pagination"]?["page_size"]?.integer, size > GraphRequest.largestPage {
            throw ListFieldReader(pointer: pointer + "/pagination", kind: .invalidConfig, what: "Invalid pagination")
                .wrong("page_size", "at most \(GraphRequest.largestPage)")
        }
        do {
            entries = try EntriesQuery(.object(body), pagination: pagination, ignoresEmptyCriteria: true)
        } catch {
            throw error.refusal(in: self.places)
        }
        let page = body["pagination"]?.object ?? pagination?.object
        isAfterNothing = page?["page_after_value"]?.text?.isEmpty == true
        guard isGiven else { return }
        echo["owner"] = .string(entries.owner.rawValue)
        echo["query"] = entries.givenQuery
        if let given = body["pagination"]?.object {
            var page = entries.pagination.echo
            if given["order_by"]?.text == nil { page["order_by"] = nil }
            if isAfterNothing { page["page_after_value"] = .string("") }
            echo["pagination"] = .object(page)
        }
        echo["required"] = entries.required.map { .object($0.echo) }
        // As NOMAD shows it whether there are any or not; what they count is not shown in graphs.
        echo["aggregations"] = body["aggregations"]?.object.map(Value.object) ?? .object(ObjectValue())
    }

    /// The page as `m_response` shows it.
    package var pagination: ListPagination {
        var page = ListPagination()
        page.size = entries.pagination.pageSize
        page.orderBy = entries.pagination.orderBy
        page.order = entries.pagination.isDescending ? .descending : .ascending
        page.page = entries.pagination.page
        page.pageOffset = entries.pagination.pageOffset
        page.pageAfterValue = isAfterNothing ? "" : entries.pagination.pageAfterValue
        return page
    }
}

extension EntriesProblem {
    /// The refusal as graph requests have it: what is no question is a 400, one that cannot be answered a 422.
    /// `places` are those of the question.
    package func refusal(in places: ListPlaces) -> GraphProblem {
        let isForm = reasons.items?.contains { $0["type"] != nil } ?? false
        let isAboutCaller = status == 401 || status == 403
        let kind: GraphProblem.Kind = isForm ? .invalidQuery : isAboutCaller ? .loginRequired : .invalidSearch
        let text = reasons.text.map { "\(status): \($0)" } ?? "Invalid query: \(self.text.sentence)"
        let isOfPage = place.first?.hasSameUTF8(as: "pagination") ?? false
        let steps = isOfPage ? place.dropFirst() : place[...]
        let pointer = steps.reduce(isOfPage ? places.pagination : places.query) { $0 + "/" + escaped($1) }
        return GraphProblem(kind, text, at: pointer)
    }
}

extension String {
    /// The text with a point at its end, where it has none.
    fileprivate var sentence: String { utf8.last == UInt8(ascii: ".") ? self : self + "." }
}
