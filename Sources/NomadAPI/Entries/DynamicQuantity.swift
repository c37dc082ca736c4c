import RutileJSON

/// A quantity below `data`, as queries name it.
///
/// `data.<path>#<schema>` for built-in schemas and those of plugins, `data.<path>#entry_id:<entry>.<Section>#<type>` for
/// those in archives.
package struct DynamicQuantity: Hashable, Sendable {
    /// What its values are, as names say it.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case int, str, float, bool, datetime

        /// The quantity of an item of `search_quantities` that holds such values.
        package var member: String {
            switch self {
            case .int: "int_value"
            case .str: "str_value.keyword"
            case .float: "float_value"
            case .bool: "bool_value"
            case .datetime: "datetime_value"
            }
        }
    }

    /// Path and schema, without the type: what `search_quantities.id` holds.
    package let id: String
    /// What its values may be.
    package let kinds: [Kind]

    /// Whether `name` is of this form.
    static func isName(_ name: String) -> Bool {
        name.utf8.starts(with: "data.".utf8) && name.utf8.contains(UInt8(ascii: "#"))
    }

    /// Reads `name`. Where it has no type, and its schema is no archive's, the operands of `value` say which it may be.
    package init(_ name: String, _ value: QueryValue) throws(EntriesProblem) {
        let parts = Self.parts(of: name)
        let isOfArchive = parts.count > 1 && parts[1].utf8.starts(with: "entry_id:".utf8)
        if let typed = DynamicQuantity(typed: parts) {
            self = typed
            return
        }
        if isOfArchive {
            throw .search(
                "Could not resolve the data type for quantity \(name). "
                    + "Please include the data type in the quantity name using the \"#<type>\" postfix.",
                at: [name], hint: "types are \(EntriesQuery.list(Kind.allCases.map(\.rawValue)))")
        }
        guard parts.count == 2, !parts[1].isEmpty else {
            throw .search("\(name) is not a doc quantity", at: [name])
        }
        id = name
        kinds = Self.kinds(of: value)
    }

    /// Reads the name of what a list is ordered by, which says its type; `nil` for names of another form.
    ///
    /// - Throws: a refusal where it says none.
    package init?(orderedBy name: String) throws(EntriesProblem) {
        guard Self.isName(name) else { return nil }
        guard let typed = DynamicQuantity(typed: Self.parts(of: name)) else {
            throw .search(
                "An order by \(name) needs the type of its values, as \"#<type>\" behind the schema.",
                at: ["pagination", "order_by"], hint: "types are \(EntriesQuery.list(Kind.allCases.map(\.rawValue)))")
        }
        self = typed
    }

    /// The quantity of a name that says its type; `nil` for others.
    private init?(typed parts: [String]) {
        guard parts.count == 3, let kind = Kind(rawValue: parts[2]) else { return nil }
        kinds = [kind]
        id = parts.dropLast().joined(separator: "#")
    }

    /// Path, schema and type, as far as they are there.
    private static func parts(of name: String) -> [String] {
        name.utf8.split(separator: UInt8(ascii: "#"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static func kinds(of value: QueryValue) -> [Kind] {
        let operands: [Value] =
            switch value {
            case .equals(let value): [value]
            case .all(let values), .any(let values), .none(let values): values
            case .range(let range): [range.lower?.value, range.upper?.value].compactMap(\.self)
            }
        switch operands.first {
        case .bool?: return [.bool]
        case .integer?, .unsigned?, .real?: return [.int, .float]
        default:
            let areDates = operands.allSatisfy { $0.text.flatMap { SearchDate($0) } != nil }
            return areDates && !operands.isEmpty ? [.str, .datetime] : [.str]
        }
    }
}
