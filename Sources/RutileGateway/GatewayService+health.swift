package import RutileClient
import RutileJSON
import RutileModel
import RutileStore

/// What the gateway does about its registered databases without being asked.
extension GatewayService {
    /// Where the health of a database is kept among its attributes. Answers show it with the provider's prefix.
    static let healthKey = "health"

    /// Databases that are checked at once.
    private static let checkedAtOnce = 16

    /// Registers what the lists of providers at the base URLs `lists` name, and checks all registered databases. Lists that
    /// do not answer change nothing; they are reported.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func refresh(_ lists: [WebAddress], report: (String) -> Void) async throws {
        for list in lists {
            do {
                let links = try await client.links(of: list, deadline: checkDeadline)
                _ = try await load(providers: .members(["data": .list(links)]))
            } catch let failure as DatabaseFailure {
                report(failure.detail)
            }
        }
        _ = try await checkDatabases()
    }

    /// Asks every registered database for one structure, and remembers what became of it. Refusals are remembered only
    /// where `remembersRefusals`: they come from the settings of whoever asks, and say nothing of the database.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func checkDatabases(remembersRefusals: Bool = true) async throws -> [(id: String, health: DatabaseHealth)] {
        let resources = try await store.resources(.databases)
        return try await withThrowingTaskGroup(of: (Int, DatabaseHealth?).self) { group in
            var checked = [DatabaseHealth?](repeating: nil, count: resources.count)
            var next = 0
            func add() {
                guard next < resources.count else { return }
                let index = next
                next += 1
                group.addTask { (index, try await self.check(resources[index], remembersRefusals)) }
            }
            for _ in 0..<Self.checkedAtOnce { add() }
            while let (index, health) = try await group.next() {
                checked[index] = health
                add()
            }
            return zip(resources, checked).compactMap { resource, health in health.map { (resource.id, $0) } }
        }
    }

    private func check(_ resource: GatewayResource, _ remembersRefusals: Bool) async throws -> DatabaseHealth? {
        guard let database = Self.database(resource),
            var attributes = try? Value(json: resource.attributes, limits: .file).object
        else { return nil }
        let start = client.web.clock.now()
        let failure = try await failure(of: database.base)
        let health = DatabaseHealth(
            failure, took: client.web.clock.now() - start, at: now(),
            after: DatabaseHealth(attributes[Self.healthKey]))
        if failure?.kind == .refused && !remembersRefusals { return health }
        attributes[Self.healthKey] = health.json
        var checked = resource
        checked.attributes = Value.object(attributes).json()
        try await store.replace(checked)
        return health
    }

    /// Why the database at `base` cannot be asked for structures; `nil` where it can.
    ///
    /// - Throws: `CancellationError`.
    func failure(of base: WebAddress) async throws -> DatabaseFailure? {
        do {
            _ = try await client.page(ListingRequest("structures", pageLimit: 1), of: base, deadline: checkDeadline)
            return nil
        } catch let failure as DatabaseFailure {
            return failure
        }
    }

    /// When a database that is asked now has to have answered.
    var checkDeadline: Duration { client.web.clock.now() + .seconds(settings.databaseSeconds) }

    /// The registered databases: id, name, base URL, and how they were when last checked.
    ///
    /// - Throws: `StoreError`, `CancellationError`.
    package func registeredDatabases() async throws -> [(
        id: String, name: String, base: WebAddress, health: DatabaseHealth?
    )] {
        try await store.resources(.databases).compactMap { resource in
            Self.database(resource).map { database in
                (
                    database.id, database.attributes["name"]?.text ?? database.id, database.base,
                    DatabaseHealth((try? Value(json: resource.attributes, limits: .file))?[Self.healthKey])
                )
            }
        }
    }
}
