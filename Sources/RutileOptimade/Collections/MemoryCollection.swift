public import OptimadeAPI
public import RutileJSON
import RutileQuery
import Synchronization

/// A collection that keeps its entries in memory, in the back end's own form, and looks at each one for each query.
///
/// Good for some thousand entries, for tests, and to see what a back end has to do:
///
/// ```swift
/// let structures = MemoryCollection(
///     .structures,
///     rules: ParameterRules(prefix: "exmpl"),
///     mapper: ResourceMapper(aliases: ["elements": "results.material.elements"]))
/// try await structures.insert([Resource(type: "structures", id: "1", attributes: attributes)])
///
/// let request = try EntryListingRequest(QueryString("filter=elements HAS \"Si\""), structures.rules)
/// let results = try await structures.find(request)
/// ```
public final class MemoryCollection: EntryCollection {
    /// The entry type and its properties.
    public let type: EntryTypeDefinition
    /// What an installation sets about parameters.
    public let rules: ParameterRules
    /// How the documents name the properties.
    public let mapper: ResourceMapper
    private let evaluator: Evaluator
    private let entries: Mutex<[UTF8Key: Entry]>

    private struct Entry {
        /// What ``MemoryCollection/evaluator`` sees: the document, and relationships as filters name them.
        let document: ObjectValue
        let resource: Resource
    }

    /// A collection of `documents` in the form that `mapper` describes; those without an `id` are left out.
    public init(
        _ type: EntryTypeDefinition, rules: ParameterRules, mapper: ResourceMapper = ResourceMapper(),
        documents: [ObjectValue] = []
    ) {
        self.type = type
        self.rules = rules
        self.mapper = mapper
        var catalogue = mapper.backendCatalogue(type)
        for related in type.relationships { catalogue.insert(.relationship(to: related)) }
        evaluator = Evaluator(catalogue)
        entries = Mutex([:])
        add(documents)
    }

    /// Stores `resources`; one with the `id` of another replaces it.
    public func insert(_ resources: [Resource]) async throws { add(resources.map(mapper.document)) }

    private func add(_ documents: [ObjectValue]) {
        let added = documents.compactMap { document in
            mapper.resource(document, of: type).map { resource in
                var document = mapper.setting("type", .string(type.name), in: document)
                for related in type.relationships { document[related] = resource.relationshipList(to: related) }
                return Entry(document: document, resource: resource)
            }
        }
        entries.withLock { entries in
            for entry in added { entries[UTF8Key(entry.resource.id)] = entry }
        }
    }

    /// One page of the entries that match. Cost: one look at every entry, and a sort of those that match.
    public func matches(_ query: EntryQuery) async throws -> EntryMatches {
        let predicate = mapper.backendPredicate(query.predicate)
        let sort = mapper.backendSort(query.sort)
        let all = entries.withLock { Array($0.values) }
        var found = all.filter { evaluator.truth(of: predicate, for: $0.document) == .true }
            .map { entry in
                let values = sort.keys.map { evaluator.scalar(for: $0, in: entry.document) }
                return (place: Cursor(values: values, id: entry.resource.id), resource: entry.resource)
            }
        found.sort { sort.order($0.place, $1.place) == .before }
        let total = found.count
        if let after = query.after { found.removeAll { sort.order(after, $0.place) != .before } }
        let page = found.dropFirst(query.skip).prefix(query.limit)
        return EntryMatches(
            page.map(\.resource), total: total, hasMore: found.dropFirst(query.skip).count > page.count,
            end: page.last?.place)
    }
}
