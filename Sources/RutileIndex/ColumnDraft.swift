import RutileJSON
import RutileModel
import RutileQuery

/// A column while documents are read, in the order in which they come.
struct ColumnDraft {
    private let kind: Schema.Kind
    private let scalarKind: ScalarKind?
    private let isWhole: Bool
    private let reading: PropertyCatalogue.ValueReading
    private var texts = TextDraft()
    private var numbers = NumberDraft()
    /// The number of each row's value, or of items of its list; ``Codes/missing`` where there is none. May end early.
    private var rows: [UInt32] = []
    private var items: [UInt32] = []

    /// A column without values; values are read as `reading` says.
    init(_ kind: Schema.Kind, _ reading: PropertyCatalogue.ValueReading) {
        self.kind = kind
        self.reading = reading
        switch kind {
        case .scalar(let scalar, let isWhole): (scalarKind, self.isWhole) = (scalar, isWhole)
        case .list(let item, let isWhole): (scalarKind, self.isWhole) = (item, isWhole)
        case .dictionary, .opaque, .table: (scalarKind, isWhole) = (nil, false)
        }
    }

    /// Whether this is a column of lists.
    var isList: Bool { if case .list = kind { true } else { false } }
    /// Whether this stands for a table, whose items are drafted elsewhere.
    var isTable: Bool { kind == .table }

    /// Gives `row` the value `value`, unless it is not of the column's type. Rows come in ascending order.
    mutating func set(_ value: JSONCursor, row: Int) {
        switch kind {
        case .scalar:
            let number = number(of: value)
            if number != Codes.missing { append(number, row) }
        case .list:
            guard value.kind == .list else { return }
            guard scalarKind != nil else { return append(UInt32(value.count), row) }
            beginList(row)
            var next = value.first
            while let item = next {
                append(item)
                next = item.next(in: value)
            }
        case .dictionary: if value.kind == .object { append(0, row) }
        case .opaque: if value.kind != .null { append(0, row) }
        case .table: break
        }
    }

    /// Gives `row` a list without items.
    mutating func beginList(_ row: Int) { append(0, row) }

    /// Adds an item to the list that was begun last; `nil` for `null`.
    mutating func append(_ item: JSONCursor?) {
        rows[rows.count - 1] += 1
        // Without a scalar type there are only lengths.
        guard scalarKind != nil else { return }
        if let item { items.append(number(of: item)) } else { items.append(Codes.missing) }
    }

    private mutating func append(_ number: UInt32, _ row: Int) {
        while rows.count < row { rows.append(Codes.missing) }
        rows.append(number)
    }

    private mutating func number(of value: JSONCursor) -> UInt32 {
        switch (scalarKind, value.kind) {
        case (.text, .string): unsafe texts.number(value.utf8)
        case (.number, .integer): numbers.number(ExactNumber(Int64(bitPattern: value.numberBits)))
        case (.number, .unsigned): numbers.number(ExactNumber(Double(value.numberBits)))
        case (.number, .real): number(real: Double(bitPattern: value.numberBits))
        case (.boolean, .bool): numbers.number(ExactNumber(value.bool ? 1 as Int64 : 0))
        case (.timestamp, .string):
            unsafe reading.time(String(decoding: value.utf8, as: UTF8.self)).map {
                numbers.number(ExactNumber($0.microseconds))
            } ?? Codes.missing
        default: Codes.missing
        }
    }

    private mutating func number(real number: Double) -> UInt32 {
        isWhole && !number.isWhole ? Codes.missing : numbers.number(ExactNumber(number))
    }

    /// The values sorted, and the code of each in the order in which they came.
    private func sortedValues() -> (ValueTable, codes: [UInt32]) {
        guard let scalarKind, scalarKind != .text else {
            let (table, codes) = texts.sorted()
            return (.text(table), codes)
        }
        let (table, codes) = numbers.sorted()
        return (.numbers(table, scalarKind), codes)
    }

    /// The column with its rows in the order `order`, which names rows as they came; `nil` when it has no values.
    func column(in order: [UInt32]) -> Column? {
        if rows.isEmpty { return nil }
        let ordered = order.map { $0 < rows.count ? rows[Int($0)] : Codes.missing }
        if ordered.allSatisfy({ $0 == Codes.missing }) { return nil }
        switch kind {
        case .table: return nil
        case .dictionary, .opaque:
            var known = Words(zeros: order.count)
            for (row, number) in ordered.enumerated() where number != Codes.missing { known.set(row) }
            return .known(RowSet(known, of: order.count))
        case .scalar:
            let (table, codes) = sortedValues()
            return .scalars(ScalarColumn(table, ordered.map { $0 == Codes.missing ? $0 : codes[Int($0)] }))
        case .list where scalarKind == nil:
            let none = ValueTable.text(TextTable(sorted: TextList()))
            let count = ordered.reduce(0) { $1 == Codes.missing ? $0 : $0 + Int($1) }
            let items = Codes(repeating: Codes.missing, count: count)
            return .lists(ListColumn(none, lengths: ordered, items: items))
        case .list:
            let (table, codes) = sortedValues()
            var starts: [Int] = []
            starts.reserveCapacity(rows.count)
            var position = 0
            for length in rows {
                starts.append(position)
                if length != Codes.missing { position += Int(length) }
            }
            var orderedItems: [UInt32] = []
            orderedItems.reserveCapacity(items.count)
            for (row, length) in zip(order, ordered) where length != Codes.missing {
                for item in items[starts[Int(row)]..<starts[Int(row)] + Int(length)] {
                    orderedItems.append(item == Codes.missing ? item : codes[Int(item)])
                }
            }
            return .lists(ListColumn(table, lengths: ordered, items: Codes(orderedItems)))
        }
    }
}
