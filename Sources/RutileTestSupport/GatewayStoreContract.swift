import RutileModel
package import RutileStore

/// What every store of the gateway's resources promises, as checks that run over any of them.
package enum GatewayStoreContract {
    /// One promise. Its name says it.
    package struct Check: Sendable, CustomStringConvertible {
        package let description: String
        private let body: @Sendable (any GatewayStore) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (any GatewayStore) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check over `store`, which must be new and empty.
        ///
        /// - Throws: ``ContractBroken`` where the promise is not kept.
        package func run(_ store: any GatewayStore) async throws { try await body(store) }
    }

    private static let never = Timestamp(microseconds: .max)
    private static let always = Timestamp(microseconds: .min)

    private static func query(_ id: String, key: String? = nil, made: Int64 = 10) -> GatewayResource {
        GatewayResource(.queries, id: id, key: key, attributes: Array("{}".utf8), made: Timestamp(microseconds: made))
    }

    /// All promises.
    package static let checks = [
        Check("what was stored is found by its kind and id") { store in
            let database = GatewayResource(
                .databases, id: "a/b", key: "k", attributes: Array(#"{"x":"\u0000"}"#.utf8), made: always)
            _ = try await store.insert(database, unlessSince: always)
            try expect(try await store.resource(.databases, "a/b"), is: database)
            try expect(try await store.resource(.queries, "a/b"), is: nil)
            try expect(try await store.resource(.databases, "a"), is: nil)
            try expect(try await store.resource(.databases, "a/b\u{0}"), is: nil)
        },
        Check("ids are told apart by their bytes") { store in
            _ = try await store.insert(query("\u{E9}"), unlessSince: never)
            try expect(try await store.resource(.queries, "e\u{301}"), is: nil)
            _ = try await store.insert(query("e\u{301}"), unlessSince: never)
            try expect(try await store.resources(.queries).map(\.id.utf8.count), is: [3, 2])
        },
        Check("a second resource of the same id is refused") { store in
            _ = try await store.insert(query("q"), unlessSince: never)
            try await expect(.alreadyExists(kind: "queries", id: "q")) {
                _ = try await store.insert(query("q", key: "other"), unlessSince: never)
            }
        },
        Check("one with the same key stands for the new one, unless it is too old") { store in
            let first = query("a", key: "k", made: 10)
            _ = try await store.insert(first, unlessSince: never)
            let again = query("b", key: "k", made: 20)
            try expect(
                try await store.insert(again, unlessSince: Timestamp(microseconds: 10)), is: first)
            try expect(
                try await store.insert(again, unlessSince: Timestamp(microseconds: 11)), is: again)
            try expect(try await store.resources(.queries, keys: ["j", "k"]), is: [nil, again])
        },
        Check("resources without a key never stand for each other") { store in
            _ = try await store.insert(query("a"), unlessSince: always)
            try expect(try await store.insert(query("b"), unlessSince: always).id, is: "b")
        },
        Check("a key of one kind says nothing of others") { store in
            _ = try await store.insert(query("a", key: "k"), unlessSince: always)
            let gateway = GatewayResource(.gateways, id: "g", key: "k", attributes: [], made: always)
            try expect(try await store.insert(gateway, unlessSince: always), is: gateway)
        },
        Check("replacing changes attributes and key of what is there, and adds nothing") { store in
            _ = try await store.insert(query("a", key: "k"), unlessSince: always)
            var changed = query("a")
            changed.attributes = Array(#"{"state":"finished"}"#.utf8)
            try await store.replace(changed)
            try expect(try await store.resource(.queries, "a"), is: changed)
            try expect(try await store.resources(.queries, keys: ["k"]), is: [nil])
            try await store.replace(query("b"))
            try expect(try await store.resource(.queries, "b"), is: nil)
        },
        Check("responses are read where they are asked for") { store in
            var answered = query("a", key: "k")
            _ = try await store.insert(answered, unlessSince: always)
            answered.response = Array(#"{"data":[]}"#.utf8)
            try await store.replace(answered)
            _ = try await store.insert(query("b"), unlessSince: always)
            try expect(try await store.resource(.queries, "a"), is: answered)
            try expect(try await store.resources(.queries, keys: ["k"]), is: [answered])
            try expect(try await store.resources(.queries, responses: true), is: [answered, query("b")])
            try expect(try await store.resources(.queries), is: [query("a", key: "k"), query("b")])
            answered.response = nil
            try await store.replace(answered)
            try expect(try await store.resource(.queries, "a"), is: answered)
        },
        Check("what is removed is gone, once") { store in
            _ = try await store.insert(query("a"), unlessSince: always)
            try expect(try await store.remove(.gateways, "a"), is: false)
            try expect(try await store.remove(.queries, "a"), is: true)
            try expect(try await store.remove(.queries, "a"), is: false)
            try expect(try await store.resources(.queries), is: [])
        },
        Check("old queries go, and the oldest of too many") { store in
            for number in 1...6 {
                _ = try await store.insert(query("q\(number)", made: Int64(number)), unlessSince: never)
            }
            let gateway = GatewayResource(.gateways, id: "g", key: nil, attributes: [], made: always)
            _ = try await store.insert(gateway, unlessSince: never)
            try expect(
                try await store.removeQueries(before: Timestamp(microseconds: 3), beyond: 10, keeping: []),
                is: ["q1", "q2"])
            try expect(try await store.removeQueries(before: always, beyond: 3, keeping: []), is: ["q3"])
            try expect(try await store.resources(.queries).map(\.id), is: ["q4", "q5", "q6"])
            try expect(try await store.resources(.gateways).map(\.id), is: ["g"])
        },
        Check("queries that are kept stay, and count") { store in
            for number in 1...6 {
                _ = try await store.insert(query("q\(number)", made: Int64(number)), unlessSince: never)
            }
            let kept = ["q1", "q4", "none"]
            try expect(
                try await store.removeQueries(before: Timestamp(microseconds: 3), beyond: 3, keeping: kept),
                is: ["q2", "q3", "q5"])
            try expect(try await store.removeQueries(before: always, beyond: 1, keeping: kept), is: ["q6"])
            try expect(try await store.resources(.queries).map(\.id), is: ["q1", "q4"])
        },
    ]
}
