import OptimadeAPI
import RutileQuery

extension PageLinks {
    /// The links of a page of `endpoint`, an address, that `query` asked for.
    ///
    /// Links keep every parameter as it stands in the URL, empty ones too, but for those that say where a page begins.
    /// Clients that count pages or entries get links that count the same way; all others get cursors, which cost the
    /// same on each page and miss nothing when entries come and go. Links back and to the end count entries; a page back
    /// has no more entries than stand before this one. Pages of which it is not known how many entries stand before them,
    /// those above an id, have neither. They are in the order of ids, and so is the page that is first there.
    init(
        of endpoint: String, _ query: QueryString, _ position: PagePosition,
        _ results: SearchResults<some Hashable & Sendable>,
        itself: String?
    ) {
        self.init()
        self.itself = itself
        let kept = query.items.filter { Parameter(rawValue: $0.name)?.isPagePosition != true }.map(\.raw)
        func address(_ parameter: Parameter?, _ value: String) -> String {
            let pieces = kept + (parameter.map { ["\($0.rawValue)=\(value)"] } ?? [])
            return pieces.isEmpty ? endpoint : endpoint + "?" + pieces.joined(separator: "&")
        }
        let limit = results.page.limit
        let start = address(nil, "")
        /// The page that begins behind so many entries.
        func page(at offset: Int) -> String {
            if offset <= 0 { return start }
            if case .number = position { return address(.pageNumber, String(offset / max(limit, 1) + 1)) }
            return address(.pageOffset, String(offset))
        }

        if let before = results.page.position {
            first = start
            guard limit > 0 else { return }
            last = page(at: max(0, results.dataReturned - 1) / limit * limit)
            // Far behind the end the page before is the last one.
            if before > results.dataReturned {
                previous = last
            } else if before >= limit {
                previous = page(at: before - limit)
            } else if before > 0 {
                let others = query.items.filter {
                    Parameter(rawValue: $0.name).map { !$0.isPagePosition && $0 != .pageLimit } ?? true
                }
                let rest = [
                    "\(Parameter.pageOffset.rawValue)=0", "\(Parameter.pageLimit.rawValue)=\(before)",
                ]
                previous = endpoint + "?" + (others.map(\.raw) + rest).joined(separator: "&")
            }
        } else {
            let beginning = PageCursor(Cursor(values: [], id: ""), sort: [], position: nil)
            first = results.page.sort.isEmpty ? address(.pageCursor, beginning.text) : start
            guard limit > 0 else { return }
        }
        guard results.moreDataAvailable else { return }
        switch position {
        case .offset(let offset): next = page(at: offset + limit)
        case .number(let number): next = address(.pageNumber, String(number + 1))
        case .start, .cursor, .above: next = results.page.end.map { address(.pageCursor, $0.text) }
        }
    }
}
