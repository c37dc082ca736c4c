import GRDB
import RutileJSON
package import RutileModel
package import RutileStore

extension SQLiteRecords: GatewayStore {
    package func resource(_ kind: GatewayResource.Kind, _ id: String) async throws -> GatewayResource? {
        try await read { try $0.gatewayResource(kind, "id = ?", id) }
    }

    package func resources(_ kind: GatewayResource.Kind, responses: Bool) async throws -> [GatewayResource] {
        try await read { try $0.gatewayResources(kind, "kind = ? ORDER BY id", [], responses: responses) }
    }

    package func resources(_ kind: GatewayResource.Kind, keys: [String]) async throws -> [GatewayResource?] {
        try await read { database in try keys.map { try database.newestGatewayResource(kind, key: $0) } }
    }

    package func insert(
        _ resource: GatewayResource, unlessSince oldest: Timestamp
    ) async throws -> GatewayResource {
        try await write { database in
            if let key = resource.key, let found = try database.newestGatewayResource(resource.kind, key: key),
                found.made >= oldest
            {
                return found
            }
            guard try database.gatewayResource(resource.kind, "id = ?", resource.id) == nil else {
                throw StoreError.alreadyExists(kind: resource.kind.rawValue, id: resource.id)
            }
            var columns = ColumnWriter()
            try columns.text(resource.kind.rawValue)
            try columns.text(resource.id)
            try columns.optionalText(resource.key)
            columns.optionalBytes(resource.attributes)
            columns.time(resource.made)
            columns.optionalBytes(resource.response)
            try database.run("INSERT INTO gateway_resource VALUES (?, ?, ?, ?, ?, ?)", columns.values)
            return resource
        }
    }

    package func replace(_ resource: GatewayResource) async throws {
        try await write { database in
            var columns = ColumnWriter()
            try columns.optionalText(resource.key)
            columns.optionalBytes(resource.attributes)
            columns.optionalBytes(resource.response)
            try columns.text(resource.kind.rawValue)
            try columns.text(resource.id)
            try database.run(
                "UPDATE gateway_resource SET reuse_key = ?, attributes = ?, response = ? WHERE kind = ? AND id = ?",
                columns.values)
        }
    }

    package func remove(_ kind: GatewayResource.Kind, _ id: String) async throws -> Bool {
        guard id.isStorable else { return false }
        return try await write { database in
            let arguments = [kind.rawValue.databaseValue, id.databaseValue]
            try database.run("DELETE FROM gateway_resource WHERE kind = ? AND id = ?", arguments)
            return database.changesCount > 0
        }
    }

    package func removeQueries(
        before oldest: Timestamp, beyond most: Int, keeping kept: [String]
    ) async throws -> [String] {
        try await write { database in
            let ids = try database.all(
                """
                WITH kept AS (SELECT id FROM gateway_resource
                    WHERE kind = 'queries' AND id IN (SELECT value FROM json_each(?1))),
                others AS (SELECT id, made FROM gateway_resource
                    WHERE kind = 'queries' AND id NOT IN (SELECT id FROM kept))
                SELECT id FROM others WHERE made < CAST(?2 AS INTEGER) OR id IN (
                    SELECT id FROM others ORDER BY made DESC, id DESC
                    LIMIT -1 OFFSET max(0, CAST(?3 AS INTEGER) - (SELECT count(*) FROM kept))) ORDER BY id
                """,
                [
                    String(decoding: Value.list(kept.map { .string($0) }).json(), as: UTF8.self),
                    String(oldest.microseconds), String(most),
                ]
            ) { try $0.text() }
            for id in ids {
                try database.run(
                    "DELETE FROM gateway_resource WHERE kind = 'queries' AND id = ?", [id.databaseValue])
            }
            return ids
        }
    }
}

extension SQLiteRecords {
    /// The 32 random bytes that cursors of merged lists are signed with. They are made on first use and then stay.
    package func gatewayKey() async throws -> [UInt8] {
        try await write { database in
            var generator = SystemRandomNumberGenerator()
            var columns = ColumnWriter()
            columns.optionalBytes((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            try database.run("INSERT OR IGNORE INTO gateway_key VALUES (1, ?)", columns.values)
            return try database.first("SELECT value FROM gateway_key") { try $0.optionalBytes() ?? [] } ?? []
        }
    }
}

extension Database {
    fileprivate func newestGatewayResource(_ kind: GatewayResource.Kind, key: String) throws -> GatewayResource? {
        try gatewayResource(kind, "reuse_key = ? ORDER BY made DESC, id DESC LIMIT 1", key)
    }

    fileprivate func gatewayResource(
        _ kind: GatewayResource.Kind, _ condition: String, _ argument: String
    ) throws -> GatewayResource? {
        try gatewayResources(kind, "kind = ? AND \(condition)", [argument]).first
    }

    /// The resources of `kind` that `condition`, a text of this file, describes.
    fileprivate func gatewayResources(
        _ kind: GatewayResource.Kind, _ condition: String, _ arguments: [String], responses: Bool = true
    ) throws -> [GatewayResource] {
        let response = responses ? "response" : "NULL"
        return try all(
            "SELECT id, reuse_key, attributes, \(response), made FROM gateway_resource WHERE \(condition)",
            [kind.rawValue] + arguments
        ) { columns in
            GatewayResource(
                kind, id: try columns.text(), key: try columns.optionalText(),
                attributes: try columns.optionalBytes() ?? [], response: try columns.optionalBytes(),
                made: try columns.time())
        }
    }
}
