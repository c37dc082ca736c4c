package import NomadAPI
package import RutileJSON

/// Entries of other databases, as gateways merge them. The network is behind it.
package protocol ForeignEntries: Sendable {
    /// What the gateways answer to `questions`, each of which has an answer; all are asked at the same time.
    ///
    /// - Throws: errors of the store, `CancellationError`. What databases do wrong is part of the answers.
    func answers(to questions: Set<ForeignQuestion>) async throws -> [ForeignQuestion: ForeignAnswer]
}

/// A page of entries that one gateway is asked for.
package struct ForeignQuestion: Hashable, Sendable {
    package let gateway: String
    package let query: ForeignQuery
    /// In OPTIMADE's filter language, what the query and the request ask for together; absent for all entries.
    package let filter: String?
    /// As OPTIMADE's `sort` has it; absent where there is no order.
    package let sort: String?
    /// Names of the attributes that are wanted; absent for those that databases give unasked.
    package let fields: [String]?
    package let size: Int
    package let start: ListPagination.Start
    /// Where the question stands in the request.
    package let pointer: String
}

/// What a gateway answered.
package enum ForeignAnswer: Sendable {
    case page(ForeignPage)
    /// There is no such gateway.
    case noGateway
    /// The question is none, for example because of its filter.
    case refused(GraphProblem)
}

/// A page of merged entries.
package struct ForeignPage: Sendable {
    /// One entry.
    package struct Entry: Sendable {
        /// `<database id>/<local id>`
        package let id: String
        package let attributes: ObjectValue

        /// An entry.
        package init(id: String, attributes: ObjectValue) {
            self.id = id
            self.attributes = attributes
        }
    }

    /// In order.
    package let entries: [Entry]
    /// Entries that match in all; absent where a database does not say.
    package let total: Int?
    /// Where the next page begins; absent on the last one.
    package let next: String?
    /// What became of each database, as the gateway lists it.
    package let providers: Value
    /// Why databases are missing, for clients.
    package let problems: [String]

    /// A page.
    package init(entries: [Entry], total: Int?, next: String?, providers: Value, problems: [String]) {
        self.entries = entries
        self.total = total
        self.next = next
        self.providers = providers
        self.problems = problems
    }
}

/// There are no gateways.
package struct NoForeignEntries: ForeignEntries {
    /// None.
    package init() {}

    package func answers(to questions: Set<ForeignQuestion>) async throws -> [ForeignQuestion: ForeignAnswer] {
        Dictionary(uniqueKeysWithValues: questions.map { ($0, .noGateway) })
    }
}
