import RutileJSON
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport

/// Random documents with properties of every shape, some of them not as the catalogue says.
struct RandomDocuments {
    static let catalogue = PropertyCatalogue([
        Property("id", .string), Property("text", .string), Property("other_text", .string),
        Property("rare", .string), Property("whole", .integer), Property("number", .float), Property("flag", .boolean),
        Property("flag2", .boolean), Property("time", .timestamp), Property("time2", .timestamp),
        Property("texts", .list(.string)), Property("numbers", .list(.float)), Property("wholes", .list(.integer)),
        Property("flags", .list(.boolean)), Property("times", .list(.timestamp)),
        Property("rows", .list(.list(.float))), Property("grid", .list(.list(.dictionary(things)))),
        Property("holder", .dictionary([.init("grid", .list(.list(.dictionary(things))))])),
        Property("thing", .dictionary(things)), Property("things", .list(.dictionary(things))),
        Property("opaque", .opaque), Property("opaques", .list(.opaque)),
        Property("table", .table(columns)), Property("other_table", .table(things)),
    ])

    private static let columns = things + [.init("deep", .table(things))]

    private static let things: [PropertyType.Member] = [
        .init("text", .string), .init("number", .float), .init("texts", .list(.string)),
        .init("parts", .list(.dictionary([.init("whole", .integer), .init("wholes", .list(.integer))]))),
        .init("groups", .list(.list(.integer))),
        .init("inner", .dictionary([.init("flag", .boolean), .init("time", .timestamp)])),
    ]

    static let texts = [
        "", "a", "ab", "b", "ba", "aXb", "é", "e\u{301}", "\u{1F600}", "a\0b", "longer than eight", "longer than 8",
        "dir/Longer.x/ab",
    ]
    static let numbers: [Value] = [
        .integer(-1), .integer(0), .integer(1), .integer(2), .integer(3), .real(-0.0), .real(0.5), .real(1), .real(2.5),
        .integer(9_007_199_254_740_993), .real(9_007_199_254_740_992), .integer(.max), .real(0x1p63), .integer(.min),
        .unsigned(.max), .real(1e300),
    ]
    static let times = [
        "2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00.000001Z", "1969-12-31T23:59:59Z",
        "2023-05-06 07:08:09", "soon",
    ]

    var random: RandomSource
    /// The properties that predicates are about at the moment; `nil` for those of whole documents.
    private var scope: PropertyCatalogue?

    /// Documents that `random` decides.
    init(random: RandomSource) { self.random = random }

    /// The document of entry `entry`.
    mutating func document(_ entry: EntryID) -> (IndexChange.Document, ObjectValue) {
        var object = ObjectValue()
        for property in Self.catalogue.properties where property.name != "id" {
            if random.once(in: property.name == "rare" ? 2 : 30) { continue }
            if property.name == "rare" && !random.once(in: 20) { continue }
            object[property.name] = value(property.type)
        }
        object["id"] = .string(random.once(in: 4) ? "x" + entry.text : entry.text)
        if random.once(in: 5) { object["unlisted"] = .integer(1) }
        let upload = UploadID("u\(random.int(1...5))")
        let json = Value.object(object).json()
        return (IndexChange.Document(entry: entry, upload: upload, json: json), object)
    }

    private mutating func value(_ type: PropertyType) -> Value {
        if random.once(in: 8) { return .null }
        if random.once(in: 25) { return value(random.pick(Self.catalogue.properties).type) }
        switch type {
        case .string: return .string(random.pick(Self.texts))
        case .integer, .float: return random.pick(Self.numbers)
        case .boolean: return .bool(random.once(in: 2))
        case .timestamp: return .string(random.pick(Self.times))
        case .list(let item):
            return .list((0..<random.int(0...4)).map { _ in value(item) })
        case .table(let members):
            return .list((0..<random.int(0...4)).map { _ in value(.dictionary(members)) })
        case .dictionary(let members):
            var object = ObjectValue()
            for member in members where !random.once(in: 4) { object[member.name] = value(member.type) }
            return .object(object)
        case .opaque: return random.pick([.integer(1), .string("x"), .list([]), .object(ObjectValue())])
        }
    }
}

extension RandomDocuments {
    private static let paths = paths(of: catalogue)

    private static func paths(of catalogue: PropertyCatalogue) -> [PropertyPath] {
        var paths: [PropertyPath] = []
        func add(_ names: [String], _ type: PropertyType) {
            paths.append(PropertyPath(names[0], Array(names.dropFirst())))
            var inner = type
            while case .list(let item) = inner { inner = item }
            guard case .dictionary(let members) = inner else { return }
            for member in members { add(names + [member.name], member.type) }
        }
        for property in catalogue.properties { add([property.name], property.type) }
        return paths + ["unlisted", "thing.unlisted", "text.deeper"]
    }

    /// A path, mostly one whose type is right.
    mutating func path(of isRight: (PropertyType) -> Bool = { _ in true }) -> PropertyPath {
        path(in: scope ?? Self.catalogue, isRight)
    }

