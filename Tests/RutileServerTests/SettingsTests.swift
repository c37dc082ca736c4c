import FoundationEssentials
import Logging
import RutileClient
import OptimadeAPI
import RutileGraph
import RutileJSON
import RutileModel
import RutileServer
import Testing

struct SettingsTests {
    @Test func flagsWinOverTheEnvironmentAndThatOverTheFile() throws {
        let file = [
            SettingEntry("server.port", "1", from: .file("f", line: 1)),
            SettingEntry("server.host", "a", from: .file("f", line: 2)),
            SettingEntry("data", "x", from: .file("f", line: 3)),
        ]
        let environment = ["RUTILE_SERVER_PORT": "2", "RUTILE_SERVER_HOST": "b", "HOME": "h"]
        let settings = try Settings(
            file: file, environment: environment, flags: [SettingEntry("server.port", "3", from: .flag("--port"))])
        #expect(settings.server.port == 3)
        #expect(settings.server.host == "b")
        #expect(settings.data == "x")
    }

    @Test func everySettingHasAnEnvironmentVariable() throws {
        let settings = try Settings(environment: [
            "RUTILE_VISIBILITY_EMBARGOED_METADATA": "public", "RUTILE_VISIBILITY_USER_EMAIL": "public",
            "RUTILE_LIMITS_REQUESTS_PER_SECOND": "0", "RUTILE_LOG_FORMAT": "json", "RUTILE_LOG_LEVEL": "warning",
            "RUTILE_SERVER_BASE_PATH": "prod/v1/", "RUTILE_DATA": "d", "RUTILE_LIMITS_ANSWER_NODES": "7",
        ])
        #expect(settings.visibility.embargoedMetadata == .public)
        #expect(settings.visibility.userEmail == .public)
        #expect(settings.limits.requestsPerSecond == 0)
        #expect(settings.log.format == .json)
        #expect(settings.log.level == .warning)
        #expect(settings.server.basePath == "/prod/v1")
        #expect(settings.data == "d")
        #expect(settings.limits.graph.answerNodes == 7)
    }

