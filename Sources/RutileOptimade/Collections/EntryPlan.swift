public import OptimadeAPI
import RutileJSON
public import RutileQuery

/// A request whose names were looked up: what will be asked of the back end, decided before it is asked.
public struct EntryPlan: Hashable, Sendable {
    /// The question.
    public let query: EntryQuery
    /// Which attributes the answer has.
    public let fields: ResponseFields
    /// The sort without its unknown terms, as the client wrote it; cursors belong to it.
    public let sort: [SortTerm]
    /// How many entries stand before the page; absent where that is not known.
    public let position: Int?
    /// What was odd about the request.
    public let warnings: [OptimadeWarning]
}

extension EntryCollection {
    /// Looks up the names of `request`.
    ///
    /// - Throws: ``OptimadeProblem``, which names the parameter and says how to mend it.
    public func plan(_ request: EntryListingRequest) throws(OptimadeProblem) -> EntryPlan {
        var warnings = request.warnings
        var query = EntryQuery(limit: request.pageLimit ?? rules.defaultPageLimit)
        guard query.limit >= 0, query.limit <= rules.maximumPageLimit else {
            throw OptimadeProblem(
                .parameterLimit, parameter: "page_limit",
                "page_limit must be between 0 and \(rules.maximumPageLimit), and is \(query.limit).")
        }
        if let filter = request.filter { query.predicate = try predicate(filter, &warnings) }
        let fields = try fields(request.responseFields, &warnings)
        let sort = try sort(request.sort, &warnings)
        query.sort = sort.isEmpty ? defaultSort : Sort(sort.map(\.key))
        let terms = sort.map(\.term)

        var position: Int?
        switch request.position {
        case .start: position = 0
        case .offset(let offset):
            query.skip = offset
            position = offset
        case .number(let number):
            let (skip, overflow) = (number - 1).multipliedReportingOverflow(by: query.limit)
            query.skip = overflow ? Int.max : skip
            position = query.skip
        case .cursor(let text):
            let cursor = try cursor(text, terms, &query.sort)
            query.after = cursor.place
            position = cursor.position
        case .above(let id):
            query.sort = Sort(sort.map(\.key).filter { $0 == SortKey("id") })
            query.after = Cursor(values: query.sort.keys.map { _ in .string(id) }, id: id)
        }
        return EntryPlan(query: query, fields: fields, sort: terms, position: position, warnings: warnings)
    }

    /// Reads a filter.
    ///
    /// - Throws: ``OptimadeProblem``, which says where in the filter what is wrong.
    public func predicate(_ filter: String) throws(OptimadeProblem) -> Predicate {
        var warnings: [OptimadeWarning] = []
        return try predicate(filter, &warnings)
    }

    /// Reads a filter; `warnings` takes what a client should know of it.
    ///
    /// - Throws: as ``predicate(_:)``.
    package func predicate(_ filter: String, _ warnings: inout [OptimadeWarning]) throws(OptimadeProblem) -> Predicate {
        do throws(FilterError) {
            let vocabulary = FilterVocabulary(
                type.catalogue, ownPrefixes: [rules.prefix], relationships: type.relationships)
            let lowered = try LoweredFilter(filter, vocabulary)
            warnings += lowered.warnings.map { warning in
                OptimadeWarning(
                    .filterForeign, parameter: "filter",
                    "\(warning.name) is not defined here, so its value counts as unknown.")
            }
            return lowered.predicate
        } catch {
            throw OptimadeProblem(error, in: filter)
        }
    }

    /// The attributes that `names` ask for; the usual ones where nothing is asked.
    func fields(_ names: [String]?, _ warnings: inout [OptimadeWarning]) throws(OptimadeProblem) -> ResponseFields {
        guard let names else { return ResponseFields(usual: type) }
        let unknown = names.filter { name in
            type[name] == nil && !ResponseFields.topLevelNames.contains { $0.hasSameUTF8(as: name) }
        }
        let refused = unknown.filter { rules.owner(of: $0) == .standard || !PropertyDefinition.isName($0) }
        guard refused.isEmpty else {
            throw OptimadeProblem(
                .parameterName, parameter: "response_fields",
                "\(type.name) have no \(Self.listed(refused)).\(whereNamesAre)")
        }
        if names.contains(where: { $0.hasSameUTF8(as: "property_metadata") }) {
            warnings.append(
                OptimadeWarning(
                    .parameterIgnored, parameter: "response_fields", "Metadata of properties are not offered."))
        }
        for name in unknown where rules.owner(of: name) == .own {
            warnings.append(
                OptimadeWarning(
                    .parameterName, parameter: "response_fields",
                    "\(name) is not defined here; it is null where an entry has no value of it.\(whereNamesAre)"))
        }
        return ResponseFields(names, of: type)
    }

