public import RutileJSON
import RutileModel

/// Evaluates predicates on one document at a time: the oracle that every index is compared with.
///
/// A document is a JSON object of property values. Timestamps stand in it as text. A value that is not of its
/// property's type is absent, or null where it is an item of a list, and so is everything that the catalogue lacks.
/// Nothing is cached; cost is one walk over the document for each test.
public struct Evaluator: Sendable {
    private let catalogue: PropertyCatalogue

    /// An evaluator for documents of `catalogue`.
    public init(_ catalogue: PropertyCatalogue) { self.catalogue = catalogue }

    /// The truth of `predicate` for `document`.
    public func truth(of predicate: Predicate, for document: ObjectValue) -> Truth {
        switch predicate {
        case .constant(let truth): return truth
        case .test(let path, let test):
            guard let value = scalar(at: path, in: document), let operand = literal(test.operand, in: document) else {
                return .unknown
            }
            return Truth(value.holds(test.relation, operand))
        case .isKnown(let path): return Truth(value(at: path, in: document) != nil)
        case .length(let path, let comparison, let count):
            guard let (items, _) = items(at: path, in: document) else { return .unknown }
            return Truth(comparison.holds(Int64(items.count), count))
        case .lengthAs(let path, let comparison, let other):
            guard let (items, _) = items(at: path, in: document), let count = scalar(at: other, in: document) else {
                return .unknown
            }
            return Truth(Literal.integer(Int64(items.count)).holds(.compares(comparison), count))
        case .items(let test): return truth(of: test, for: document)
        case .someItem(let path, let predicate):
            guard case (let value, .table(let members))? = anyValue(at: path, in: document), let items = value.items
            else { return .false }
            let evaluator = Evaluator(PropertyCatalogue(members.map { Property($0.name, $0.type) }))
            return Truth(
                items.contains { item in
                    item.object.map { evaluator.truth(of: predicate, for: $0) == .true } ?? false
                })
        case .and(let operands):
            let truths = operands.map { truth(of: $0, for: document) }
            return truths.contains(.false) ? .false : truths.contains(.unknown) ? .unknown : .true
        case .or(let operands):
            let truths = operands.map { truth(of: $0, for: document) }
            return truths.contains(.true) ? .true : truths.contains(.unknown) ? .unknown : .false
        case .not(let operand): return truth(of: operand, for: document).negated
        case .isTrue(let operand): return Truth(truth(of: operand, for: document) == .true)
        }
    }

    private func truth(of test: ItemsTest, for document: ObjectValue) -> Truth {
        var columns: [[Literal?]] = []
        for path in test.lists {
            guard let (items, type) = items(at: path, in: document) else { return .unknown }
            columns.append(items.map { literal($0, type) })
        }
        func meets(_ position: Int, _ row: [Test]) -> Bool {
            zip(columns, row).allSatisfy { column, test in
                guard let item = column[position], let operand = literal(test.operand, in: document) else {
                    return false
                }
                return item.holds(test.relation, operand)
            }
        }
        let positions = 0..<(columns.map(\.count).min() ?? 0)
        switch test.quantifier {
        case .any: return Truth(positions.contains { position in test.rows.contains { meets(position, $0) } })
        case .all: return Truth(test.rows.allSatisfy { row in positions.contains { meets($0, row) } })
        case .only: return Truth(positions.allSatisfy { position in test.rows.contains { meets(position, $0) } })
        }
    }

    /// The scalar at `path`; `nil` where it is absent or no scalar of the property's type.
    public func scalar(at path: PropertyPath, in document: ObjectValue) -> Literal? {
        value(at: path, in: document).flatMap { literal($0, $1) }
    }

    /// What `key` orders `document` by; `nil` where that is absent.
    package func scalar(for key: SortKey, in document: ObjectValue) -> Literal? {
        guard let chosen = key.items else { return scalar(at: key.path, in: document) }
        guard case (let value, .table(let members))? = anyValue(at: chosen.table, in: document) else { return nil }
        let inner = Evaluator(PropertyCatalogue(members.map { Property($0.name, $0.type) }))
        var first: Literal?
        for item in (value.items ?? []).compactMap(\.object) {
            guard case .string(let text)? = inner.scalar(at: chosen.member, in: item), UTF8Key(text) == chosen.text,
                let value = inner.scalar(at: key.path, in: item)
            else { continue }
            let isFirst = first.map { key.isDescending ? $0.precedes(value) : value.precedes($0) } ?? true
            if isFirst { first = value }
        }
        return first
    }

