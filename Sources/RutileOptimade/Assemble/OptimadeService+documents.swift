import OptimadeAPI
import RutileJSON

extension OptimadeService {
    /// The answer of an endpoint that speaks JSON:API.
    func document(_ asked: Asked) async throws -> OptimadeAnswer {
        switch asked.endpoint {
        case .entries(let type): try await list(asked.collection(type), asked)
        case .links: try await list(linksCollection(asked.head), asked)
        case .entry(let type, let id): try await entry(id, asked.collection(type), asked)
        case .info:
            try OptimadeAnswer(body: InfoDocument.base(asked.collections.map(\.type.name), informationHead(asked)))
        case .entryInfo(let type):
            try OptimadeAnswer(body: InfoDocument.entryType(asked.collection(type).type, informationHead(asked)))
        case .landingPage, .versions, .documentation, .openAPI:
            preconditionFailure("pages are answered elsewhere")
        }
    }

    private func list(_ collection: any EntryCollection, _ asked: Asked) async throws -> OptimadeAnswer {
        let request = try EntryListingRequest(asked.query, rules)
        let related = try related(request.include, asked)
        let results = try await collection.findWritten(request)
        var head = asked.head
        head.dataReturned = results.dataReturned
        head.dataAvailable = request.filter == nil ? results.dataReturned : try await collection.count()
        head.moreDataAvailable = results.moreDataAvailable
        head.lastID = results.resources.last?.id
        head.warnings += results.warnings
        head.links = PageLinks(
            of: head.address(asked.path.endpoint), asked.query, request.position, results, itself: head.links.itself)
        return OptimadeAnswer(
            body: ResourceDocument.list(
                results.resources, included: try await included(related, results.resources), head))
    }

    private func entry(_ id: String, _ collection: any EntryCollection, _ asked: Asked) async throws -> OptimadeAnswer {
        let request = try SingleEntryRequest(asked.query, rules)
        let related = try related(request.include, asked)
        let results = try await collection.findWritten(id: id, request)
        var head = asked.head
        head.dataReturned = results.dataReturned
        head.dataAvailable = try await collection.count()
        head.warnings += results.warnings
        return OptimadeAnswer(
            body: ResourceDocument.single(
                results.resources.first, included: try await included(related, results.resources), head))
    }

    private func informationHead(_ asked: Asked) throws(OptimadeProblem) -> DocumentHead {
        var head = asked.head
        head.warnings += try InformationRequest(asked.query, rules).warnings
        return head
    }

    /// The collections that `include` names, each once.
    private func related(_ include: [String]?, _ asked: Asked) throws(OptimadeProblem) -> [any EntryCollection] {
        guard let include else { return asked.collections.filter { $0.type.name.hasSameUTF8(as: "references") } }
        var related: [any EntryCollection] = []
        for name in include {
            guard let collection = asked.collections.first(where: { $0.type.name.hasSameUTF8(as: name) }) else {
                throw OptimadeProblem(
                    .parameterName, parameter: "include",
                    "Nothing is related as “\(name)”. Entries can be related to "
                        + "\(asked.collections.map(\.type.name).joined(separator: ", ")).")
            }
            if !related.contains(where: { $0.type.name.hasSameUTF8(as: name) }) { related.append(collection) }
        }
        return related
    }

    /// What `resources` are related to in `collections`: each entry once, without those that are in the document
    /// anyway; `nil` where no collection was asked for.
    private func included(
        _ collections: [any EntryCollection], _ resources: [WrittenResource]
    ) async throws -> [WrittenResource]? {
        guard !collections.isEmpty else { return nil }
        var included: [WrittenResource] = []
        for collection in collections {
            let type = collection.type.name
            var seen = Set(resources.filter { $0.type.hasSameUTF8(as: type) }.map { UTF8Key($0.id) })
            var ids: [String] = []
            for resource in resources {
                ids += resource.relatedIDs(type).filter { seen.insert(UTF8Key($0)).inserted }
            }
            included += try await collection.written(ids: ids)
        }
        return included
    }
}
