import RutileQuery

/// A predicate whose paths are columns; where there is no column, every value is absent.
indirect enum ResolvedPredicate: Sendable {
    case constant(Truth)
    case test(Int?, Relation, ResolvedOperand)
    case isKnown(Int?)
    case length(Int?, Comparison, Int64)
    case lengthAs(Int?, Comparison, Int?)
    case items([Int?], ItemsTest.Quantifier, [[ResolvedTest]])
    case someItem(Int, ResolvedPredicate)
    case and([ResolvedPredicate])
    case or([ResolvedPredicate])
    case not(ResolvedPredicate)
    case isTrue(ResolvedPredicate)

    /// `predicate` for documents of `schema`.
    init(_ predicate: Predicate, _ schema: Schema) {
        self =
            switch predicate {
            case .constant(let truth): .constant(truth)
            case .test(let path, let test):
                .test(schema.column(path), test.relation, ResolvedOperand(test.operand, schema))
            case .isKnown(let path): .isKnown(schema.column(path))
            case .length(let path, let comparison, let count): .length(schema.column(path), comparison, count)
            case .lengthAs(let path, let comparison, let other):
                .lengthAs(schema.column(path), comparison, schema.column(other))
            case .items(let test):
                .items(
                    test.lists.map(schema.column), test.quantifier,
                    test.rows.map { row in row.map { ResolvedTest($0, schema) } })
            case .someItem(let path, let inner):
                if let column = schema.column(path), let items = schema.tables[column] {
                    .someItem(column, ResolvedPredicate(inner, items))
                } else {
                    .constant(.false)
                }
            case .and(let operands): .and(operands.map { ResolvedPredicate($0, schema) })
            case .or(let operands): .or(operands.map { ResolvedPredicate($0, schema) })
            case .not(let operand): .not(ResolvedPredicate(operand, schema))
            case .isTrue(let operand): .isTrue(ResolvedPredicate(operand, schema))
            }
    }
}

/// The right side of a test.
enum ResolvedOperand: Sendable {
    case literal(Literal)
    case column(Int?)

    /// `operand` for documents of `schema`.
    init(_ operand: Operand, _ schema: Schema) {
        switch operand {
        case .literal(let literal): self = .literal(literal)
        case .property(let path): self = .column(schema.column(path))
        }
    }
}

/// A test of one item.
struct ResolvedTest: Sendable {
    let relation: Relation
    let operand: ResolvedOperand

    /// `test` for documents of `schema`.
    init(_ test: Test, _ schema: Schema) {
        relation = test.relation
        operand = ResolvedOperand(test.operand, schema)
    }
}
