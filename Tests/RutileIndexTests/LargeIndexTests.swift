import RutileIndex
import RutileModel
import RutileQuery
import RutileStore
import RutileTestSupport
import Testing

/// Enough documents for several segments, wide codes, rare properties and frequent items; what must be found follows
/// from a document's number.
struct LargeIndexTests {
    /// An unoptimised build makes do with one segment.
    private static let count = _isDebugAssertConfiguration() ? 5_000 : 140_000
    private static let catalogue = PropertyCatalogue([
        Property("id", .string), Property("number", .integer), Property("small", .integer), Property("rare", .string),
        Property("twin", .integer), Property("half", .float), Property("tags", .list(.string)),
        Property("steps", .list(.float)),
    ])

    private static func document(_ number: Int) -> IndexChange.Document {
        let rare = number % 500 == 0 ? #", "rare": "r\#(number % 3)""# : ""
        let half = number % 2 == 0 ? #", "half": \#(Double(number) / 2)"# : ""
        let json = """
            {"id": "d\(number)", "number": \(number), "small": \(number % 7), "twin": \(number % 100)\(rare)\(half),
            "tags": ["t\(number % 3)", "u\(number)"], "steps": [\(number).25, \(number).5, null]}
            """
        return .init(entry: EntryID("e\(number)"), upload: UploadID("u\(number % 4)"), json: Array(json.utf8))
    }

    private func index() async throws -> BitmapIndex {
        let index = BitmapIndex(Self.catalogue)
        try await index.apply(IndexChange(documents: (0..<Self.count).map(Self.document)))
        return index
    }

