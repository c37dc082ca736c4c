import RutileJSON
import RutileModel
import RutileQuery

/// A column while documents are read, in the order in which they come.
final class ColumnDraft {
    private let kind: Schema.Kind
    private var values: ValueDraft?
    /// The number of each row's value, or of items of its list; ``Codes/missing`` where there is none. May end early.
    private var rows: [UInt32] = []
    private var items: [UInt32] = []

    /// A column without values.
    init(_ kind: Schema.Kind) {
        self.kind = kind
        switch kind {
        case .scalar(let scalar): values = ValueDraft(scalar)
        case .list(let item): values = item.map(ValueDraft.init)
        case .dictionary, .opaque: values = nil
        }
    }

    /// Whether this is a column of lists.
    var isList: Bool { if case .list = kind { true } else { false } }

    /// Gives `row` the value `view`, unless it is not of the column's type. Rows come in ascending order.
    func set(_ view: JSONView, row: Int) {
        switch kind {
        case .scalar:
            let number = number(of: view)
            if number != Codes.missing { append(number, row) }
        case .list:
            guard view.kind == .list else { return }
            beginList(row)
            for item in view.items { append(item) }
        case .dictionary: if view.kind == .object { append(0, row) }
        case .opaque: if !view.isNull { append(0, row) }
        }
    }

    /// Gives `row` a list without items.
    func beginList(_ row: Int) { append(0, row) }

    /// Adds an item to the list that was begun last; `nil` for `null`.
    func append(_ item: JSONView?) {
        items.append(item.map(number) ?? Codes.missing)
        rows[rows.count - 1] += 1
    }

    private func append(_ number: UInt32, _ row: Int) {
        while rows.count < row { rows.append(Codes.missing) }
        rows.append(number)
    }

    private func number(of view: JSONView) -> UInt32 {
        switch values {
        case nil: return Codes.missing
        case .text(var draft)?:
            values = nil
            defer { values = .text(draft) }
            return unsafe view.withUTF8 { unsafe draft.number($0) } ?? Codes.missing
        case .numbers(var draft, let kind)?:
            guard let number = ExactNumber(view, of: kind) else { return Codes.missing }
            values = nil
            defer { values = .numbers(draft, kind) }
            return draft.number(number)
        }
    }

    /// The column with its rows in the order `order`, which names rows as they came; `nil` when it has no values.
    func column(in order: [UInt32]) -> Column? {
        if rows.isEmpty { return nil }
        let ordered = order.map { $0 < rows.count ? rows[Int($0)] : Codes.missing }
        switch kind {
        case .dictionary, .opaque:
            var known = Words(zeros: order.count)
            for (row, number) in ordered.enumerated() where number != Codes.missing { known.set(row) }
            return .known(RowSet(known, of: order.count))
        case .scalar:
            guard let (table, codes) = values?.sorted() else { return nil }
            return .scalars(ScalarColumn(table, ordered.map { $0 == Codes.missing ? $0 : codes[Int($0)] }))
        case .list:
            let (table, codes) = values?.sorted() ?? (.text(TextTable(sorted: TextList())), [])
            var starts: [Int] = []
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
            return .lists(ListColumn(table, lengths: ordered, items: orderedItems))
        }
    }
}

extension ExactNumber {
    /// The number of a JSON value in a column of `kind`; `nil` when it is of another kind.
    fileprivate init?(_ view: JSONView, of kind: ScalarKind) {
        switch kind {
        case .text: return nil
        case .number:
            if let number = view.integer {
                self.init(number)
            } else if let number = view.real {
                self.init(number)
            } else {
                return nil
            }
        case .timestamp:
            guard let time = view.text.flatMap(Timestamp.init) else { return nil }
            self.init(time.microseconds)
        case .boolean:
            guard let flag = view.bool else { return nil }
            self.init(flag ? 1 as Int64 : 0)
        }
    }
}
