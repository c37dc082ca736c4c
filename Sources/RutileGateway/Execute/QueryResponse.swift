import OptimadeAPI
import RutileClient
import RutileJSON
import RutileModel

/// What `attributes.response` of a query says: the pages of its databases, each with its own ids, and what went wrong.
struct QueryResponse {
    let run: QueryRun
    /// By position; absent for databases that have not answered yet.
    let answers: [QueryRun.Answer?]
    let registered: RegisteredDatabases
    let optimade: OptimadeSettings
    let time: Timestamp

    /// The JSON object.
    var json: [UInt8] {
        let known = answers.compactMap { $0 }
        var writer = JSONWriter(reserving: 4_096 + 2_048 * known.reduce(0) { $0 + $1.entries.count })
        writer.beginObject()
        writer.key("data")
        writer.beginObject()
        for answer in known where answer.status.failure == nil {
            writer.key(answer.status.database.id)
            writer.beginList()
            for entry in answer.entries { writer.view(entry.resource) }
            writer.endList()
        }
        writer.endObject()
        writer.key("meta")
        writer.value(.object(meta(known)))
        let problems = known.compactMap {
            $0.status.problem(optimade.provider.prefix, gateway: run.query.gateway, registered: registered) {
                run.query.address + "/v1" + $0
            }
        }
        if !problems.isEmpty {
            writer.key("errors")
            writer.problems(problems)
        }
        let included = known.flatMap(\.included)
        if !included.isEmpty {
            writer.key("included")
            writer.beginList()
            for resource in included { writer.view(resource) }
            writer.endList()
        }
        writer.key("links")
        writer.value(.members(["next": .null]))
        writer.endObject()
        return writer.bytes
    }

    private func meta(_ known: [QueryRun.Answer]) -> ObjectValue {
        func count(_ number: Int?) -> Value { number.map { .integer(Int64($0)) } ?? .null }
        let prefix = optimade.provider.prefix
        let statuses = known.map(\.status)
        var meta = ObjectValue([
            ("api_version", Value.string(OptimadeSettings.apiVersion)),
            ("query", .members(["representation": .string(representation)])),
            ("time_stamp", .string(time.text(offset: "Z"))),
            ("more_data_available", .bool(known.contains(where: \.hasMore))),
            ("data_returned", count(DatabaseStatus.sum(statuses, \.returned))),
            ("data_available", count(DatabaseStatus.sum(statuses, \.available))),
            (
                "provider",
                .members([
                    "name": .string(optimade.provider.name), "description": .string(optimade.provider.description),
                    "prefix": .string(prefix),
                ])
            ),
            ("_\(prefix)_providers", .list(statuses.map(\.json))),
        ])
        var warnings = run.question.warnings(run.query.databases)
        warnings += known.flatMap { answer in
            (answer.warnings + [answer.status.failure?.detail].compactMap { $0 }).map {
                OptimadeWarning(.gatewayDatabase, $0)
            }
        }
        if !warnings.isEmpty {
            meta["warnings"] = .list(warnings.enumerated().map { $1.json(prefix, id: $0 + 1) })
        }
        return meta
    }

    private var representation: String {
        let query = run.query.parameters.members.map { name, value in
            let text = value.text ?? value.integer.map { String($0) } ?? ""
            return "\(PercentCoding.encoded(name))=\(PercentCoding.encoded(text))"
        }.joined(separator: "&")
        return "/\(run.query.endpoint)" + (query.isEmpty ? "" : "?" + query)
    }
}

extension OptimadeWarning {
    /// The warning as documents have it; its `id` is its number there.
    func json(_ prefix: String, id: Int) -> Value {
        var members = ObjectValue([
            ("id", .string(String(id))), ("type", Value.string("warning")),
            ("code", .string("_\(prefix)_\(code.rawValue)")),
            ("title", .string(code.title)), ("detail", .string(detail)),
        ])
        if let parameter { members["source"] = .members(["parameter": .string(parameter)]) }
        return .object(members)
    }
}

extension JSONWriter {
    /// Writes a list of error objects.
    mutating func problems(_ problems: [GatewayRefusal.Problem]) {
        beginList()
        for problem in problems {
            beginObject()
            member("status", String(problem.status))
            member("code", problem.code)
            member("title", problem.title)
            member("detail", problem.detail)
            if problem.pointer != nil || problem.parameter != nil {
                key("source")
                beginObject()
                if let pointer = problem.pointer { member("pointer", pointer) }
                if let parameter = problem.parameter { member("parameter", parameter) }
                endObject()
            }
            if !problem.meta.isEmpty {
                key("meta")
                value(.object(problem.meta))
            }
            endObject()
        }
        endList()
    }
}