    private func expect(
        _ index: BitmapIndex, _ predicate: Predicate, _ visible: VisibleUploads = .all,
        finds isFound: (Int) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let expected = (0..<Self.count).filter(isFound)
        let page = try await index.entries(
            EntrySearch(
                predicate, visible: visible, sort: Sort([SortKey("number", isDescending: true)]), skip: 5, limit: 20))
        #expect(page.total == expected.count, sourceLocation: sourceLocation)
        #expect(
            page.entries.map(\.text) == expected.reversed().dropFirst(5).prefix(20).map { "e\($0)" },
            sourceLocation: sourceLocation)
    }

    @Test func everyShapeOfColumnIsSearched() async throws {
        let index = try await index()
        let (third, last) = (Self.count / 3, Self.count - 1)
        try await expect(index, .constant(.true)) { _ in true }
        try await expect(index, .compare("number", .less, .integer(Int64(third)))) { $0 < third }
        try await expect(index, .compare("number", .notEqual, .integer(Int64(third)))) { $0 != third }
        try await expect(index, .compare("small", .greaterOrEqual, .real(4.5))) { $0 % 7 > 4 }
        try await expect(index, .compare("small", .equal, .integer(3)), .only([UploadID("u1"), UploadID("u3")])) {
            $0 % 7 == 3 && $0 % 2 == 1
        }
        try await expect(index, .isKnown("rare")) { $0 % 500 == 0 }
        try await expect(index, .compare("rare", .equal, .string("r1"))) { $0 % 500 == 0 && $0 % 3 == 1 }
        try await expect(index, .not(.compare("rare", .equal, .string("r1")))) { $0 % 500 == 0 && $0 % 3 != 1 }
        try await expect(index, .compare("half", .greater, property: "twin")) {
            $0 % 2 == 0 && $0 / 2 > $0 % 100
        }
        try await expect(index, .has(.any, "tags", .string("t2"))) { $0 % 3 == 2 }
        try await expect(index, .not(.has(.any, "tags", .string("t2"), .string("u\(third)")))) {
            $0 % 3 != 2 && $0 != third
        }
        try await expect(index, .has(.all, "tags", .string("t\(last % 3)"), .string("u\(last)"))) { $0 == last }
        try await expect(index, .has(.only, "tags", .string("t1"), .string("u7"), .string("u8"))) { $0 == 7 }
        try await expect(index, .length("tags", .equal, 2)) { _ in true }
        try await expect(index, .test("id", Test(.contains, .literal(.string("99"))))) { "\($0)".contains("99") }
        let pair = ItemsTest(
            ["tags", "steps"], .any,
            [
                [
                    Test(.compares(.equal), .literal(.string("t1"))),
                    Test(.compares(.greater), .literal(.integer(Int64(third)))),
                ]
            ])
        try await expect(index, .items(pair)) { $0 % 3 == 1 && $0 >= third }
    }

    @Test func everyPageOfAnOrderFollowsTheOneBefore() async throws {
        let index = try await index()
        let expected = (0..<Self.count).sorted { left, right in
            if left % 7 != right % 7 { return left % 7 > right % 7 }
            if left % 100 != right % 100 { return left % 100 < right % 100 }
            return "d\(left)".utf8.lexicographicallyPrecedes("d\(right)".utf8)
        }
        let sort = Sort([SortKey("small", isDescending: true), SortKey("twin")])
        for skip in [0, 1, Self.count / 2, Self.count - 30] {
            let first = try await index.entries(EntrySearch(sort: sort, skip: skip, limit: 20))
            #expect(first.entries.map(\.text) == expected[skip...].prefix(20).map { "e\($0)" })
            let second = try await index.entries(EntrySearch(sort: sort, after: first.end, limit: 20))
            #expect(second.entries.map(\.text) == expected[(skip + 20)...].prefix(20).map { "e\($0)" })
            #expect(second.hasMore == (skip + 40 < Self.count))
        }
        // Few matches, and matches that all stand at one end of the order.
        let rare = try await index.entries(EntrySearch(.isKnown("rare"), sort: sort, limit: 5))
        #expect(rare.entries.map(\.text) == expected.lazy.filter { $0 % 500 == 0 }.prefix(5).map { "e\($0)" })
        let end = try await index.entries(
            EntrySearch(.compare("small", .equal, .integer(0)), sort: sort, skip: 3, limit: 5))
        #expect(end.entries.map(\.text) == expected.lazy.filter { $0 % 7 == 0 }.dropFirst(3).prefix(5).map { "e\($0)" })
    }

    @Test func valuesOfManySegmentsAreCountedTogether() async throws {
        let index = BitmapIndex(Self.catalogue, longWork: LongWork(width: 3), few: 1_000)
        let size = Self.count / 14
        for start in stride(from: 0, to: Self.count, by: size) {
            let end = min(start + size, Self.count)
            try await index.apply(IndexChange(documents: (start..<end).map(Self.document)))
        }
        #expect(try await index.distinctValues([ValueQuestion("number")]) == Self.count)
        #expect(try await index.distinctValues([ValueQuestion("tags"), ValueQuestion("rare")]) == Self.count + 6)
        let small = try await index.values(ValueQuestion("small"))
        for value in 0..<7 {
            let count = (0..<Self.count).count { $0 % 7 == value }
            #expect(small[.integer(Int64(value))] == ValueCount(entries: count, items: count))
        }
    }

    @Test func documentsInManyChangesAreFoundAsThoseOfOne() async throws {
        let index = BitmapIndex(Self.catalogue)
        var start = 0
        for size in [1, 2, 3, 700, 1_100, 20, 5, 900, 40, 1_000, 1, 1, 600, 300, 100, 50, 60, 70, 49] {
            try await index.apply(IndexChange(documents: (start..<start + size).map(Self.document)))
            start += size
        }
        // Replaced by themselves, most of them twice.
        for first in 0..<6 {
            let numbers = stride(from: first, to: start, by: 3)
            try await index.apply(IndexChange(documents: numbers.map(Self.document)))
        }
        let total = start
        try await index.apply(
            IndexChange(removed: Set((total..<total + 3).map { EntryID("e\($0)") } + [EntryID("nothing")])))
        #expect(try await index.entries(EntrySearch(limit: 0)).total == total)
        let found = try await index.entries(
            EntrySearch(.has(.any, "tags", .string("t1")), sort: Sort([SortKey("number")]), limit: .max))
        #expect(found.entries.map(\.text) == (0..<total).filter { $0 % 3 == 1 }.map { "e\($0)" })
    }
}
