import NomadAPI
import RutileJSON
import RutileModel
import RutileQuery

/// The order of a list of entries, and its places as NOMAD writes them.
struct EntriesOrder {
    /// What the index is asked for. The id is a key of its own, for it goes in the direction of the value.
    let sort: Sort
    /// Where the page begins; `nil` at the first entry.
    let after: Cursor?
    /// What the list is ordered by in front of the id, as the quantity that has the values; absent where that is nothing.
    private let quantity: SearchQuantity?

    /// The order and the place of `pagination`.
    ///
    /// - Throws: ``NomadAPI/EntriesProblem`` where the place is none of this order.
    init(_ pagination: EntriesPagination) throws(EntriesProblem) {
        let byID = SortKey(SearchProperties.id, isDescending: pagination.isDescending)
        let key: SortKey?
        if let named = try DynamicQuantity(orderedBy: pagination.orderBy) {
            quantity = named.kinds.first.flatMap { SearchQuantities.standard["search_quantities." + $0.member] }
            let items = ChosenItems(of: "search_quantities", where: "id", is: named.id)
            key = quantity.map { quantity in
                SortKey(
                    PropertyPath(QueryLowering.relative(quantity.source.name, to: "search_quantities")), of: items,
                    isDescending: pagination.isDescending)
            }
        } else {
            let named = SearchQuantities.standard[pagination.orderBy]
            quantity = named.flatMap { $0.name.hasSameUTF8(as: "entry_id") ? nil : $0 }
            key = quantity.map { SortKey(PropertyPath($0.source.name), isDescending: pagination.isDescending) }
        }
        sort = Sort([key, byID].compactMap(\.self))
        guard let place = pagination.pageAfterValue else {
            after = nil
            return
        }
        guard let quantity else {
            // Orders without a value of their own go by id.
            after = Cursor(values: [.string(place)], id: place)
            return
        }
        let colon = place.utf8.lastIndex(of: UInt8(ascii: ":")) ?? place.utf8.endIndex
        let text = String(place[..<colon])
        let id = colon == place.utf8.endIndex ? "" : String(place[place.utf8.index(after: colon)...])
        after = Cursor(values: [try Self.value(text, of: quantity), .string(id)], id: id)
    }

    /// The place `end` as text.
    func text(_ end: Cursor) -> String {
        guard quantity != nil else { return end.id }
        return Self.text(end.values.first ?? nil) + ":" + end.id
    }

    private static let absent = "null"
    /// Stands before texts that would else be read as an absent value, or as marked.
    private static let mark = "\\"

    private static func text(_ value: Literal?) -> String {
        switch value {
        case nil: absent
        case .string(let text)? where text.hasSameUTF8(as: absent) || text.utf8.starts(with: mark.utf8): mark + text
        case .string(let text)?: text
        case .integer(let number)?: String(number)
        case .real(let number)?: "\(number)"
        case .boolean(let flag)?: flag ? "1" : "0"
        case .timestamp(let time)?: String(time.microseconds.quotientRoundedDown(by: 1_000))
        }
    }

    private static func real(_ text: String) -> Literal? {
        Double(text).flatMap { $0.isFinite ? .real($0) : nil }
    }

    private static func value(_ text: String, of quantity: SearchQuantity) throws(EntriesProblem) -> Literal? {
        if text.hasSameUTF8(as: absent) { return nil }
        let literal: Literal? =
            switch quantity.kind {
            case .keyword, .text, .section, .suggestion:
                .string(text.utf8.starts(with: mark.utf8) ? String(text.dropFirst()) : text)
            case .integer: Int64(text).map { .integer($0) } ?? real(text)
            case .double: real(text)
            case .boolean: text == "1" || text == "true" ? .boolean(true) : .boolean(false)
            case .date: SearchDate(text).map { .timestamp($0.start) }
            }
        guard let literal else {
            throw EntriesProblem(
                400, "Elasticsearch could not process your query: '\(text)' is no value of \(quantity.name)",
                at: ["pagination", "page_after_value"])
        }
        return literal
    }
}

extension Int64 {
    fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
