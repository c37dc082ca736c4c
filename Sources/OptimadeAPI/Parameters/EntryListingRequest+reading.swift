import RutileJSON

extension EntryListingRequest {
    /// Reads the parameters of a list of entries.
    ///
    /// - Throws: ``OptimadeProblem``, which names the parameter and says how to mend it.
    public init(_ query: QueryString, _ rules: ParameterRules) throws(OptimadeProblem) {
        var reader = try ParameterReader(query, for: .list, rules)
        let filter = reader[.filter].flatMap { $0.isEmpty ? nil : $0 }
        let fields = try reader.names(.responseFields)
        let sort = try Self.sort(reader)
        let pageLimit = try Self.pageLimit(reader, rules)
        let position = try Self.position(&reader, sort)
        self.init(
            filter: filter, responseFields: fields?.isEmpty == true ? nil : fields, sort: sort, pageLimit: pageLimit,
            position: position, include: try reader.names(.include), warnings: reader.warnings)
    }

    private static func sort(_ reader: ParameterReader) throws(OptimadeProblem) -> [SortTerm] {
        var terms: [SortTerm] = []
        for name in try reader.names(.sort) ?? [] {
            let isDescending = name.utf8.first == UInt8(ascii: "-")
            let term = SortTerm(isDescending ? String(name.dropFirst()) : name, isDescending: isDescending)
            guard !term.name.isEmpty else {
                throw OptimadeProblem(
                    .parameterValue, parameter: "sort",
                    "A property is missing behind the “-” of sort.")
            }
            terms.append(term)
        }
        return terms
    }

    private static func pageLimit(
        _ reader: ParameterReader, _ rules: ParameterRules
    ) throws(OptimadeProblem) -> Int? {
        guard let limit = try reader.integer(.pageLimit, clamped: true) else { return nil }
        guard limit >= 0 else {
            throw OptimadeProblem(
                .parameterValue, parameter: "page_limit",
                "page_limit must not be negative, and is \(limit).")
        }
        guard limit <= rules.maximumPageLimit else {
            throw OptimadeProblem(
                .parameterLimit, parameter: "page_limit",
                "At most \(rules.maximumPageLimit) entries are given at once, and page_limit asks for more. "
                    + "Ask for fewer and follow links.next.")
        }
        return limit
    }

    private static func position(
        _ reader: inout ParameterReader, _ sort: [SortTerm]
    ) throws(OptimadeProblem) -> PagePosition {
        if reader[.pageBelow]?.isEmpty == false {
            throw OptimadeProblem(
                .parameterUnsupported, parameter: "page_below",
                "page_below is not offered. Use page_offset, page_number or page_cursor, or follow links.prev.")
        }
        var positions: [(Parameter, PagePosition)] = []
        if let offset = try reader.integer(.pageOffset) {
            guard offset >= 0 else {
                throw OptimadeProblem(
                    .parameterValue, parameter: "page_offset",
                    "page_offset must not be negative, and is \(offset).")
            }
            positions.append((.pageOffset, .offset(offset)))
        }
        if let number = try reader.integer(.pageNumber) {
            if number < 1 { reader.warn(.pageNumber, "Pages count from 1; this is page 1.") }
            positions.append((.pageNumber, .number(max(1, number))))
        }
        if let cursor = reader[.pageCursor], !cursor.isEmpty { positions.append((.pageCursor, .cursor(cursor))) }
        let isOrderedByID = sort.isEmpty || sort == [SortTerm("id")]
        // Without an id it begins in front of all ids, for who goes on with the last one of each page; in another order,
        // and beside another position, it says nothing.
        if let id = reader[.pageAbove], !id.isEmpty || isOrderedByID && positions.isEmpty {
            positions.append((.pageAbove, .above(id)))
        }
        guard let first = positions.first else { return .start }
        for (parameter, _) in positions.dropFirst() {
            reader.warn(parameter, "\(parameter.rawValue) was ignored: \(first.0.rawValue) counts.")
        }
        if case .above = first.1, !isOrderedByID {
            throw OptimadeProblem(
                .parameterUnsupported, parameter: "page_above",
                "page_above goes with the order of ids only. Leave sort out or sort by id, or follow links.next.")
        }
        return first.1
    }
}

extension SingleEntryRequest {
    /// Reads the parameters of a single entry.
    ///
    /// - Throws: ``OptimadeProblem``, which names the parameter and says how to mend it.
    public init(_ query: QueryString, _ rules: ParameterRules) throws(OptimadeProblem) {
        let reader = try ParameterReader(query, for: .entry, rules)
        let fields = try reader.names(.responseFields)
        let slices = reader[.dimensionSlices]
        self.init(
            responseFields: fields?.isEmpty == true ? nil : fields, include: try reader.names(.include),
            dimensionSlices: slices?.isEmpty == true ? nil : slices, warnings: reader.warnings)
    }
}

/// What a client says to an endpoint that serves no entries.
package struct InformationRequest: Hashable, Sendable {
    /// What was odd, but not wrong.
    package let warnings: [OptimadeWarning]

    /// Reads the parameters.
    ///
    /// - Throws: ``OptimadeProblem``, which names the parameter and says how to mend it.
    package init(_ query: QueryString, _ rules: ParameterRules) throws(OptimadeProblem) {
        warnings = try ParameterReader(query, for: .information, rules).warnings
    }
}