    private mutating func path(in catalogue: PropertyCatalogue, _ isRight: (PropertyType) -> Bool) -> PropertyPath {
        let paths = scope.map(Self.paths) ?? Self.paths
        let right = paths.filter { (try? catalogue.type(of: $0)).map(isRight) ?? false }
        return random.pick(random.once(in: 12) || right.isEmpty ? paths : right)
    }

    private func type(of path: PropertyPath) -> PropertyType? { try? (scope ?? Self.catalogue).type(of: path) }

    /// A predicate on the items of a table.
    private mutating func someItem(_ depth: Int) -> Predicate {
        let path = path { if case .table = $0 { true } else { false } }
        guard case .table(let members)? = type(of: path) else { return .someItem(path, .constant(.true)) }
        let outer = scope
        scope = PropertyCatalogue(members.map { Property($0.name, $0.type) })
        defer { scope = outer }
        return .someItem(path, predicate(depth - 1))
    }

    /// A predicate with at most `depth` levels of operators.
    mutating func predicate(_ depth: Int) -> Predicate {
        if depth > 0 && !random.once(in: 4) {
            switch random.int(0...6) {
            case 0, 1: return .and((0..<random.int(0...3)).map { _ in predicate(depth - 1) })
            case 2, 3: return .or((0..<random.int(0...3)).map { _ in predicate(depth - 1) })
            case 4: return .not(predicate(depth - 1))
            case 5: return someItem(depth)
            default: return .isTrue(predicate(depth - 1))
            }
        }
        switch random.int(0...9) {
        case 0: return .isKnown(path())
        case 1: return .constant(random.pick([.true, .false, .unknown]))
        case 2 where random.once(in: 2):
            return .lengthAs(
                path { if case .list = $0 { true } else { false } }, comparison(),
                path { $0 == .integer || $0 == .float })
        case 2:
            return .length(path { if case .list = $0 { true } else { false } }, comparison(), Int64(random.int(-1...4)))
        case 3, 4, 5, 6: return .items(itemsTest())
        default:
            let path = path(of: \.isScalar)
            return .test(path, test(type(of: path) ?? .string))
        }
    }

    private static let fuzzyRelations: [Relation] = [
        .contains, .startsWith, .endsWith, .matches(.anyWord), .matches(.anyWordOrPrefix), .matches(.phrasePrefix),
        .matches(.anyPathPart),
    ]

    private mutating func comparison() -> Comparison { random.pick(Comparison.allCases) }

    private mutating func itemsTest() -> ItemsTest {
        let lists = (0..<(random.once(in: 3) ? 2 : 1)).map { _ in path { if case .list = $0 { true } else { false } } }
        let types = lists.map { path -> PropertyType in
            if case .list(let item)? = type(of: path) { item } else { .string }
        }
        return ItemsTest(
            lists, random.pick([.any, .all, .only]),
            (0..<(random.once(in: 9) ? 0 : random.int(1...3))).map { _ in types.map { test($0) } })
    }

    private mutating func test(_ type: PropertyType) -> Test {
        let type = random.once(in: 15) ? random.pick([PropertyType.string, .float, .boolean, .timestamp]) : type
        let isFuzzy = type == .string && random.once(in: 3)
        let relation: Relation =
            isFuzzy ? random.pick(Self.fuzzyRelations) : .compares(comparison())
        if random.once(in: 5) { return Test(relation, .property(path { $0 == type })) }
        return Test(relation, .literal(literal(type)))
    }

    /// A literal of a scalar `type`; a string for others.
    mutating func literal(_ type: PropertyType) -> Literal {
        switch type {
        case .integer, .float:
            let number = random.pick(Self.numbers)
            return number.integer.map { .integer($0) } ?? .real(number.real ?? 0)
        case .boolean: return .boolean(random.once(in: 2))
        case .timestamp:
            return .timestamp(Timestamp(random.pick(Self.times)) ?? Timestamp(microseconds: Int64(random.int(0...9))))
        case .string, .list, .dictionary, .table, .opaque:
            return .string(random.pick(Self.texts + ["x", "e1", "longer"]))
        }
    }

    /// An order, a page of it and who looks.
    mutating func search(_ predicate: Predicate) -> EntrySearch {
        let keys = (0..<random.int(0...5)).map { _ in
            SortKey(path(of: \.isScalar), isDescending: random.once(in: 2))
        }
        let uploads = Set((0..<random.int(0...6)).map { _ in UploadID("u\(random.int(1...7))") })
        var search = EntrySearch(
            predicate, visible: random.pick([.all, .only(uploads), .allBut(uploads)]), sort: Sort(keys),
            skip: random.once(in: 3) ? random.int(0...300) : 0, limit: random.int(0...60))
        if random.once(in: 3) {
            let values = keys.map { key -> Literal? in
                random.once(in: 4) ? nil : literal((try? Self.catalogue.type(of: key.path)) ?? .string)
            }
            search.after = Cursor(values: values, id: "e\(random.int(0...600))")
        }
        return search
    }
}
