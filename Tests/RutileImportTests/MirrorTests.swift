import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import RutileTestSupport
import Synchronization
import Testing

struct MirrorTests {
    private let laboratory: ImportLaboratory
    private let server = ScriptedDatabase()

    init() throws { laboratory = try ImportLaboratory() }

    /// A run of the mirror of `base`.
    private func run(
        _ base: String = "https://example.org/optimade", _ change: (inout RetryPolicy) -> Void = { _ in },
        limits: Mirror.Limits = .init()
    ) async throws -> Mirror.File {
        var retries = RetryPolicy()
        change(&retries)
        let address = try #require(MirrorAddress(base))
        let mirror = Mirror(
            of: address, in: laboratory.directory, fetch: server.fetch, retries: retries, limits: limits,
            sleep: server.sleep)
        return try await mirror.run()
    }

    /// The error with which a run ends.
    private func failure(_ base: String = "https://example.org/optimade") async -> MirrorError? {
        do {
            _ = try await run(base)
            return nil
        } catch {
            return error as? MirrorError
        }
    }

    private func lines(_ file: Mirror.File) throws -> [Value] {
        try FileTree.read(file.path).split(separator: UInt8(ascii: "\n")).map { try Value(json: Array($0)) }
    }

    private func ids(_ file: Mirror.File, _ type: String = "structures") throws -> [String] {
        try lines(file).filter { $0["type"]?.text == type }.compactMap { $0["id"]?.text }
    }

    @Test func allPagesOfBothTypesBecomeOneFile() async throws {
        let file = try await run()
        #expect(try ids(file) == (0..<1_250).map { "s\($0)" })
        #expect(try ids(file, "references") == ["r0", "r1"])
        let lines = try lines(file)
        #expect(lines[0]["x-optimade"]?["api_version"] == .string("1.2.0"))
        #expect(lines[1]["meta"]?["provider"]?["prefix"] == .string("exmpl"))
        #expect(lines.contains { $0["id"] == .string("/") && $0["type"] == .string("info") })
        // Everything is asked for, and in large pages.
        let first = try #require(server.requests.first { $0.contains("/structures?") })
        #expect(first.contains("/v1/structures?page_limit=500&response_fields=nsites,_exmpl_gap,"))
        #expect(server.requests.count { $0.contains("/structures?") } == 3)
    }

    @Test func theFileIsImportedAndReplacedByTheNextMirror() async throws {
        let file = try await run()
        let report = try await laboratory.runOne([file.path]) { $0.uploadName = file.uploadName }
        #expect(report.entryCounts.added == 1_252)
        #expect(report.skipped.isEmpty)
        #expect(report.uploadName == "https://example.org/optimade/v1")
        #expect(try await laboratory.records.propertyDefinitions().map(\.name) == ["_exmpl_gap"])
        try file.remove()
        server.change { $0.structures = 3 }
        let second = try await run()
        #expect(try ids(second).count == 3)
        let again = try await laboratory.runOne([second.path]) { $0.uploadName = second.uploadName }
        #expect(again.upload == report.upload)
        #expect(try await laboratory.entries(of: report.upload).count == 5)
    }

    @Test func aRunThatWasBrokenOffIsGoneOnWith() async throws {
        server.change { $0.failures = ["page_offset=500": (503, 99)] }
        let error = await failure()
        guard case .unavailable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let asked = server.requests.count
        server.change { $0.failures = [:] }
        let file = try await run()
        #expect(try ids(file) == (0..<1_250).map { "s\($0)" })
        #expect(try ids(file, "references").count == 2)
        // Neither the information nor the first page was asked for again.
        #expect(server.requests.dropFirst(asked).first?.contains("page_offset=500") == true)
    }

    @Test func aLinkThatTheServerHasForgottenBeginsAnew() async throws {
        server.change { $0.failures = ["page_offset=500": (503, 99)] }
        _ = await failure()
        server.change { $0.failures = ["page_offset=500": (400, 1)] }
        #expect(try ids(try await run()) == (0..<1_250).map { "s\($0)" })
    }

    @Test func aFinishedMirrorAsksNothingAgain() async throws {
        _ = try await run()
        let asked = server.requests.count
        #expect(try ids(try await run()).count == 1_250)
        #expect(server.requests.count == asked)
    }