    @Test func allThatIsWrongIsNamedWithItsPlace() {
        let error = #expect(throws: SettingsError.self) {
            try Settings(
                file: SettingsFile(text: "server:\n  prot: 80\n  port: eighty\n", path: "rutile.yaml").entries,
                environment: ["RUTILE_VISIBILITY_USER_EMIAL": "public", "RUTILE_PYTHON": "python3"],
                flags: [SettingEntry("log.level", "loud", from: .flag("--set"))])
        }
        #expect(
            error?.problems == [
                "RUTILE_VISIBILITY_USER_EMIAL: unknown setting, did you mean “RUTILE_VISIBILITY_USER_EMAIL”?",
                "rutile.yaml:2: unknown setting “server.prot”, did you mean “server.port”?",
                "rutile.yaml:3: server.port must be a whole number from 0 to 65535, not “eighty”",
                "--set: log.level must be one of trace, debug, info, notice, warning, error, critical, not “loud”",
            ])
    }

    @Test(
        arguments: [
            ("optimade.license", "CC-BY-4.0", true), ("optimade.license", "MIT OR CC0-1.0", true),
            ("optimade.license", "https://example.org/terms", true), ("optimade.license", "", true),
            ("optimade.license", "see the readme", false), ("optimade.implementation.maintainer", "a@b.org", true),
            ("optimade.implementation.maintainer", "somebody", false),
            ("optimade.implementation.source_url", "x", false),
        ])
    func whatTheServerSaysOfItselfHasTheRightForm(_ name: String, _ value: String, _ isGood: Bool) {
        let settings = try? Settings(flags: [SettingEntry(name, value, from: .flag("--set"))])
        #expect((settings != nil) == isGood)
    }

    @Test func theImplementationIsSaidAsItIsSet() throws {
        let optimade = try Settings(environment: [
            "RUTILE_OPTIMADE_IMPLEMENTATION_HOMEPAGE": "https://example.org",
            "RUTILE_OPTIMADE_IMPLEMENTATION_SOURCE_URL": "https://example.org/source",
            "RUTILE_OPTIMADE_IMPLEMENTATION_ISSUE_TRACKER": "https://example.org/issues",
            "RUTILE_OPTIMADE_IMPLEMENTATION_MAINTAINER": "m@example.org",
        ]).optimade.settings(version: "1")
        let implementation = optimade.implementation
        #expect(implementation.homepage == "https://example.org")
        #expect(implementation.sourceURL == "https://example.org/source")
        #expect(implementation.issueTracker == "https://example.org/issues")
        #expect(implementation.maintainerEmail == "m@example.org")
        #expect(Settings().optimade.settings(version: "1").implementation.homepage == nil)
    }

    @Test func whatIsNoSettingHidesNoOtherProblem() throws {
        let file = try SettingsFile(text: "limits:\n  body_bytes: [1]\nserver:\n  port: eighty\n", path: "f")
        let error = #expect(throws: SettingsError.self) { try Settings(file: file.entries, problems: file.problems) }
        #expect(
            error?.problems == [
                "f:2: limits.body_bytes must be a single value",
                "f:4: server.port must be a whole number from 0 to 65535, not “eighty”",
            ])
    }

    @Test(arguments: [
        "gateway:\n  allowed_networks: [127.0.0.0/8, 10.0.0.0/8]\n",
        "gateway:\n  allowed_networks:\n  - 127.0.0.0/8\n  - 10.0.0.0/8\n",
        "gateway.allowed_networks: 127.0.0.0/8,10.0.0.0/8\n",
    ])
    func aListMayBeWrittenAsOne(text: String) throws {
        let file = try SettingsFile(text: text, path: "f")
        let settings = try Settings(file: file.entries, problems: file.problems)
        #expect(settings.gateway.allowedNetworks == AddressRanges("127.0.0.0/8,10.0.0.0/8"))
        #expect(settings.gateway.allowedNetworks != AddressRanges())
    }

    @Test(arguments: ["[[127.0.0.0/8]]", "[127.0.0.0/8, ~]", "[\"127.0.0.0/8,10.0.0.0/8\"]"])
    func anItemOfAListIsASingleValue(list: String) throws {
        let file = try SettingsFile(text: "gateway:\n  allowed_networks: \(list)\n", path: "f")
        #expect(file.problems == ["f:2: each item of gateway.allowed_networks must be a single value"])
    }

    @Test func anEmptyVariableIsNotSetUnlessEmptyIsAValue() throws {
        let file = [
            SettingEntry("data", "x", from: .file("f", line: 1)),
            SettingEntry("server.base_path", "/p", from: .file("f", line: 2)),
        ]
        let settings = try Settings(
            file: file, environment: ["RUTILE_DATA": "", "RUTILE_SERVER_PORT": "", "RUTILE_SERVER_BASE_PATH": ""])
        #expect(settings.data == "x" && settings.server.port == 8080 && settings.server.basePath == "")
    }

    @Test func aFileMayNestOrDot() throws {
        let file = try SettingsFile(
            text: "# of the lab\nlimits.burst: 5\nvisibility:\n  user_email: public\n", path: "f")
        #expect(file.entries.map(\.key) == ["limits.burst", "visibility.user_email"])
        #expect(try SettingsFile(text: "", path: "f").entries.isEmpty)
        #expect(try SettingsFile(text: "# nothing\n", path: "f").entries.isEmpty)
    }

    @Test(arguments: [
        ("server: 5", "f:1: unknown setting “server”"), ("- a", "f:1: a configuration file is a mapping"),
        ("just text", "f:1: a configuration file is a mapping"),
        ("server:\n  port:\n", "f:2: server.port has no value"),
        ("server:\n  port: [1, 2]\n", "f:2: server.port must be a single value"), ("a: [", "f:2: not YAML: "),
        ("server:\n  host: a\n  host: b\n", "f:2: not YAML: “host” stands twice in one mapping"),
        ("server.port: 1\nserver:\n  port: 2\n", "f:3: server.port is set a second time"),
        ("a: \u{1}", "f: not YAML: "),
    ])
    func aFileThatIsNoMappingOfSettingsIsRefused(text: String, message: String) {
        let error = #expect(throws: SettingsError.self) {
            let file = try SettingsFile(text: text, path: "f")
            _ = try Settings(file: file.entries, problems: file.problems)
        }
        #expect(error?.problems.first?.hasPrefix(message) == true, "\(error?.description ?? "")")
        #expect(error?.problems.first?.contains("\n") == false)
    }

    @Test(
        arguments: [
            ("A, https://a.example/optimade, child", 1), ("", 0), ("A, https://a.example, child; ", 1),
            ("A, https://a.example, child; B, http://b.example/x, external, test, On trial, for now", 2),
            ("A, https://a.example, root", nil), ("A, a.example, child", nil), ("A, https://a.example", nil),
            ("A, https://a.example, child, maybe", nil), (", https://a.example, child", nil),
            ("A, https://a.example, child; A, https://b.example, child", nil),
        ] as [(String, Int?)])
    func otherDatabasesAreReadAsTheyAreWritten(_ text: String, _ count: Int?) throws {
        let setting = try #require(Setting.named("optimade.links"))
        var settings = Settings()
        #expect(setting.set(text, in: &settings) == (count != nil))
        #expect(settings.optimade.links.count == count ?? 0)
        guard count == 2 else { return }
        let attributes = settings.optimade.links[1].resource.attributes
        #expect(attributes["link_type"] == .string("external") && attributes["aggregate"] == .string("test"))
        #expect(attributes["no_aggregate_reason"] == .string("On trial, for now"))
    }

    @Test func everySettingReadsItsOwnDefault() {
        for setting in Setting.all where setting.key != "server.base_path" {
            var settings = Settings()
            #expect(setting.set(setting.defaultText, in: &settings), "\(setting.key)")
            #expect(
                !setting.set("no such value, ever\u{0}", in: &settings) || setting.typeName == "a text",
                "\(setting.key)")
        }
    }

    @Test func theDocumentationListsEverySettingAsItIs() throws {
        let path = Repository.root + "/docs/configuration.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for setting in Setting.all {
            let fallback = setting.defaultText.isEmpty ? "" : "`\(setting.defaultText)`"
            let row =
                "| `\(setting.key)` | `\(setting.variable)` | \(setting.typeName) | \(fallback) | \(setting.help) |"
            let isListed = text.contains(row)
            #expect(isListed, "\(row)")
        }
        for variable in Settings.otherVariables { #expect(text.contains("`\(variable)`")) }
    }
}

/// Where the repository is.
enum Repository {
    /// Three levels above this file.
    static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
        separator: "/")
}
