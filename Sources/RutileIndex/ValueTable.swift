import RutileModel
import RutileQuery

/// What kind of scalar a column holds. Integers and reals are of one kind.
enum ScalarKind: Hashable, Sendable {
    case text, number, timestamp, boolean

    /// The kind of the values of a scalar property; `nil` for other properties.
    init?(_ type: PropertyType) {
        switch type {
        case .string: self = .text
        case .integer, .float: self = .number
        case .timestamp: self = .timestamp
        case .boolean: self = .boolean
        case .list, .dictionary, .table, .opaque: return nil
        }
    }
}

/// The distinct values of a column in ascending order. A value's code is its position.
enum ValueTable: Equatable, Sendable {
    case text(TextTable)
    case numbers(NumberTable, ScalarKind)

    /// What kind of values they are.
    var kind: ScalarKind {
        switch self {
        case .text: .text
        case .numbers(_, let kind): kind
        }
    }

    /// How many there are.
    var count: Int {
        switch self {
        case .text(let table): table.list.count
        case .numbers(let table, _): table.count
        }
    }

    /// The codes of values that stand in `relation` to `operand`.
    func codes(_ relation: Relation, _ operand: Literal) -> CodeSet {
        switch self {
        case .text(let table):
            guard case .string(var text) = operand else { return .none }
            return text.withUTF8 { unsafe table.codes(relation, UnsafeRawBufferPointer($0)) }
        case .numbers(let table, let kind):
            guard case .compares(let comparison) = relation, let number = ExactNumber(operand, of: kind) else {
                return .none
            }
            if kind == .boolean && comparison != .equal && comparison != .notEqual { return .none }
            let (lower, isFound) = table.place(of: number)
            return comparison.codes(lower: lower, isFound: isFound, count: table.count)
        }
    }

    /// The first code whose value does not stand before `literal`, and whether it is `literal`. A literal of another
    /// kind stands behind all.
    func place(of literal: Literal) -> (lower: Int, isFound: Bool) {
        switch (self, literal) {
        case (.text(let table), .string(var text)):
            return text.withUTF8 { unsafe table.place(of: UnsafeRawBufferPointer($0)) }
        case (.numbers(let table, let kind), _):
            return ExactNumber(literal, of: kind).map(table.place) ?? (count, false)
        default: return (count, false)
        }
    }

    /// The value with `code`.
    func literal(_ code: Int) -> Literal {
        switch self {
        case .text(let table): .string(table.list.text(code))
        case .numbers(let table, let kind): table[code].literal(of: kind)
        }
    }

    /// How the value with `code` stands to the one with `otherCode` in a table of the same kind: negative when it is
    /// smaller, 0 when both are equal.
    func compare(_ code: Int, _ other: ValueTable, _ otherCode: Int) -> Int {
        switch (self, other) {
        case (.text(let table), .text(let other)):
            unsafe other.list.withBytes(otherCode) { unsafe table.list.compare(code, $0) }
        case (.numbers(let table, _), .numbers(let other, _)):
            table[code] == other[otherCode] ? 0 : table[code] < other[otherCode] ? -1 : 1
        default: 0
        }
    }
}

extension ExactNumber {
    /// The number that stands for `literal` in a column of `kind`; `nil` when the literal is of another kind.
    init?(_ literal: Literal, of kind: ScalarKind) {
        switch (literal, kind) {
        case (.integer(let number), .number): self.init(number)
        case (.real(let number), .number): self.init(number)
        case (.timestamp(let time), .timestamp): self.init(time.microseconds)
        case (.boolean(let flag), .boolean): self.init(flag ? 1 as Int64 : 0)
        default: return nil
        }
    }

    /// The value that this stands for in a column of `kind`.
    fileprivate func literal(of kind: ScalarKind) -> Literal {
        switch kind {
        case .timestamp: .timestamp(Timestamp(microseconds: integer ?? 0))
        case .boolean: .boolean(rounded != 0)
        case .number, .text: integer.map { .integer($0) } ?? .real(rounded)
        }
    }
}
