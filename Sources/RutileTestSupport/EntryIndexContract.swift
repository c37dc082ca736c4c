import RutileJSON
import RutileModel
package import RutileQuery
package import RutileStore

/// What every index of entries promises, as checks that run over any of them.
///
///     @Test(arguments: EntryIndexContract.checks)
///     func memoryKeepsTheContract(_ check: EntryIndexContract.Check) async throws {
///         try await check.run { MemoryEntryIndex($0) }
///     }
package enum EntryIndexContract {
    /// Makes an empty index.
    package typealias Maker = @Sendable (PropertyCatalogue) throws -> any EntryIndex

    /// One promise. Its name says it.
    package struct Check: Sendable, CustomStringConvertible {
        package let description: String
        private let body: @Sendable (Maker) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (Maker) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check over indexes that `make` makes.
        ///
        /// - Throws: ``ContractBroken`` where the promise is not kept.
        package func run(_ make: Maker) async throws { try await body(make) }
    }

    /// All promises.
    package static let checks: [Check] = comparing + listing + tables + counting + paging + changing + seeing
}

extension EntryIndexContract {
    /// A few properties of each shape.
    static let catalogue = PropertyCatalogue([
        Property("id", .string), Property("formula", .string), Property("sites", .integer), Property("gap", .float),
        Property("stable", .boolean), Property("when", .timestamp), Property("due", .timestamp),
        Property("limit", .float), Property("elements", .list(.string)), Property("ratios", .list(.float)),
        Property("vectors", .list(.list(.float))),
        Property("calc", .dictionary([.init("code", .string), .init("energy", .float)])),
        Property(
            "runs",
            .list(
                .dictionary([
                    .init("name", .string), .init("score", .float), .init("tags", .list(.string)),
                    .init("steps", .list(.dictionary([.init("n", .integer)]))),
                    .init("groups", .list(.list(.integer))),
                ]))),
        Property("grids", .list(.list(.dictionary([.init("d", .string), .init("l", .list(.string))])))),
        Property("anything", .opaque),
        Property(
            "parts",
            .table([
                .init("label", .string), .init("elements", .list(.string)), .init("size", .integer),
                .init("shares", .table([.init("element", .string), .init("share", .float)])),
            ])),
    ])

    /// An index of `documents`: JSON members by entry id, all in upload `u`. The property `id` is the entry's id.
    static func index(_ make: Maker, _ documents: KeyValuePairs<String, String>) async throws -> any EntryIndex {
        let index = try make(catalogue)
        try await index.apply(IndexChange(documents: documents.map { document($0.key, $0.value) }))
        return index
    }

    /// The document of entry `id` with `members`, which stand between the braces of an object.
    static func document(_ id: String, _ members: String = "", upload: String = "u") -> IndexChange.Document {
        var writer = JSONWriter()
        writer.value(.string(id))
        let json = "{\"id\": \(writer.text)\(members.isEmpty ? "" : ", ")\(members)}"
        return IndexChange.Document(entry: EntryID(id), upload: UploadID(upload), json: Array(json.utf8))
    }

    /// Stops the check unless `predicate` finds exactly `entries`, in this order.
    static func expect(
        _ index: any EntryIndex, _ predicate: Predicate = .constant(.true), visible: VisibleUploads = .all,
        sort: Sort = Sort(), finds entries: [String], file: StaticString = #fileID, line: UInt = #line
    ) async throws {
        let page = try await index.entries(EntrySearch(predicate, visible: visible, sort: sort, limit: 1_000))
        try RutileTestSupport.expect(page.entries.map(\.text), is: entries, "entries", file: file, line: line)
        try RutileTestSupport.expect(page.total, is: entries.count, "total", file: file, line: line)
        try RutileTestSupport.expect(page.hasMore, is: false, "hasMore", file: file, line: line)
    }
}

extension Predicate {
    /// `path` compared with a literal.
    package static func compare(_ path: PropertyPath, _ comparison: Comparison, _ literal: Literal) -> Predicate {
        .test(path, Test(.compares(comparison), .literal(literal)))
    }

    /// `path` compared with another property.
    package static func compare(
        _ path: PropertyPath, _ comparison: Comparison, property other: PropertyPath
    ) -> Predicate {
        .test(path, Test(.compares(comparison), .property(other)))
    }

    /// Equality of the items of one list with literals.
    package static func has(
        _ quantifier: ItemsTest.Quantifier, _ list: PropertyPath, _ literals: Literal...
    ) -> Predicate {
        .items(ItemsTest([list], quantifier, literals.map { [Test(.compares(.equal), .literal($0))] }))
    }
}
