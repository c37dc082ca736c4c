import HTTPTypes
package import RutileGraph
import RutileJSON
import RutileModel
package import RutileStore

/// Users, as NOMAD shows them. Who sees e-mail addresses is a setting.
package enum UserRoutes {
    /// Users of a page of those that a prefix finds.
    private static let mostFound = 100

    /// The routes over `records`.
    package static func routes(
        _ records: any RecordStore & AccountStore, email: UserEmailVisibility
    ) -> [Route] {
        /// The document of `user` for `caller`.
        @Sendable func document(_ user: UserRecord, _ caller: Caller) -> Value {
            user.document(showsEmail: email == .public || caller.isAdmin || caller.user == user.id)
        }
        @Sendable func one(_ id: UserID, _ call: Route.Call) async throws -> Route.Answer {
            guard let user = try await records.users([id])[id] else {
                throw RequestProblem.notFound("User ID \(id) does not exist.")
            }
            return Route.Answer(document(user, call.caller).json())
        }
        return [
            Route(
                .api, .get, "/api/v1/users/me", needs: .usersRead, me,
                answer: { call in try await one(call.user(), call) }),
            Route(
                .api, .get, "/api/v1/users", needs: .usersRead, list,
                answer: { call in
                    let query = try call.query()
                    let ids = query.all("user_id").map { UserID($0) }
                    let names = query.all("username")
                    var users: [UserRecord] = []
                    if !ids.isEmpty || !names.isEmpty {
                        let found = try await records.users(Set(ids))
                        users = ids.compactMap { found[$0] }
                        for name in names.prefix(mostFound) {
                            guard let user = try await records.user(named: name),
                                !users.contains(where: { $0.id == user.id })
                            else { continue }
                            users.append(user)
                        }
                    } else if let prefix = query["prefix"], !prefix.isEmpty {
                        users = try await records.users(named: prefix, limit: mostFound)
                    }
                    return Route.Answer(
                        Value.members(["data": .list(users.map { document($0, call.caller) })]).json())
                }),
            Route(
                .api, .get, "/api/v1/users/{user_id}", needs: .usersRead, single,
                answer: { call in try await one(UserID(call.target["user_id"]), call) }),
        ]
    }

    private static let me = RouteDocumentation(
        "Who am I", "The user whose token it is, e-mail address included.",
        example: #"curl -s "$RUTILE_URL/api/v1/users/me" -H "Authorization: Bearer $RUTILE_TOKEN""#,
        answers: [
            (200, "The user.", "application/json"), RouteDocumentation.noToken,
        ], model: .user)

    private static let list = RouteDocumentation(
        "Find users",
        "By the beginning of a name in any case, at most 100; or by ids and usernames, where "
            + "`prefix` does not count.",
        parameters: [
            .query("prefix", "Beginning of a username, or of a first, last or whole name."),
            .query("user_id", "An id. Those that nobody has are left out.", isList: true),
            .query("username", "A username, likewise.", isList: true),
        ],
        example: #"curl -s "$RUTILE_URL/api/v1/users?prefix=a""#,
        answers: [(200, "`data` has the users.", "application/json")], model: .userList)

    private static let single = RouteDocumentation(
        "One user", "By id.", parameters: [.path("user_id", "The user's id.")],
        example: #"curl -s "$RUTILE_URL/api/v1/users/$RUTILE_USER_ID""#,
        answers: [
            (200, "The user.", "application/json"), (404, "There is no such user.", "application/json"),
        ], model: .user)
}
