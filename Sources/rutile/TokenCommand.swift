import ArgumentParser
import RutileJSON
import RutileModel
import RutileServer
import RutileSQLite
import RutileStore

/// `rutile token`: tokens by which clients say who they are.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Issue tokens for clients, list them, revoke them.",
        discussion: "A running server knows of all changes at once.",
        subcommands: [Issue.self, List.self, Revoke.self, RotateKey.self])

    /// `rutile token issue`: prints one token.
    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue", abstract: "Print a token for a user.",
            discussion:
                "Clients send it as “Authorization: Bearer TOKEN”. Whoever has it is that user until it expires.")

        @Option(help: "The user's id or username.")
        var user: String
        @Option(help: ArgumentHelp("How long the token is good.", valueName: "days"))
        var expires = 90
        @Option(help: "What the token is for, to tell it from others in lists.")
        var name = ""
        @Option(
            help: ArgumentHelp(
                "What the token is good for; may be repeated. Default: everything that the user may.",
                valueName: "scope"))
        var scope: [TokenScope] = []
        @OptionGroup var data: DataOption

        func validate() throws {
            guard (1...3_650).contains(expires) else { throw ValidationError("--expires must be 1 to 3650 days.") }
        }

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                let issued = try await TokenAuthority(records).issue(
                    for: try await records.userID(user), .personal, name: name, scopes: scope.isEmpty ? nil : scope,
                    lifetime: .seconds(expires * 86_400))
                print(issued.text)
            }
        }
    }

    /// `rutile token list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List tokens that are good, the oldest first.",
            discussion: "Tokens themselves are not kept, so none can be shown again.")

        @Option(help: "Id or username of the one user whose tokens are wanted.")
        var user: String?
        @Flag(help: "Print a JSON list.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                var id: UserID?
                if let user { id = try await records.userID(user) }
                let now = Timestamp.now()
                let tokens = try await records.tokens(of: id).filter { $0.expires > now }
                if json { return Curating.print(.list(tokens.map(Self.object))) }
                for token in tokens {
                    let fields = [
                        token.id.text, token.user.text, token.use.rawValue,
                        "until \(token.expires.text(offset: "Z"))", token.scopes?.joined(separator: ",") ?? "",
                        token.name,
                    ]
                    print(fields.filter { !$0.isEmpty }.joined(separator: "  ").visible)
                }
            }
        }

        private static func object(_ token: TokenRecord) -> Value {
            .members([
                "token_id": .string(token.id.text), "user_id": .string(token.user.text),
                "use": .string(token.use.rawValue), "name": .string(token.name),
                "scopes": token.scopes.map { .list($0.map(Value.string)) } ?? .null,
                "key": .string(token.key), "created": .string(token.created.text(offset: "Z")),
                "expires": .string(token.expires.text(offset: "Z")),
            ])
        }
    }

    /// `rutile token revoke`
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "Make tokens worthless at once.")

        @Argument(help: "Ids of tokens, as “rutile token list” prints them.")
        var tokens: [String] = []
        @Option(help: "Id or username of the user all of whose tokens are revoked.")
        var user: String?
        @OptionGroup var data: DataOption

        func validate() throws {
            guard tokens.isEmpty != (user == nil) else { throw ValidationError("Name tokens, or a user.") }
        }

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                var wanted = Set(tokens.map { TokenID($0) })
                if let user {
                    wanted = Set(try await records.tokens(of: try await records.userID(user)).map(\.id))
                }
                let revoked = try await records.revoke(wanted)
                print("\(revoked.count) tokens revoked")
                let unknown = wanted.subtracting(revoked).sorted()
                if user == nil, !unknown.isEmpty {
                    throw ExitCode.after(saying: unknown.map { "there is no token \($0)" })
                }
            }
        }
    }

    /// `rutile token rotate-key`
    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key", abstract: "Sign tokens with a new key from now on.",
            discussion: """
                Tokens that were signed before stay good until they expire or are revoked. It happens by itself every \
                \(TokenAuthority.keyDays) days.
                """)

        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                print("the new key is \(try await TokenAuthority(records).rotateKey().id)")
            }
        }
    }
}

extension TokenScope: ExpressibleByArgument {}
