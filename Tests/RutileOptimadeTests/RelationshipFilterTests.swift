import OptimadeAPI
import RutileIndex
import RutileJSON
import RutileOptimade
import RutileStore
import Testing

/// Filters over descriptions of relationships.
struct RelationshipFilterTests {
    /// Structures `none` without relationships, `empty` with an empty list, and `bare`, `one` and `two` with one or two
    /// references that have no description, or one has.
    private func service(_ backEnd: BackEnd) async throws -> OptimadeService {
        func structure(_ id: String, _ descriptions: [String?]?) -> Resource {
            let identifiers = descriptions?.enumerated().map { number, description in
                Value.members([
                    "type": .string("references"), "id": .string("r\(number)"),
                    "meta": description.map { .members(["description": .string($0)]) } ?? .null,
                ])
            }
            let related = identifiers.map { [("references", Value.members(["data": .list($0)]))] } ?? []
            return Resource(type: "structures", id: id, relationships: ObjectValue(related))
        }
        let file = ExchangeFile(
            types: [.structures, .references],
            resources: [
                structure("none", nil), structure("empty", []), structure("bare", [nil]), structure("one", ["a"]),
                structure("two", [nil, "b"]),
            ])
        let settings = OptimadeSettings(
            provider: .init(prefix: "exmpl", name: "E", description: "E"),
            implementation: .init(name: "R", version: "1"))
        switch backEnd {
        case .memory:
            let collections = try await file.memoryCollections(settings.parameterRules)
            return OptimadeService(settings) { _ in collections }
        case .referenceIndex:
            let collections = try await file.indexedCollections(settings.parameterRules, MemoryEntryIndex.init)
            return OptimadeService(settings) { collections($0) }
        case .searchEngine:
            let collections = try await file.indexedCollections(settings.parameterRules, { BitmapIndex($0) })
            return OptimadeService(settings) { collections($0) }
        }
    }

    @Test(arguments: BackEnd.allCases)
    func aListOfUnknownDescriptionsHasNoLength(backEnd: BackEnd) async throws {
        let service = try await service(backEnd)
        for (filter, ids) in [
            ("references.id IS KNOWN", ["bare", "empty", "one", "two"]),
            ("references.description IS KNOWN", ["empty", "one", "two"]),
            ("references.description IS UNKNOWN", ["bare", "none"]),
            ("references.description IS UNKNOWN AND references.description LENGTH 1", []),
            ("references.description LENGTH 1", ["one"]), ("references.description LENGTH 2", ["two"]),
            ("references.description LENGTH 0", ["empty"]), ("NOT references.description LENGTH 1", ["empty", "two"]),
            ("references.description LENGTH < 9", ["empty", "one", "two"]),
            ("references.id LENGTH 1", ["bare", "one"]), ("references.role LENGTH >= 0", ["empty"]),
        ] {
            let reply = try await service.reply("/v1/structures?filter=" + PercentCoding.encoded(filter))
            #expect(reply.ids.sorted() == ids, "\(filter)")
        }
    }
}