    @Test(arguments: [429, 500, 502, 503, 504])
    func aServerInTroubleIsAskedAgain(_ status: Int) async throws {
        server.change {
            $0.failures = ["page_offset=500": (status, 3)]
            $0.retryAfter = status == 429 ? 7 : nil
        }
        #expect(try ids(try await run()).count == 1_250)
        #expect(
            server.slept
                == (status == 429
                    ? [.seconds(7), .seconds(7), .seconds(7)] : [.seconds(1), .seconds(2), .seconds(4)]))
    }

    @Test func aBadConnectionIsTriedAgain() async throws {
        server.change { $0.failures = ["page_offset=500": (0, 2)] }
        #expect(try ids(try await run()).count == 1_250)
    }

    @Test func aServerThatRefusesLargePagesIsAskedForSmallerOnes() async throws {
        server.change { $0.mostEntries = 60 }
        #expect(try ids(try await run()).count == 1_250)
        #expect(server.requests.contains { $0.contains("page_limit=50&") })
    }

    @Test func aServerThatRefusesFieldsIsAskedWithoutThem() async throws {
        server.change { $0.refusesFields = true }
        #expect(try ids(try await run()).count == 1_250)
    }

    @Test func standardPropertiesAreAskedForThoughTheyAreNotListed() async throws {
        _ = try await run()
        let first = try #require(server.requests.first { $0.contains("/structures?") })
        for name in ["fractional_site_positions", "wyckoff_positions", "optimization_type", "last_modified"] {
            #expect(first.contains(",\(name),") || first.hasSuffix(",\(name)"), "\(name)")
        }
        #expect(!first.contains("=id,") && !first.contains(",id,") && !first.contains(",nsites"))
    }

    @Test func aServerThatKnowsOnlyWhatItListsIsAskedForThat() async throws {
        server.change { $0.failures = ["wyckoff_positions": (400, 99)] }
        #expect(try ids(try await run()).count == 1_250)
        #expect(server.requests.contains { $0.hasSuffix("page_limit=500&response_fields=nsites,_exmpl_gap") })
    }

    @Test(
        arguments: [
            "https://elsewhere.example/v1/structures", "https://example.org/optimade/v1/structures?page_offset={500}",
            "/optimade/v1/structures", "structures#1",
        ])
    func aLinkThatCannotBeFollowedIsAnErrorNotAnEnd(_ link: String) async throws {
        server.change { $0.links = ["page_offset=500": link] }
        guard case .malformed? = await failure() else {
            Issue.record("taken for the last page")
            return
        }
        // Once the server is well again the mirror goes on.
        server.change { $0.links = [:] }
        #expect(try ids(try await run()) == (0..<1_250).map { "s\($0)" })
    }

    @Test func fewerEntriesThanTheServerCountsAreAnErrorNotAnEnd() async throws {
        server.change { $0.links = ["page_offset=500": ""] }
        #expect(
            await failure()
                == .incomplete(
                    address: "https://example.org/optimade/v1/structures", type: "structures", entries: 500,
                    total: 1_250))
        // What was read is worth nothing, so the next run begins anew.
        server.change { $0.links = [:] }
        #expect(try ids(try await run()) == (0..<1_250).map { "s\($0)" })
    }

    @Test(
        arguments: [
            #"{"data": [{"type": "structures", "id": "s0"}], "meta": {"more_data_available": true}}"#,
            #"{"data": [], "links": {"next": "?page_offset=1"}, "meta": {"more_data_available": true}}"#,
            #"{"data": [{"type": "structures", "id": "s0"}], "links": {"next": 7}}"#,
        ])
    func anEndThatIsNoneIsAnError(_ page: String) async throws {
        server.change { $0.answers = ["/v1/structures?": page] }
        guard case .malformed? = await failure() else {
            Issue.record("taken for the last page")
            return
        }
    }

    @Test(
        arguments: [
            #"{"data": [{"type": "structures", "id": "s0"}], "links": {"next": null}, "meta": {"data_returned": 1}}"#,
            #"{"data": [{"type": "structures", "id": "s0"}], "links": {"next": {"href": null}}}"#,
            #"{"data": [{"type": "structures", "id": "s0"}], "links": {"next": {}}, "meta": {"data_returned": null}}"#,
            #"{"data": [{"type": "structures", "id": "s0"}], "meta": {"more_data_available": false}}"#,
        ])
    func allWaysToSayThatThereIsNoMoreAreUnderstood(_ page: String) async throws {
        server.change { $0.answers = ["/v1/structures?": page] }
        #expect(try ids(try await run()) == ["s0"])
    }

    @Test func aRefusalIsReportedWithItsReason() async throws {
        server.change { $0.failures = ["/v1/info": (404, 99)] }
        #expect(
            await failure()
                == .refused(address: "https://example.org/optimade/v1/info", status: 404, reason: "scripted"))
        #expect(server.slept.isEmpty)
    }

    @Test(
        arguments: [
            "http://internal.example/v1/structures?page_offset=500&page_limit=500",
            "?page_offset=500&page_limit=500",
            "/other/structures?page_offset=500&page_limit=500",
        ])
    func aLinkToElsewhereIsAQueryOfThisServer(_ link: String) async throws {
        server.change { $0.links = ["page_offset=500": link] }
        #expect(try ids(try await run()) == (0..<1_250).map { "s\($0)" })
        #expect(server.requests.allSatisfy { $0.hasPrefix("https://example.org/optimade/v1/") })
    }

    @Test func aLinkThatLeadsBackIsAnEndNotALoop() async throws {
        server.change {
            $0.links = ["page_offset=1000": "https://example.org/optimade/v1/structures?page_offset=500&page_limit=500"]
        }
        let error = await failure()
        guard case .endless? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Pages of 500 that begin at these places; behind the last one comes the first of the circle.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [[500], [500, 1000, 1500], [1500], [500, 700, 900, 1100, 1300, 1500, 1700, 1900]])
    func pagesThatGoRoundAreAnErrorHoweverManyTheyAre(_ circle: [Int]) async throws {
        let base = "https://example.org/optimade/v1/structures?page_offset="
        var pages: [String: String] = [:]
        for (place, next) in zip([0, 500] + circle, [500] + circle + [circle[0]]) {
            let part = place == 0 ? "/structures?page_limit" : "page_offset=\(place)&"
            pages[part] =
                #"{"data": [{"type": "structures", "id": "s\#(place)"}], "links": {"next": "\#(base)\#(next)&x"}}"#
        }
        server.change { [pages] in $0.answers = pages }
        guard case .endless? = await failure() else {
            Issue.record("not noticed")
            return
        }
        #expect(server.requests.count < 40)
        // What was read is worth nothing, so the next run begins anew.
        server.change { $0.answers = [:] }
        #expect(try ids(try await run()) == (0..<1_250).map { "s\($0)" })
    }

    @Test(.timeLimit(.minutes(1))) func aCircleIsFoundAlsoWhenTheRunIsBrokenOffAgainAndAgain() async throws {
        let base = "https://example.org/optimade/v1/structures?page_offset="
        func page(_ place: Int, _ next: Int) -> String {
            #"{"data": [{"type": "structures", "id": "s\#(place)"}], "links": {"next": "\#(base)\#(next)&x"}}"#
        }
        let pages = [
            "/structures?page_limit": page(0, 1), "page_offset=1&": page(1, 2), "page_offset=2&": page(2, 3),
            "page_offset=3&": page(3, 1),
        ]
        var last: MirrorError?
        for run in 0..<20 {
            server.change {
                $0.answers = pages
                $0.failures = ["page_offset=\(run % 3 + 1)&": (503, 8)]
            }
            last = await failure()
            if case .endless? = last { break }
        }
        guard case .endless? = last else {
            Issue.record("\(String(describing: last))")
            return
        }
    }

    @Test(.timeLimit(.minutes(1))) func manyMoreEntriesThanTheServerCountsAreAnError() async throws {
        let base = "https://example.org/optimade/v1/structures?page_offset="
        server.change {
            $0.answers = [
                "/structures?page_limit": #"{"data": [{"type": "structures", "id": "a"}], "#
                    + #""links": {"next": "\#(base)1"}, "meta": {"data_returned": 1}}"#,
                "page_offset=1": #"{"data": [{"type": "structures", "id": "b"}], "#
                    + #""links": {"next": "\#(base)2"}, "meta": {"data_returned": 1}}"#,
                "page_offset=2": #"{"data": [{"type": "structures", "id": "c"}], "#
                    + #""links": {"next": "\#(base)3"}, "meta": {"data_returned": 1}}"#,
            ]
        }
        #expect(
            await failure() == .surplus(address: base + "2", type: "structures", entries: 3, total: 1))
    }

    @Test func everyPauseIsTold() async throws {
        server.change { $0.failures = ["page_offset=500": (503, 2)] }
        let pauses = Mutex<[Mirror.Pause]>([])
        let address = try #require(MirrorAddress("https://example.org/optimade"))
        let mirror = Mirror(
            of: address, in: laboratory.directory, fetch: server.fetch, sleep: server.sleep,
            pausing: { pause in pauses.withLock { $0.append(pause) } })
        _ = try await mirror.run()
        #expect(pauses.withLock { $0.map(\.trouble) } == ["no answer (503)", "no answer (503)"])
        #expect(pauses.withLock { $0.map(\.time) } == [.seconds(1), .seconds(2)])
    }

    @Test func aRedirectionOnTheSameHostIsFollowedOnce() async throws {
        server.change { $0.redirect = ("http://example.org/v1/info", "https://example.org/optimade/v1/info") }
        let file = try await run("http://example.org")
        #expect(try ids(file).count == 1_250)
        server.change { $0.redirect = ("https://example.org/v1/info", "https://elsewhere.example/v1/info") }
        #expect(
            await failure("https://example.org")
                == .moved(address: "https://example.org/v1/info", to: "https://elsewhere.example/v1/info"))
    }

    @Test func whatIsNoOptimadeAnswerIsRefused() async throws {
        server.change { $0.answers = ["/v1/info": "<html>"] }
        guard case .malformed? = await failure() else {
            Issue.record("not refused")
            return
        }
        server.change { $0.answers = ["page_offset=500": #"{"data": null}"#] }
        guard case .malformed? = await failure() else {
            Issue.record("not refused")
            return
        }
    }

    @Test func theServersWishForTimeIsHonoured() async throws {
        server.change { $0.delay = 1.5 }
        _ = try await run()
        #expect(server.slept == [.milliseconds(1_500), .milliseconds(1_500)])
    }

    @Test func aDatabaseMayNotFillTheDisk() async throws {
        var limits = Mirror.Limits()
        limits.file = 50_000
        await #expect(throws: MirrorError.self) { try await run(limits: limits) }
    }
}

struct MirrorAddressTests {
    @Test(
        arguments: [
            ("https://example.org", "https://example.org/v1"), ("https://example.org/", "https://example.org/v1"),
            ("HTTPS://Example.org:443/optimade", "https://example.org/optimade/v1"),
            ("http://example.org:8080/a/v1", "http://example.org:8080/a/v1"),
            ("https://example.org/a/v1.2/", "https://example.org/a/v1.2"),
            ("https://example.org/vault", "https://example.org/vault/v1"),
            ("https://example.org/v2/optimade", "https://example.org/v2/optimade/v1"),
            ("https://example.org/structures", "https://example.org/structures/v1"),
        ])
    func aBaseURLGetsAVersion(_ text: String, _ address: String) {
        #expect(MirrorAddress(text)?.text == address)
    }

    @Test(
        arguments: [
            "", "example.org", "ftp://example.org", "https://", "https://user@example.org", "https://example.org?x=1",
            "https://example.org/#a", "https://example.org/optimade/v1/structures",
            "https://example.org/v1.2/info/structures",
            "https://example.org/a b", "https://example.org/\u{E9}",
        ])
    func otherTextsAreNoAddress(_ text: String) {
        #expect(MirrorAddress(text) == nil)
    }

    @Test func onlyAddressesLookLikeOnes() {
        #expect(MirrorAddress.isAddress("https://x") && MirrorAddress.isAddress("HTTP://x"))
        #expect(!MirrorAddress.isAddress("https:/x") && !MirrorAddress.isAddress("data.jsonl"))
    }
}

/// A database that answers as a script says; no network.
final class ScriptedDatabase: Sendable {
    struct Script {
        var structures = 1_250
        var mostEntries = 500
        var refusesFields = false
        /// By a part of the address: status and how many times it is answered; 0 is a broken connection.
        var failures: [String: (status: Int, times: Int)] = [:]
        var retryAfter: Int?
        /// By a part of the next page's address, what stands in its place.
        var links: [String: String] = [:]
        /// By a part of the address, the whole body.
        var answers: [String: String] = [:]
        var redirect: (from: String, to: String)?
        var delay: Double?
        var requests: [String] = []
        var slept: [Duration] = []
    }

    private let script = Mutex(Script())
    private static let base = "https://example.org/optimade/v1"

    /// What was asked for.
    var requests: [String] { script.withLock { $0.requests } }

    /// How long was waited, each time.
    var slept: [Duration] { script.withLock { $0.slept } }

    var sleep: @Sendable (Duration) async throws -> Void {
        { [self] duration in script.withLock { $0.slept.append(duration) } }
    }

    func change(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }

    private struct BrokenConnection: Error {}

    var fetch: MirrorFetch {
        { [self] address, _ in
            try script.withLock { script in
                script.requests.append(address)
                for (part, failure) in script.failures where address.contains(part) && failure.times > 0 {
                    script.failures[part] = (failure.status, failure.times - 1)
                    if failure.status == 0 { throw BrokenConnection() }
                    return FetchedAnswer(
                        status: failure.status, retryAfter: script.retryAfter,
                        body: Array(#"{"errors": [{"detail": "scripted"}]}"#.utf8))
                }
                if let redirect = script.redirect, address == redirect.from {
                    return FetchedAnswer(status: 301, location: redirect.to, body: [])
                }
                for (part, body) in script.answers where address.contains(part) {
                    return FetchedAnswer(status: 200, body: Array(body.utf8))
                }
                return Self.answer(address, script)
            }
        }
    }

    private static func answer(_ address: String, _ script: Script) -> FetchedAnswer {
        let parts = address.split(separator: "?", maxSplits: 1).map(String.init)
        guard parts[0].hasPrefix(base) else { return FetchedAnswer(status: 404, body: []) }
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        func number(_ name: String) -> Int? {
            query.first { $0.hasPrefix(name + "=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
        }
        switch parts[0].dropFirst(base.count) {
        case "/info":
            return document(
                #"{"type": "info", "id": "/", "attributes": {"available_endpoints": ["structures", "references"]}}"#)
        case "/info/structures":
            return document(
                #"{"type": "info", "id": "structures", "properties": {"id": {"type": "string"}, "nsites": "#
                    + #"{"type": "integer"}, "_exmpl_gap": {"type": "float"}, "bad name": {}}}"#)
        case "/info/references":
            return document(#"{"type": "info", "id": "references", "properties": {"year": {"type": "string"}}}"#)
        case "/references":
            return document(
                #"[{"type": "references", "id": "r0", "attributes": {"year": "1"}}, {"type": "references", "id": "r1"}]"#
            )
        case "/structures":
            if script.refusesFields && query.contains(where: { $0.hasPrefix("response_fields=") }) {
                return FetchedAnswer(status: 400, body: [])
            }
            let limit = number("page_limit") ?? 20
            guard limit <= script.mostEntries else { return FetchedAnswer(status: 403, body: []) }
            let start = number("page_offset") ?? 0
            let end = min(start + limit, script.structures)
            let items = (start..<end).map {
                #"{"type": "structures", "id": "s\#($0)", "links": {"self": "x"}, "#
                    + #""attributes": {"structure_features": [], "_exmpl_gap": \#($0)}}"#
            }
            var next: String?
            if end < script.structures {
                next = "\(base)/structures?page_offset=\(end)&page_limit=\(limit)"
                for (part, link) in script.links where next?.contains(part) == true { next = link }
            }
            return document(
                "[\(items.joined(separator: ","))]", next: next, total: script.structures, delay: script.delay)
        default: return FetchedAnswer(status: 404, body: [])
        }
    }

    private static func document(
        _ data: String, next: String? = nil, total: Int = 0, delay: Double? = nil
    ) -> FetchedAnswer {
        let link = next.map { "\"\($0)\"" } ?? "null"
        let delay = delay.map { #", "request_delay": \#($0)"# } ?? ""
        return FetchedAnswer(
            status: 200,
            body: Array(
                """
                {"data": \(data), "links": {"next": \(link)}, "meta": {"api_version": "1.2.0", "data_returned": \(total),
                 "provider": {"name": "E", "description": "d", "prefix": "exmpl"}\(delay)}}
                """.utf8))
    }
}
