import ArgumentParser
import RutileJSON
import RutileModel
import RutileServer
import RutileSQLite
import RutileStore

/// `rutile user`: who can log in.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Make users, change their passwords, disable them.",
        discussion: "A user is named by id or username. A running server knows of all changes at once.",
        subcommands: [Add.self, List.self, Password.self, Disable.self, Enable.self])

    /// `rutile user add USERNAME`
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make a user; the id is printed.",
            discussion: "The password is asked for, or is the first line of standard input where that is no terminal.")

        @Argument(help: "What the user logs in with; nobody else may have it.")
        var username: String
        @Option(help: "First name.")
        var firstName: String?
        @Option(help: "Last name.")
        var lastName: String?
        @Option(help: "E-mail address.")
        var email: String?
        @Option(help: "Institution.")
        var affiliation: String?
        @Flag(help: "The user may read and change everything.")
        var admin = false
        @Flag(help: "The user cannot log in by password; tokens can be issued all the same.")
        var noPassword = false
        @OptionGroup var data: DataOption

        func validate() throws {
            let isName =
                !username.isEmpty && username.utf8.count <= 128
                && username.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            guard isName else {
                throw ValidationError("A username has 1 to 128 bytes and no blanks.")
            }
            let parts = email?.split(separator: "@", omittingEmptySubsequences: false)
            if let email, parts?.count != 2 || parts?.contains("") == true || email.contains(where: \.isWhitespace) {
                throw ValidationError("“\(email)” is no e-mail address.".visible)
            }
        }

        func run() async throws {
            try await Curating.run(in: data) { _, records in
                // Before the password is typed.
                guard try await records.user(named: username) == nil else {
                    throw StoreError.alreadyExists(kind: "username", id: username)
                }
                var user = UserRecord(id: UserID(RandomText.id()), username: username)
                user.firstName = firstName
                user.lastName = lastName
                user.email = email
                user.affiliation = affiliation
                user.created = .now()
                user.isAdmin = admin
                if !noPassword {
                    user.passwordHash = try PasswordHash(of: try SecretInput.newPassword(for: username)).phc
                }
                var change = RecordChange(existing: .refuse)
                change.users = [user]
                try await records.apply(change)
                print(user.id.text)
            }
        }
    }

    /// `rutile user list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List users: id, username, name, and what is special about them.")

        @Flag(help: "Print a JSON list.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                let users = try await records.snapshot().allUsers()
                if json { return Curating.print(.list(users.map(Self.object))) }
                for user in users {
                    let marks = [
                        user.isAdmin ? "administrator" : nil, user.isDisabled ? "disabled" : nil,
                        user.passwordHash == nil ? "no password" : nil,
                    ].compactMap(\.self)
                    let name = user.documentValue(of: "name", showsEmail: true)?.text
                    let fields: [String?] = [user.id.text, user.username, name, marks.joined(separator: ", ")]
                    print(fields.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "  ").visible)
                }
            }
        }

        private static func object(_ user: UserRecord) -> Value {
            var object = user.document(showsEmail: true).object ?? ObjectValue()
            object["is_disabled"] = .bool(user.isDisabled)
            object["has_password"] = .bool(user.passwordHash != nil)
            return .object(object)
        }
    }

    /// `rutile user password USER`
    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "password", abstract: "Give a user a new password, and end all logins.",
            discussion: """
                The password is asked for, or is the first line of standard input where that is no terminal. Tokens of \
                “rutile token issue” stay good.
                """)

        @Argument(help: "The user's id or username.")
        var user: String
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { _, records in
                let id = try await records.userID(user)
                let hash = try PasswordHash(of: try SecretInput.newPassword(for: user)).phc
                _ = try await records.editUser(id) { $0.passwordHash = hash }
                let logins = try await records.tokens(of: id).filter { $0.use != .personal }
                _ = try await records.revoke(Set(logins.map(\.id)))
                print("\(user) has a new password".visible)
            }
        }
    }

    /// `rutile user disable USER`
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Let a user do nothing any more, whatever tokens they have.",
            discussion: "What the user owns stays, and others see it as before.")

        @Argument(help: "The user's id or username.")
        var user: String
        @OptionGroup var data: DataOption

        func run() async throws { try await UserCommand.set(user, isDisabled: true, in: data) }
    }

    /// `rutile user enable USER`
    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Take back that a user is disabled.",
            discussion: "Tokens that were issued before, and have not expired or been revoked, are good again.")

        @Argument(help: "The user's id or username.")
        var user: String
        @OptionGroup var data: DataOption

        func run() async throws { try await UserCommand.set(user, isDisabled: false, in: data) }
    }

    private static func set(_ user: String, isDisabled: Bool, in data: DataOption) async throws {
        try await Curating.run(in: data, create: false) { _, records in
            let id = try await records.userID(user)
            _ = try await records.editUser(id) { $0.isDisabled = isDisabled }
            print("\(user) is \(isDisabled ? "disabled" : "enabled")".visible)
            if isDisabled, try await !records.snapshot().allUsers().contains(where: { $0.isAdmin && !$0.isDisabled }) {
                printError("warning: there is no administrator any more who can log in")
            }
        }
    }
}
