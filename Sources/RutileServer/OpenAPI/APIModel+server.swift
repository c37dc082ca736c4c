import RutileModel

/// Users and groups, logins, and what the server says of itself and of structures.
extension APIModel {
    static let user = APIModel(
        "User",
        .object(
            "A user; what nobody has stated is absent.",
            [
                "user_id": .text(), "username": .text(), "name": .text("First and last name.").optional,
                "first_name": .text().optional, "last_name": .text().optional,
                "email": .text("Where the caller may know it.").optional, "affiliation": .text().optional,
                "affiliation_address": .text().optional, "created": .time("When the account was made.").optional,
                "is_admin": .flag(), "repo_user_id": .any("As an installation of NOMAD had it.").optional,
                "is_oasis_admin": .any("As an installation of NOMAD had it.").optional,
            ]))

    static let userList = APIModel("UserList", .object("Users.", ["data": .list("", of: .model(user))]))

    static let group = APIModel(
        "Group",
        .object(
            "A group of users, who are named by their ids.",
            [
                "group_id": .text(), "group_name": .text(), "description": .text().orNull,
                "owner": .text("The user who owns it.").optional,
                "members": .list("All members, the owner included.", of: .text()),
                "members_info": .list(
                    "The same, with their roles.",
                    of: .object(
                        "",
                        [
                            "user_id": .text(),
                            "role": .choice("", GroupRecord.Role.allCases.map(\.rawValue)),
                        ])),
            ]))

    static let groupList = APIModel(
        "GroupList",
        .object("A page of groups.", ["pagination": .model(pagination), "data": .list("", of: .model(group))]))

    // MARK: - Logins

    static let login = APIModel(
        "Login",
        .object(
            "Tokens, as RFC 6749 has them.",
            [
                "access_token": .text("For the header `Authorization: Bearer …`."), "token_type": .text("`Bearer`."),
                "expires_in": .integer("Seconds for which it is good."),
                "refresh_token": .text("With which the login is renewed; good once."),
                "refresh_expires_in": .integer("Seconds for which that is good."),
                "scope": .text("What the token is good for, with blanks between."),
                "id_token": .text("Who has logged in, as a JWT."),
            ]))

    static let openIDConfiguration = APIModel(
        "OpenIDConfiguration",
        .object(
            "What an OpenID provider says of itself.",
            [
                "issuer": .text("", format: "uri"), "token_endpoint": .text("", format: "uri"),
                "grant_types_supported": .list("", of: .text()),
                "token_endpoint_auth_methods_supported": .list("", of: .text()),
                "response_types_supported": .list("", of: .text()),
                "subject_types_supported": .list("", of: .text()),
                "id_token_signing_alg_values_supported": .list("", of: .text()),
            ]))

    // MARK: - Structures

    static let facets = APIModel(
        "Facets",
        .object(
            "How often values occur in structures.",
            [
                "data": .map(
                    "By property: its values, the most frequent first.",
                    of: .list(
                        "",
                        of: .object(
                            "",
                            [
                                "value": .any("A text, a number or a truth value."),
                                "count": .integer("Structures that have it."),
                            ]))),
                "meta": .object("", ["data_returned": .integer("Structures that match.")]),
            ]))

    // MARK: - The server

    static let status = APIModel(
        "Status",
        .object(
            "How the server is.",
            [
                "version": .text("Of the software."), "time": .time("Now."), "started": .time("Since when it runs."),
                "uptime_seconds": .number(), "memory_bytes": .integer("Resident memory."),
                "requests_running": .integer("Requests that are being answered, this one included."),
                "disk": .object(
                    "Bytes on the medium, and numbers of files.",
                    [
                        "measured": .time("When."), "records_bytes": .integer("Of the database."),
                        "uploads_bytes": .integer("Of raw files and archives."),
                        "archives_bytes": .integer("Of archives alone."), "archive_files": .integer(),
                        "incoming_bytes": .integer("Of what is still to be imported."),
                        "files": .integer("Of uploads, archives included."),
                        "free_bytes": .integer("Null where it is not known.").orNull,
                    ]),
                "indexes": .list(
                    "The search indexes.",
                    of: .object(
                        "",
                        [
                            "name": .text(), "entries": .integer(), "segments": .integer(),
                            "memory_bytes": .integer("Null where it is not known.").orNull,
                        ])),
                "jobs": .object(
                    "Ids of uploads.",
                    [
                        "running": .list("Those that are being processed.", of: .text()),
                        "waiting": .list("Those that come next, in this order.", of: .text()),
                    ]),
                "slow_requests": .list(
                    "The last requests that took half a second or longer, the newest first.",
                    of: .object(
                        "",
                        [
                            "time": .time("When."), "method": .text(), "path": .text("Without the query."),
                            "status": .integer(), "milliseconds": .number("Until the answer began."),
                        ])),
            ]))
}