    /// All scalars at `path`, in the items of `tables` where there are any; whole numbers as integers.
    package func values(
        at path: PropertyPath, in tables: ArraySlice<PropertyPath>, of document: ObjectValue
    ) -> [Literal] {
        if let table = tables.first {
            guard case (let value, .table(let members))? = anyValue(at: table, in: document) else { return [] }
            let inner = Evaluator(PropertyCatalogue(members.map { Property($0.name, $0.type) }))
            return (value.items ?? []).flatMap { item in
                item.object.map { inner.values(at: path, in: tables.dropFirst(), of: $0) } ?? []
            }
        }
        let found =
            items(at: path, in: document).map { items, type in items.compactMap { literal($0, type) } }
            ?? scalar(at: path, in: document).map { [$0] } ?? []
        return found.map { value in
            if case .real(let number) = value, let whole = Int64(exactly: number) { .integer(whole) } else { value }
        }
    }

    private func literal(_ operand: Operand, in document: ObjectValue) -> Literal? {
        switch operand {
        case .literal(let literal): literal
        case .property(let path): scalar(at: path, in: document)
        }
    }

    /// The list at `path` and the type of its items.
    private func items(at path: PropertyPath, in document: ObjectValue) -> ([Value], PropertyType)? {
        guard let (value, type) = value(at: path, in: document), let items = value.items, case .list(let item) = type
        else { return nil }
        return (items, item)
    }

    private func literal(_ value: Value, _ type: PropertyType) -> Literal? {
        switch type {
        case .string: value.text.map { .string($0) }
        case .timestamp: value.text.flatMap(catalogue.reading.time).map { .timestamp($0) }
        case .boolean: value.bool.map { .boolean($0) }
        case .integer:
            value.integer.map { .integer($0) }
                ?? value.real.flatMap { catalogue.reading.isInteger($0) ? .real($0) : nil }
        case .float: value.integer.map { .integer($0) } ?? value.real.map { .real($0) }
        case .list, .dictionary, .table, .opaque: nil
        }
    }

    /// What `path` leads to, if it is of the property's type, and that.
    private func value(at path: PropertyPath, in document: ObjectValue) -> (Value, PropertyType)? {
        guard let (value, type) = anyValue(at: path, in: document) else { return nil }
        let isOfType =
            switch type {
            case .list: value.items != nil
            case .table: value.items?.contains { $0.object != nil } ?? false
            case .dictionary: value.object != nil
            case .opaque: !value.isNull
            case .string, .integer, .float, .boolean, .timestamp: literal(value, type) != nil
            }
        return isOfType ? (value, type) : nil
    }

    /// What `path` leads to, whatever it is, and the type that it should have; through lists it is the flat list of what
    /// the dictionaries in them have, `null` for those that lack it.
    private func anyValue(at path: PropertyPath, in document: ObjectValue) -> (Value, PropertyType)? {
        guard var type = catalogue[path.head]?.type, var value = document[path.head] else { return nil }
        for name in path.components.dropFirst() {
            let (depth, dictionary) = type.innermost
            guard case .dictionary(let members) = dictionary,
                let member = members.first(where: { $0.name.hasSameUTF8(as: name) })
            else { return nil }
            if depth == 0 {
                guard value.object != nil, let inner = value[name] else { return nil }
                (value, type) = (inner, member.type)
            } else {
                guard value.items != nil else { return nil }
                let (innerDepth, item) = member.type.innermost
                let items = Self.items(of: value, depth).flatMap { Self.items(of: $0[name] ?? .null, innerDepth) }
                (value, type) = (.list(items), .list(item))
            }
        }
        return (value, type)
    }

    /// What lies in `value`, in which `depth` lists should lie in each other: in order, and null for what is no list
    /// where one should be, or one where none should be.
    private static func items(of value: Value, _ depth: Int) -> [Value] {
        if depth == 0 { return [value.items == nil ? value : .null] }
        return value.items?.flatMap { items(of: $0, depth - 1) } ?? [.null]
    }
}
