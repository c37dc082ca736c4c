import OptimadeAPI
import RutileClient
import RutileJSON

/// What became of one database in one answer.
struct DatabaseStatus: Sendable {
    let database: GatewayDatabase
    /// Why it gave nothing; absent where it answered, or needed not to be asked.
    var failure: DatabaseFailure?
    /// The status of HTTP of its last answer; absent where it was not asked.
    var httpStatus: Int?
    /// Entries of this answer that are its.
    var given = 0
    /// Entries that match, and that it has; absent where it does not say.
    var returned: Int?
    var available: Int?
    var elapsed = Duration.zero

    /// Nothing was asked yet.
    init(_ database: GatewayDatabase) { self.database = database }

    /// As `meta._<prefix>_providers` lists it.
    var json: Value {
        func number(_ value: Int?) -> Value { value.map { .integer(Int64($0)) } ?? .null }
        var members = ObjectValue([
            ("id", Value.string(database.id)), ("base_url", .string(database.base.description)),
            ("status", .string(failure?.kind.rawValue ?? "ok")),
            ("http_status", number(failure == nil ? httpStatus : failure?.status)),
            ("returned", number(given)), ("data_returned", number(returned)), ("data_available", number(available)),
            ("elapsed_ms", .integer(Int64(elapsed / .milliseconds(1)))),
        ])
        if let failure { members["detail"] = .string(failure.detail) }
        return .object(members)
    }

    /// The error that a document has of it. It has a link to the database where that is `registered`.
    func problem(
        _ prefix: String, gateway: String?, registered: RegisteredDatabases, address: (String) -> String
    ) -> GatewayRefusal.Problem? {
        guard let failure else { return nil }
        let isLate = failure.kind == .timeout
        var problem = GatewayRefusal.Problem(
            isLate ? .timeout : .failed, status: failure.status.flatMap { $0 >= 400 ? $0 : nil }, failure.detail)
        if let gateway { problem.meta["_\(prefix)_source_gateway"] = Self.source(gateway, "gateways", address) }
        var source = ObjectValue([("id", Value.string(database.id)), ("type", .string("links"))])
        if let id = registered[database] {
            source["links"] = .members(["self": .string(address("/databases/" + id.pathEncoded))])
        }
        problem.meta["_\(prefix)_source_database"] = .object(source)
        if let said = failure.said { problem.meta["_\(prefix)_said"] = said }
        return problem
    }

    private static func source(_ id: String, _ type: String, _ address: (String) -> String) -> Value {
        .members([
            "id": .string(id), "type": .string(type),
            "links": .members(["self": .string(address("/\(type)/" + id.pathEncoded))]),
        ])
    }

    /// The sum of what `count` says of the databases; `nil` where one of them has not said, for it failed or never does.
    static func sum(_ statuses: [DatabaseStatus], _ count: (DatabaseStatus) -> Int?) -> Int? {
        var total = 0
        for status in statuses {
            guard let number = count(status) else { return nil }
            // Databases may say anything: a sum beyond all numbers is not known either.
            let (sum, overflow) = total.addingReportingOverflow(number)
            if overflow { return nil }
            total = sum
        }
        return total
    }
}
