import OptimadeAPI
package import RutileJSON
import RutileModel
import RutileQuery

/// How often values of properties occur among the entries that match a filter.
package struct Facets: Sendable {
    /// Properties that one request may name.
    package static let mostProperties = 32

    /// Names of properties, of scalars or of lists of them; each once.
    package let properties: [String]
    /// An OPTIMADE filter; all entries match where there is none.
    package let filter: String?
    /// Values of a property that are named at most.
    package let limit: Int

    /// Up to `limit` values each of `properties` in entries that match `filter`.
    package init(_ properties: [String], filter: String?, limit: Int) {
        var seen: Set<UTF8Key> = []
        self.properties = properties.filter { seen.insert(UTF8Key($0)).inserted }
        self.filter = filter
        self.limit = limit
    }

    /// The counts in `entries`: `{"data": {property: [{"value", "count"}]}, "meta": {"data_returned"}}`, the most frequent
    /// value first, of equally frequent ones the smaller; `count` is a number of entries. Entries without a value are in
    /// none.
    ///
    /// - Throws: `OptimadeProblem` for a filter that is wrong, for a name that is no property and for more than
    ///   ``mostProperties``; what stores throw.
    package func document(of entries: IndexedCollection) async throws -> Value {
        guard properties.count <= Self.mostProperties else {
            throw OptimadeProblem(
                .parameterValue, parameter: "property",
                "At most \(Self.mostProperties) properties are counted at once; there are \(properties.count).")
        }
        if let unknown = properties.first(where: { entries.type[$0] == nil }) {
            throw OptimadeProblem(
                .parameterName, parameter: "property", "\(entries.type.name) have no property “\(unknown)”.")
        }
        var predicate = Predicate.constant(.true)
        if let filter { predicate = try entries.predicate(filter) }
        return try await entries.counting { try await document(of: entries, where: predicate) }
    }

    private func document(of entries: IndexedCollection, where predicate: Predicate) async throws -> Value {
        var data = ObjectValue()
        for property in properties {
            // Others come in between, where it is not long work.
            await Task.yield()
            let counts = try await entries.counts(of: property, where: predicate)
            data[property] = .list(most(counts).map { .members(["value": $0.value, "count": .integer($0.count)]) })
        }
        let total = try await entries.count(where: predicate)
        return .members(["data": .object(data), "meta": .members(["data_returned": .integer(Int64(total))])])
    }

    private func most(_ counts: [Literal: Int]) -> [(value: Value, count: Int64)] {
        counts.sorted { left, right in
            left.value != right.value ? left.value > right.value : left.key.precedes(right.key)
        }.prefix(limit).map { (Self.value($0.key), Int64($0.value)) }
    }

    private static func value(_ literal: Literal) -> Value {
        switch literal {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .bool(flag)
        case .timestamp(let time): .string(time.text(offset: "Z"))
        }
    }
}