    /// The keys that `terms` are. A name may also be the back end's.
    ///
    /// Unknown names are left out with a warning where all of them belong to other providers.
    func sort(
        _ terms: [SortTerm], _ warnings: inout [OptimadeWarning]
    ) throws(OptimadeProblem) -> [(term: SortTerm, key: SortKey)] {
        var keys: [(term: SortTerm, key: SortKey)] = []
        var unknown: [String] = []
        for term in terms {
            guard let property = type[term.name] ?? mapper.property(forBackend: term.name).flatMap({ type[$0] }) else {
                unknown.append(term.name)
                continue
            }
            guard property.property.isSortable else {
                throw .unordered(term.name, of: type)
            }
            let key = SortKey(PropertyPath(property.name), isDescending: term.isDescending)
            keys.append((term, key))
        }
        guard !unknown.isEmpty else { return keys }
        let areForeign = unknown.allSatisfy { name in
            if case .foreign = rules.owner(of: name) { PropertyDefinition.isName(name) } else { false }
        }
        guard areForeign else {
            throw OptimadeProblem(
                .parameterName, parameter: "sort",
                "\(type.name) cannot be ordered by \(Self.listed(unknown)), which they do not have."
                    + whereNamesAre)
        }
        warnings.append(
            OptimadeWarning(
                .parameterName, parameter: "sort",
                "\(type.name) are not ordered by \(Self.listed(unknown)), not defined here."))
        return keys
    }

    /// The place that `text` is, which must have been made for `terms`, that is, for `sort`.
    private func cursor(
        _ text: String, _ terms: [SortTerm], _ sort: inout Sort
    ) throws(OptimadeProblem) -> PageCursor {
        let mend = "Take it from links.next as it is, or leave it out to begin at the start."
        guard let cursor = PageCursor(text) else {
            throw OptimadeProblem(
                .parameterValue, parameter: "page_cursor", "page_cursor is none that was given out here. \(mend)")
        }
        // What began above an id goes on in the order of ids, whatever the usual order is.
        if terms.isEmpty && cursor.place.values.isEmpty { sort = Sort() }
        guard cursor.sort == terms, fits(cursor.place, sort) else {
            throw OptimadeProblem(
                .parameterValue, parameter: "page_cursor", "page_cursor belongs to another sort. \(mend)")
        }
        return cursor
    }

    /// Whether `place` has a value of the right type for each key of `sort`. Keys that only the back end knows take
    /// any value.
    private func fits(_ place: Cursor, _ sort: Sort) -> Bool {
        place.values.count == sort.keys.count
            && zip(place.values, sort.keys).allSatisfy { value, key in
                guard let value, let type = type[key.path.head]?.property.type else { return true }
                return value.fits(type)
            }
    }

    /// Where clients find the names of properties, as the end of a message; nothing where no page has them.
    private var whereNamesAre: String {
        type.name.hasSameUTF8(as: EntryTypeDefinition.links.name) ? "" : " /info/\(type.name) lists what they have."
    }

    private static func listed(_ names: [String]) -> String { names.map { "“\($0)”" }.joined(separator: ", ") }
}

extension Literal {
    /// Whether values of `type` are such literals.
    fileprivate func fits(_ type: PropertyType) -> Bool {
        switch (self, type) {
        case (.string, .string), (.boolean, .boolean), (.timestamp, .timestamp): true
        case (.integer, .integer), (.integer, .float), (.real, .integer), (.real, .float): true
        default: false
        }
    }
}

extension OptimadeProblem {
    /// Lists of `type` cannot be ordered by its property `name`.
    package static func unordered(_ name: String, of type: EntryTypeDefinition) -> OptimadeProblem {
        OptimadeProblem(
            .parameterName, parameter: "sort",
            "\(type.name) cannot be ordered by \(name), whose values have no order.")
    }

    /// The error of `filter` as a refusal of the request.
    package init(_ error: FilterError, in filter: String) {
        let code: Code =
            switch error.kind {
            case .syntax: .filterSyntax
            case .unknownName: .filterName
            case .invalidTimestamp: .filterTimestamp
            case .typeMismatch: .filterType
            case .unsupported: .filterUnsupported
            case .twoStrings: .filterStrings
            case .numberOutOfRange: .filterNumber
            }
        // What is understood, and not answered, is said as it is.
        let understood: [Code] = [.filterUnsupported, .filterStrings, .filterType, .filterNumber]
        let start = understood.contains(code) ? "The filter cannot be answered" : "The filter is not understood"
        self.init(code, parameter: "filter", "\(start): \(error.description(in: filter))")
    }
}
