import OptimadeAPI
import RutileJSON

extension OptimadeService {
    /// The answer of an endpoint that is not JSON:API.
    func page(_ asked: Asked) async throws -> OptimadeAnswer {
        switch asked.endpoint {
        case .versions:
            // Source: "Versions Endpoint": it must not exist below a versioned base URL.
            guard asked.path.version.isEmpty else { throw Self.noEndpoint(asked.path.endpoint) }
            return OptimadeAnswer(contentType: VersionsDocument.contentType, body: VersionsDocument.bytes)
        case .landingPage:
            var counts: [(type: EntryTypeDefinition, count: Int)] = []
            for collection in asked.collections { counts.append((collection.type, try await collection.count())) }
            return OptimadeAnswer(contentType: OptimadeAnswer.html, body: LandingPage.html(counts, asked.head))
        case .documentation:
            return OptimadeAnswer(
                contentType: OptimadeAnswer.html,
                body: DocumentationPage.html(asked.collections.map(\.type), rules, asked.head))
        case .openAPI:
            return OptimadeAnswer(
                contentType: "application/json",
                body: OptimadeOpenAPI.json(asked.collections.map(\.type), rules, asked.head))
        case .info, .entryInfo, .links, .entries, .entry:
            preconditionFailure("documents are answered elsewhere")
        }
    }

    /// What `/links` lists: this database as the only root, and what else was configured.
    func linksCollection(_ head: DocumentHead) -> MemoryCollection {
        let provider = settings.provider
        let root = DatabaseLink(
            id: provider.prefix, name: provider.name, description: provider.description, baseURL: head.baseURL,
            homepage: provider.homepage, linkType: .root)
        let mapper = ResourceMapper()
        let others = links.filter { $0.linkType != .root && !$0.id.hasSameUTF8(as: root.id) }
        return MemoryCollection(
            .links, rules: rules, mapper: mapper,
            documents: ([root] + others).map { mapper.document($0.resource) })
    }
}
