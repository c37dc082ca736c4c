import Logging
import OptimadeAPI
import RutileClient
import RutileGateway
import RutileGraph
import RutileModel

/// One thing that can be set: in the configuration file, in the environment, by a flag.
package struct Setting: Sendable {
    /// Its name in the configuration file, `limits.body_bytes`: a section and a key.
    package let key: String
    /// What it means, in one line.
    package let help: String
    /// What its values are, for people.
    package let typeName: String
    /// The spelling of its default.
    package let defaultText: String
    /// Whether it has several values: with commas between them, or as a list in the configuration file.
    package let isList: Bool
    private let apply: @Sendable (String, inout Settings) -> Bool

    private init<Value>(
        _ key: String, _ member: any WritableKeyPath<Settings, Value> & Sendable, _ type: SettingType<Value>,
        _ help: String
    ) {
        self.key = key
        self.help = help
        typeName = type.name
        isList = type.isList
        defaultText = type.text(Settings()[keyPath: member])
        apply = { text, settings in
            guard let value = type.read(text) else { return false }
            settings[keyPath: member] = value
            return true
        }
    }

    /// Its name in the environment: `RUTILE_LIMITS_BODY_BYTES`.
    package var variable: String {
        "RUTILE_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// Sets `settings` to the value that `text` spells; `false`, and nothing is set, when it spells none.
    package func set(_ text: String, in settings: inout Settings) -> Bool { apply(text, &settings) }

    /// The setting called `key`.
    package static func named(_ key: String) -> Setting? {
        all.first { $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// All settings, in the order of `docs/configuration.md`.
    package static let all: [Setting] = [
        Setting("data", \.data, .text, "The data directory."),
        Setting("server.host", \.server.host, .text, "Name or address to listen on; 0.0.0.0 or :: for all."),
        Setting("server.port", \.server.port, .integer(0...65_535), "Port to listen on; 0 takes a free one."),
        Setting(
            "server.base_path", \.server.basePath, .path,
            "Prefix of every path but /-/…, for a server behind a proxy."),
        Setting(
            "server.url", \.server.url, .address,
            "Address of the server with its base path, as others see it, where it is not what requests say."),
        Setting(
            "login.token_minutes", \.login.tokenMinutes, .integer(1...525_600),
            "Minutes for which a token is good that a login gives."),
        Setting(
            "login.refresh_days", \.login.refreshDays, .integer(1...3_650),
            "Days after which a login cannot be renewed any more."),
        Setting(
            "visibility.user_email", \.visibility.userEmail, .choice,
            "Who sees e-mail addresses: members (the user and administrators) or public (everybody)."),
        Setting(
            "visibility.embargoed_metadata", \.visibility.embargoedMetadata, .choice,
            "Who sees documents of embargoed entries: members (of the upload) or public (everybody)."),
        Setting(
            "limits.body_bytes", \.limits.bodyBytes, .integer(1_024...(4 << 20)),
            "Size of a request's body; beyond it 413."),
        Setting(
            "limits.requests_per_second", \.limits.requestsPerSecond, .integer(0...1_000_000),
            "Requests per second and client address, on average; beyond it 429. 0 is no limit; loopback has none."),
        Setting(
            "limits.burst", \.limits.burst, .integer(1...1_000_000),
            "Requests that a client may make at once after a pause."),
        Setting(
            "limits.request_seconds", \.limits.requestSeconds, .integer(1...3_600),
            "Time until an answer must be ready; beyond it 503."),
        Setting(
            "limits.upload_bytes", \.limits.uploadBytes, .integer(1_024...Int.max),
            "Size of the files that are sent in one request, as they are sent; beyond it 413."),
        Setting(
            "limits.unpublished_uploads", \.limits.unpublishedUploads, .integer(0...1_000_000),
            "Unpublished uploads that an author may have; sending one more is refused with 400. Administrators have no limit."
        ),
        Setting(
            "limits.upload_jobs", \.limits.uploadJobs, .integer(1...64),
            "Uploads that are processed at once; others wait."),
        Setting(
            "limits.answer_nodes", \.limits.graph.answerNodes, .integer(1...Int.max),
            "Nodes of archives and documents that a graph request may visit; beyond it 422."),
        Setting(
            "limits.answer_bytes", \.limits.graph.answerBytes, .integer(1_024...Int.max),
            "Bytes of a graph request's answer; beyond it 422."),
        Setting(
            "limits.archives", \.limits.graph.archives, .integer(1...Int.max),
            "Archives that a graph request may open; beyond it 422."),
        Setting(
            "references.remote", \.references.remote, .installations,
            "Other installations to which references of archives are followed: what stands before /uploads/ in them."),
        Setting(
            "references.remote_archives", \.limits.graph.remoteArchives, .integer(1...10_000),
            "Archives of other installations that a graph request may read; beyond it 422."),
        Setting(
            "references.remote_bytes", \.references.remoteBytes, .integer(1_024...(1 << 30)),
            "Bytes that these may have together; what comes beyond it cannot be read."),
        Setting(
            "references.remote_seconds", \.references.remoteSeconds, .integer(1...600),
            "Time that a request waits for them in all; less where limits.request_seconds leaves less."),
        Setting(
            "optimade.provider.prefix", \.optimade.prefix, .prefix,
            "Prefix of the provider's own properties: _prefix_name."),
        Setting("optimade.provider.name", \.optimade.name, .text, "Name of who publishes the data."),
        Setting("optimade.provider.description", \.optimade.description, .text, "What the data are, in a sentence."),
        Setting("optimade.provider.homepage", \.optimade.homepage, .address, "The provider's web page."),
        Setting(
            "optimade.implementation.homepage", \.optimade.implementationHomepage, .address,
            "Web page of the server's software, as this installation has it."),
        Setting(
            "optimade.implementation.source_url", \.optimade.sourceURL, .address,
            "Where the source of the server's software can be had."),
        Setting(
            "optimade.implementation.issue_tracker", \.optimade.issueTracker, .address,
            "Where faults of the server can be reported."),
        Setting(
            "optimade.implementation.maintainer", \.optimade.maintainer, .mail,
            "E-mail address of who runs the server."),
        Setting(
            "optimade.license", \.optimade.license, .license,
            "Licence of the data: an SPDX identifier (CC-BY-4.0) or the address of its text; else that of the uploads."),
        Setting(
            "optimade.page_limit", \.optimade.pageLimit, .integer(1...10_000),
            "Entries of a page, where a request does not say."),
        Setting(
            "optimade.page_limit_max", \.optimade.pageLimitMax, .integer(1...10_000),
            "Entries of a page at most; beyond it 403."),
        Setting(
            "optimade.property_definitions", \.optimade.propertyDefinitions, .choice,
            "How /info/<type> writes types: flat (one word, for today's clients) or strict (a list, and properties of 1.3)."
        ),
        Setting(
            "optimade.request_delay", \.optimade.requestDelay, .integer(0...3_600),
            "Seconds that clients are asked to wait between requests; 0 says nothing."),
        Setting(
            "optimade.base_url", \.optimade.baseURL, .address,
            "Public address of the unversioned base URL, where it is not what requests say."),
        Setting(
            "optimade.links", \.optimade.links, .links,
            "Other databases that /links names; behind the type may stand ok, test, staging or no, and then the reason."
        ),
        Setting(
            "gateway.registration", \.gateway.limits.registration, .choice,
            "Who may register databases and gateways, and ask databases that are not registered."),
        Setting(
            "gateway.allowed_networks", \.gateway.allowedNetworks, .networks,
            "Addresses that the gateway asks although they are private; all others must be of the internet."),
        Setting(
            "gateway.providers", \.gateway.providers, .addresses,
            "Base URLs of lists of providers whose databases are registered at the start and with each check."),
        Setting(
            "gateway.check_minutes", \.gateway.checkMinutes, .integer(0...100_000),
            "Time between two checks of all registered databases; 0 for none."),
        Setting(
            "gateway.base_url", \.gateway.baseURL, .address,
            "Public address of the gateway's unversioned base URL, where it is not what requests say."),
        Setting(
            "gateway.database_seconds", \.gateway.limits.databaseSeconds, .integer(1...600),
            "Time that one database has for one page."),
        Setting(
            "gateway.query_seconds", \.gateway.limits.querySeconds, .integer(1...3_600),
            "Time that a stored query has in all."),
        Setting(
            "gateway.wait_seconds", \.gateway.limits.waitSeconds, .integer(1...3_600),
            "Time that a search or a merged list may take; always two seconds less than limits.request_seconds."),
        Setting(
            "gateway.local_entries", \.gateway.limits.localEntries, .integer(1...100_000),
            "Entries that are read of a database that cannot sort, or to find equal structures."),
        Setting(
            "gateway.databases", \.gateway.limits.databases, .integer(1...1_000),
            "Databases that are asked at once."),
        Setting(
            "gateway.stored_queries", \.gateway.limits.storedQueries, .integer(1...1_000_000),
            "Queries that are kept; beyond it the oldest go."),
        Setting(
            "gateway.queries_per_client", \.gateway.limits.queriesPerClient, .integer(1...10_000),
            "Stored queries of one client that run at once; beyond it 429."),
        Setting(
            "gateway.query_hours", \.gateway.limits.queryHours, .integer(1...100_000),
            "Hours after which queries go."),
        Setting(
            "gateway.reuse_seconds", \.gateway.limits.reuseSeconds, .integer(0...86_400),
            "Time during which an equal query is answered by the one that was made before."),
        Setting(
            "gateway.body_bytes", \.gateway.bodyBytes, .integer(1_024...(1 << 30)),
            "Size of a database's answer at most."),
        Setting(
            "gateway.retries", \.gateway.retries, .integer(0...10),
            "How often a database that answers 429 or 503 is asked again, as long as there is time."),
        Setting(
            "gateway.requests", \.gateway.requests, .integer(1...10_000),
            "Requests to databases that run at once."),
        Setting(
            "gateway.requests_per_server", \.gateway.requestsPerServer, .integer(1...1_000),
            "Requests to one database server that run at once."),
        Setting("log.level", \.log.level, .choice, "The least important lines that are logged."),
        Setting("log.format", \.log.format, .choice, "How lines are logged: text (key=value) or json."),
    ]
}
