import OptimadeAPI
import RutileClient
package import RutileJSON
import RutileStore

/// A page of a gateway's merged list, for other parts of the server.
package struct GatewayPage: Sendable {
    /// In order; ids are `<database id>/<local id>`.
    package let entries: [(id: String, attributes: ObjectValue)]
    /// Entries that match in all; absent where a database does not say.
    package let total: Int?
    /// The `page_cursor` of the next page; absent on the last one.
    package let next: String?
    /// What became of each database, as documents list it.
    package let providers: Value
    /// Why databases are missing.
    package let problems: [String]
}

extension GatewayService {
    /// Entries of a page, at most.
    package var mostEntries: Int { rules.maximumPageLimit }

    /// Entries of a merged list that can be left out, at most.
    package var mostSkipped: Int { GatewaySettings.mostSkipped }

    /// The page of the entries of type `endpoint` of the gateway `id` that `parameters`, those of a listing, describe;
    /// `nil` where there is no such gateway. Unlike in answers to clients, it is no error when all databases fail.
    ///
    /// - Throws: ``GatewayRefusal`` where the parameters are wrong; `StoreError`, `CancellationError`.
    package func page(
        ofGateway id: String, _ endpoint: String, _ parameters: ObjectValue
    ) async throws -> GatewayPage? {
        guard let gateway = try await store.resource(.gateways, id) else { return nil }
        do {
            let question = try Question(
                try QueryString(parameters: parameters), try entryType(endpoint, at: .body("/endpoint")), rules)
            let (page, next) = try await page(
                question, databases(of: gateway), client, within: .seconds(settings.waitSeconds))
            return GatewayPage(
                entries: page.entries.map { entry in
                    let attributes = entry.entry.attributes?.value.object ?? ObjectValue()
                    return (entry.names[0], question.listing.responseFields.map(attributes.only) ?? attributes)
                },
                // A page of nothing would lead to itself.
                total: page.returned, next: question.pageLimit > 0 ? next : nil,
                providers: .list(page.statuses.map(\.json)),
                problems: page.statuses.compactMap { $0.failure?.detail })
        } catch let problem as OptimadeProblem {
            throw GatewayRefusal(problem)
        }
    }
}
