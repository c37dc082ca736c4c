import RutileQuery

/// Tests of lists.
extension FilterLowering {
    mutating func length(
        _ name: FilterName, _ comparison: Comparison, _ value: FilterValue
    ) throws(FilterError) -> Predicate {
        let target = try resolve(name)
        if case .property(_, let type) = target { _ = try itemType(name, type) }
        var path: PropertyPath?
        if case .property(let list, _) = target { path = list }
        switch value.content {
        case .integer(let count): return length(path) { .length($0, comparison, count) }
        case .real(let number) where number.isWhole:
            guard let count = Int64(exactly: number) else {
                throw FilterError(.numberOutOfRange(number.description), value.span)
            }
            return length(path) { .length($0, comparison, count) }
        case .name(let name):
            guard case .property(let other, let type) = try resolve(name) else { return .constant(.unknown) }
            guard type == .integer || type == .float else { throw FilterError(.lengthNotInteger, value.span) }
            return length(path) { .lengthAs($0, comparison, other) }
        case .numberOutOfRange(let text): throw FilterError(.numberOutOfRange(text.shortened), value.span)
        case .string, .real, .boolean: throw FilterError(.lengthNotInteger, value.span)
        }
    }

    /// What `test` says of the length of the list at `path`, which is unknown where the list is.
    private func length(_ path: PropertyPath?, _ test: (PropertyPath) -> Predicate) -> Predicate {
        guard let path else { return .constant(.unknown) }
        guard let isKnown = isDescribed(path) else { return test(path) }
        return .or([.and([isKnown, test(path)]), .and([.not(isKnown), .constant(.unknown)])])
    }

    mutating func items(
        _ names: [FilterName], _ quantifier: ItemsTest.Quantifier, _ rows: [[FilterItem]]
    ) throws(FilterError) -> Predicate {
        var lists: [PropertyPath] = []
        var types: [PropertyType?] = []
        for name in names {
            guard case .property(let path, let type) = try resolve(name) else {
                types.append(nil)
                continue
            }
            lists.append(path)
            types.append(try itemType(name, type))
        }
        var tests: [[Test]] = []
        for row in rows {
            if let test = try test(names, types, row) { tests.append(test) }
        }
        guard lists.count == names.count else { return .constant(.unknown) }
        return Self.test(lists, quantifier, tests, isComplete: tests.count == rows.count)
    }

    private func itemType(_ name: FilterName, _ type: PropertyType) throws(FilterError) -> PropertyType {
        guard case .list(let item) = type else { throw FilterError(.notList(name.path.description, type), name.span) }
        return item
    }

    /// The tests of one row; `nil` when a foreign property makes that no item can meet it, or a list is foreign.
    private mutating func test(
        _ names: [FilterName], _ types: [PropertyType?], _ row: [FilterItem]
    ) throws(FilterError) -> [Test]? {
        var tests: [Test] = []
        for ((name, type), item) in zip(zip(names, types), row) {
            guard let type else {
                try checkUnread(item.value, item.relation)
                continue
            }
            guard type.isScalar else {
                throw FilterError(.itemsNotScalar(name.path.description, .list(type)), name.span)
            }
            if let operand = try operand(of: name, type, item.relation, item.value) {
                tests.append(Test(item.relation, operand))
            }
        }
        return tests.count == row.count ? tests : nil
    }

    /// The test of `lists`, where rows that no item can meet were left out of `rows` unless it `isComplete`.
    private static func test(
        _ lists: [PropertyPath], _ quantifier: ItemsTest.Quantifier, _ rows: [[Test]], isComplete: Bool
    ) -> Predicate {
        if isComplete || (quantifier != .all && !rows.isEmpty) { return .items(ItemsTest(lists, quantifier, rows)) }
        // No item meets all that is asked for: false where all lists are known. "Only" asks nothing of an empty list.
        if lists.count == 1 { return .length(lists[0], quantifier == .only ? .equal : .less, 0) }
        guard quantifier == .only else { return .or(lists.map { .length($0, .less, 0) }) }
        return .and([.or(lists.map { .length($0, .equal, 0) })] + lists.map { .length($0, .greaterOrEqual, 0) })
    }
}
