import RutileClient
import RutileJSON
import Synchronization
import Testing

struct ArchiveQueryTests {
    /// A query of `server` whose time stands still but for those who wait.
    private func query(
        _ server: SimulatedNomad, login: NomadServer.Login = .anonymous, retries: Int = 4, concurrency: Int = 4,
        required: Value = "*", snapshot: DownloadSnapshot? = nil,
        _ change: (inout ArchiveQuery.Options) -> Void = { _ in }
    ) throws -> ArchiveQuery {
        var settings = NomadServer.Settings()
        settings.retry = RetryPolicy(retries: retries, firstPause: .seconds(4))
        settings.concurrency = concurrency
        settings.requestsPerSecond = 0
        var options = ArchiveQuery.Options()
        options.batchSize = 10
        change(&options)
        let nomad = try NomadServer(
            "http://nomad.example/prod/v1/api", login: login, settings: settings, transport: server,
            clock: FakeClock().clock)
        return ArchiveQuery(nomad, required: required, options: options, resuming: snapshot)
    }

    private func ids(_ archives: [Archive]) -> [String] { archives.map(\.entryID) }

    private func names(_ numbers: Range<Int>) -> [String] { numbers.map(SimulatedNomad.name) }

    @Test(arguments: [
        ("http://a.example", "http://a.example/api/v1"), ("http://a.example/", "http://a.example/api/v1"),
        ("http://a.example:8080/api/", "http://a.example:8080/api/v1"),
        ("https://a.example/prod/v1/api/v1", "https://a.example/prod/v1/api/v1"),
        ("https://a.example/prod/v1/api", "https://a.example/prod/v1/api/v1"),
        ("https://a.example/nomad-oasis", "https://a.example/nomad-oasis/api/v1"),
    ])
    func theAddressOfTheAPIIsFound(given: String, address: String) throws {
        #expect(try NomadServer(given).address == address)
    }

    @Test func allArchivesComeInOrderAndOnce() async throws {
        let server = SimulatedNomad(count: 257)
        let query = try query(server)
        let archives = try await query.download()
        #expect(ids(archives) == names(0..<257))
        #expect(archives.allSatisfy { $0["metadata"]["of"].string == $0.entryID })
        #expect(query.pendingCount == 0)
        #expect(try await query.download().isEmpty)
        #expect(server.mostAtOnce <= 4)
    }

    @Test func fetchListsAtLeastWhatWasAsked() async throws {
        let query = try query(SimulatedNomad(count: 257)) { $0.pageSize = 30 }
        #expect(try await query.fetch(50) == 60)
        #expect(query.entryList.map(\.entryID) == names(0..<60))
        #expect(query.total == 257)
        #expect(try await query.fetch() == 197)
        #expect(try await query.fetch() == 0)
        #expect(try await query.download(100).count == 100)
        #expect(query.entryList.count == 157)
        #expect(query.uploadList.map(\.count).reduce(0, +) == 157)
    }

    @Test func whatIsMissingIsFetchedOnTheWay() async throws {
        let query = try query(SimulatedNomad(count: 100)) { $0.pageSize = 30 }
        #expect(try await query.fetch(1) == 30)
        #expect(ids(try await query.download(50)) == names(0..<50))
        #expect(query.pendingCount == 10)
        #expect(ids(try await query.download()) == names(50..<60))
        var rest: [String] = []
        while case let more = try await query.download(25), !more.isEmpty { rest += ids(more) }
        #expect(rest == names(60..<100))
    }

    @Test func noMoreIsListedThanResultsMax() async throws {
        let server = SimulatedNomad(count: 100)
        let query = try query(server) {
            $0.resultsMax = 45
            $0.pageSize = 30
        }
        #expect(ids(try await query.download()) == names(0..<45))
        #expect(try await query.fetch() == 0)
        #expect(try await query.download(10).isEmpty)
        #expect(server.requests("/entries/query").count == 2)
    }

    @Test func aListMayBeginInTheMiddle() async throws {
        let query = try query(SimulatedNomad(count: 30)) { $0.after = "entry-00019x" }
        #expect(ids(try await query.download()) == names(20..<30))
        #expect(try await query.fetch() == 0)
    }

    @Test func theRequestIsAsTheAPIHasIt() async throws {
        let server = SimulatedNomad(count: 3)
        let nomad = try NomadServer("http://nomad.example", transport: server)
        let query = ArchiveQuery(
            nomad, query: ["results.material.elements": ["Ti"]], required: ["run[0]": ["program_name": "*"]])
        _ = try await query.download()
        let requests = server.requests
        #expect(
            requests.map(\.path)
                == ["entries/query", "entries/archive/query"].map { "http://nomad.example/api/v1/" + $0 })
        #expect(requests.first?.body["owner"]?.text == "visible")
        #expect(requests.first?.body["query"]?["results.material.elements"]?.items == ["Ti"])
        #expect(requests.last?.body["required"]?["run[0]"]?["program_name"]?.text == "*")
        #expect(requests.last?.body["pagination"]?["page_size"]?.integer == 3)
    }

    @Test func anEmptyObjectRequiresEverything() throws {
        let nomad = try NomadServer("http://nomad.example", transport: SimulatedNomad(count: 0))
        #expect(ArchiveQuery(nomad, required: [:]).required == "*")
    }

    // MARK: Trouble

    @Test(arguments: [
        SimulatedNomad.Fault.status(503), .status(429, retryAfter: 2), .status(500), .status(502), .status(504), .cut,
        .truncated, .noConnection, .shuffled, .twice, .fewer(3),
    ])
    func aServerInTroubleGivesEveryArchiveOnce(fault: SimulatedNomad.Fault) async throws {
        // No archive is in trouble twice: how often the client asks for one again is not what this is about.
        let troubled = Mutex<Set<String>>([])
        let server = SimulatedNomad(count: 120) { number, request in
            // The first request tells whether there is a server at all.
            guard number > 0, number % 3 == 1 else { return nil }
            let asked = request.body["query"]?["entry_id:any"]?.items?.compactMap(\.text) ?? []
            return troubled.withLock { troubled in
                defer { troubled.formUnion(asked) }
                return troubled.isDisjoint(with: asked) ? fault : nil
            }
        }
        let query = try query(server)
        #expect(ids(try await query.download()) == names(0..<120))
        #expect(query.failures.isEmpty)
    }

    @Test func aServerThatFailsTwiceIsAskedAThirdTime() async throws {
        let server = SimulatedNomad(count: 5) { number, _ in number < 2 ? .status(500) : nil }
        #expect(try await query(server).download().count == 5)
        #expect(server.requests("/entries/query").count == 3)
    }

    @Test func pausesGrowAndRetryAfterIsHeeded() async throws {
        let clock = FakeClock()
        let server = SimulatedNomad(count: 5) { number, _ in
            switch number {
            case 0, 1: .status(503)
            case 2: .status(503, retryAfter: 30)
            default: nil
            }
        }
        var settings = NomadServer.Settings()
        settings.requestsPerSecond = 0
        let nomad = try NomadServer(
            "http://nomad.example", settings: settings, transport: server, clock: clock.clock)
        #expect(try await ArchiveQuery(nomad).fetch() == 5)
        // Twice as long each time; the pause of one request is one of all of them.
        #expect(clock.clock.now() >= .seconds(4 + 8 + 30))
    }

    @Test func noMoreRequestsAreSentInASecondThanAllowed() async throws {
        let clock = FakeClock()
        var settings = NomadServer.Settings()
        settings.requestsPerSecond = 5
        settings.concurrency = 1
        let server = SimulatedNomad(count: 100)
        let nomad = try NomadServer("http://nomad.example", settings: settings, transport: server, clock: clock.clock)
        var options = ArchiveQuery.Options()
        options.batchSize = 5
        #expect(try await ArchiveQuery(nomad, options: options).download().count == 100)
        // One page and twenty batches: the first goes at once, the others a fifth of a second apart.
        #expect(clock.clock.now() == .seconds(4))
    }

    @Test func whatCannotBeHadStaysInTheListAndIsTriedAgain() async throws {
        let isHealed = Mutex(false)
        let server = SimulatedNomad(count: 40) { _, request in
            let isBad = request.body["query"]?["entry_id:any"]?.items?.contains("entry-00025") ?? false
            return isBad && !isHealed.withLock { $0 } ? .status(504) : nil
        }
        let query = try query(server, retries: 2)
        #expect(ids(try await query.download()) == names(0..<20) + names(30..<40))
        #expect(query.failures.map(\.entry.entryID) == names(20..<30))
        #expect(query.failures.allSatisfy { $0.reason.contains("504") })
        #expect(query.entryList.map(\.entryID) == names(20..<30))
        isHealed.withLock { $0 = true }
        #expect(ids(try await query.download()) == names(20..<30))
        #expect(query.failures.isEmpty)
    }

    @Test func entriesWithoutArchivesAreListedAsFailed() async throws {
        let query = try query(SimulatedNomad(count: 40, bare: ["entry-00007", "entry-00021"]))
        #expect(try await query.download().count == 38)
        #expect(query.failures.map(\.entry.entryID) == ["entry-00007", "entry-00021"])
        #expect(try await query.download().isEmpty)
    }

    @Test func anArchiveThatDoesNotFitFailsAlone() async throws {
        let query = try query(SimulatedNomad(count: 40), required: ["run[0]": "*"])
        #expect(try await query.download().count == 39)
        #expect(query.failures.map(\.entry.entryID) == ["entry-00013"])
        #expect(query.failures.first?.reason.contains("none list") ?? false)
    }

    @Test func anArchiveWithWhatJSONDoesNotHaveFailsAloneAndAtOnce() async throws {
        let deep = String(repeating: "[", count: 600) + "1" + String(repeating: "]", count: 600)
        for spelling in ["NaN", #""\ud800""#, deep] {
            let server = SimulatedNomad(count: 40) { _, request in
                request.path.hasSuffix("/archive/query")
                    ? .replaced(#""of":"entry-00013""#, by: #""of":\#(spelling)"#) : nil
            }
            let query = try query(server)
            #expect(ids(try await query.download()) == names(0..<13) + names(14..<40))
            #expect(query.failures.map(\.entry.entryID) == ["entry-00013"])
            #expect(query.failures.first?.reason.contains("JSON does not have") ?? false)
            // Four batches, one of which is divided four times: nothing is asked for again as it was.
            #expect(server.requests("/archive/query").count <= 4 + 2 * 4)
        }
    }

    @Test func archivesThatAllHaveWhatJSONDoesNotHaveAreAllListed() async throws {
        let server = SimulatedNomad(count: 40) { _, request in
            request.path.hasSuffix("/archive/query") ? .replaced(#""parsers/none""#, by: "Infinity") : nil
        }
        let query = try query(server)
        #expect(try await query.download().isEmpty)
        #expect(query.failures.count == 40)
    }

    @Test func whatIsNoJSONIsNotAskedForAgain() async throws {
        let server = SimulatedNomad(count: 40) { _, _ in .text("<html>\n<title>Login</title>") }
        let query = try query(server)
        for ask in [{ _ = try await query.download() }, { _ = try await query.count() }] {
            let error = await #expect(throws: ClientError.self) { try await ask() }
            #expect(error?.code == .notUnderstood)
            #expect(error?.detail.contains("“<html> <title>Login</title>”") ?? false)
            #expect(error?.detail.contains("http://nomad.example/prod/v1/api/v1/entries/query") ?? false)
        }
        #expect(server.requests.count == 2)
    }

    @Test func aServerThatHasBecomeALoginPageIsNotAskedForTheWholeList() async throws {
        let server = SimulatedNomad(count: 1_000) { number, _ in number > 5 ? .text("<html>") : nil }
        let query = try query(server, concurrency: 2)
        #expect(try await !query.download().isEmpty)
        #expect(server.requests.count < 20)
    }

    @Test func pagesThatRepeatAreAnErrorBehindTheArchivesOfTheFirst() async throws {
        let query = try query(SimulatedNomad(count: 100) { _, _ in .firstPage }) { $0.pageSize = 30 }
        var taken: [String] = []
        let error = await #expect(throws: ClientError.self) {
            for try await archive in query.archives() { taken.append(archive.entryID) }
        }
        #expect(error?.code == .notUnderstood)
        #expect(error?.detail.contains("“entry-00000” comes after “entry-00029”") ?? false)
        #expect(taken == names(0..<30))
    }

    @Test func anEntryWithoutAnIdIsAnError() async throws {
        let server = SimulatedNomad(count: 10) { _, _ in .replaced(#""entry_id":"entry-00003""#, by: #""entry":3"#) }
        let error = await #expect(throws: ClientError.self) { try await query(server).download() }
        #expect(error?.code == .notUnderstood)
        #expect(error?.detail.contains("have ids") ?? false)
    }

    @Test func aPageThatDoesNotSayWhetherThereAreOthersIsAnError() async throws {
        let server = SimulatedNomad(count: 30) { _, _ in .replaced(#""pagination":"#, by: #""paging":"#) }
        let error = await #expect(throws: ClientError.self) {
            try await query(server) { $0.pageSize = 10 }.download()
        }
        #expect(error?.code == .notUnderstood)
        #expect(error?.detail.contains("a page of entries") ?? false)
    }

    @Test(arguments: [(100, nil, 70), (99, nil, 0), (100, "entry-00005", 0)] as [(Int, String?, Int)])
    func entriesThatAreOnNoPageAreCounted(total: Int, after: String?, count: Int) async throws {
        let server = SimulatedNomad(count: 100) { number, request in
            let isLater = number > 0 && request.path.hasSuffix("/entries/query")
            return isLater ? .text(#"{"pagination": {"total": \#(total)}, "data": []}"#) : nil
        }
        let query = try query(server) {
            $0.pageSize = 30
            $0.after = after
        }
        #expect(query.unlistedCount == 0)
        #expect(try await query.download().count == 30)
        #expect(query.unlistedCount == count)
        let state = try DownloadSnapshot(json: query.snapshot.json)
        let again = try self.query(server, snapshot: state) { $0.after = after }
        #expect(again.unlistedCount == count)
    }

    @Test func aRequestThatIsRefusedForAllIsAnError() async throws {
        let server = SimulatedNomad(count: 40) { _, request in
            request.path.hasSuffix("/archive/query") ? .status(422) : nil
        }
        let query = try query(server)
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .refused)
        #expect(query.pendingCount == 40)
    }

    @Test func anArchiveThatAServerFailsOverTakesNoOthersWithIt() async throws {
        let bad = SimulatedNomad.name(17)
        let server = SimulatedNomad(count: 40) { _, request in
            let asked = request.body["query"]?["entry_id:any"]?.items?.compactMap(\.text) ?? []
            return asked.contains(bad) ? .status(500) : nil
        }
        let query = try query(server, retries: 2)
        #expect(ids(try await query.download()) == names(0..<17) + names(18..<40))
        #expect(query.entryList.map(\.entryID) == [bad])
        // The batch of ten three times, then 5, 3, 2 and 1 of it with their other halves, once each.
        #expect(server.requests("/archive/query").count < 20)
    }

    @Test func anArchiveThatIsNotFoundTakesNoOthersWithIt() async throws {
        let bad = SimulatedNomad.name(17)
        let server = SimulatedNomad(count: 40) { _, request in
            let asked = request.body["query"]?["entry_id:any"]?.items?.compactMap(\.text) ?? []
            return asked.contains(bad) ? .status(404) : nil
        }
        let query = try query(server)
        #expect(ids(try await query.download()) == names(0..<17) + names(18..<40))
        #expect(query.failures.map(\.entry.entryID) == [bad])
        // Four batches, one of which is divided four times: nothing is asked for again as it was.
        #expect(server.requests("/archive/query").count <= 4 + 2 * 4)
    }

    @Test func aServerThatHasNoArchivesIsNotAskedForTheWholeList() async throws {
        let server = SimulatedNomad(count: 1_000) { _, request in
            request.path.hasSuffix("/archive/query") ? .status(404) : nil
        }
        let query = try query(server, concurrency: 2)
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .notFound)
        #expect(server.requests.count < 120)
    }

    @Test func aServerThatIsGoneIsNotAskedForTheWholeList() async throws {
        let server = SimulatedNomad(count: 1_000) { number, _ in number > 5 ? .status(502) : nil }
        let query = try query(server, retries: 1, concurrency: 2)
        let first = try await query.download()
        #expect(!first.isEmpty)
        #expect(server.requests.count < 40)
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .serverTrouble)
    }

    @Test func withoutAServerThereIsNoWaiting() async throws {
        let server = SimulatedNomad(count: 5) { _, _ in .noConnection }
        let query = try query(server)
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .unreachable)
        #expect(server.requests.count == 1)
    }

    // MARK: Login

    @Test func aLoginIsRenewedWhenItIsOver() async throws {
        let server = SimulatedNomad(count: 5, token: "new")
        let query = try query(server, login: .password(username: "alice", password: "secret"))
        #expect(try await query.download().count == 5)
        #expect(server.requests("/auth/token").count == 2)
    }

    @Test func aWrongPasswordIsAnError() async throws {
        let server = SimulatedNomad(count: 5, token: "new")
        let query = try query(server, login: .password(username: "alice", password: "wrong"))
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .notAllowed)
        #expect(server.requests.count == 1)
    }

    @Test func aTokenThatIsNotGoodIsAnError() async throws {
        let query = try query(SimulatedNomad(count: 5, token: "new"), login: .token("old"))
        let error = await #expect(throws: ClientError.self) { try await query.download() }
        #expect(error?.code == .notAllowed)
        #expect(error?.status == 401)
    }

    // MARK: Sequences

    @Test func whatWasNotTakenStaysInTheList() async throws {
        let query = try query(SimulatedNomad(count: 100)) { $0.pageSize = 40 }
        var taken: [String] = []
        for try await archive in query.archives() {
            taken.append(archive.entryID)
            if taken.count == 33 { break }
        }
        #expect(query.entryList.first?.entryID == "entry-00033")
        for try await archive in query.archives() { taken.append(archive.entryID) }
        #expect(taken == names(0..<100))
    }

    @Test func noMoreRunsAheadThanTheWindow() async throws {
        let server = SimulatedNomad(count: 1_000)
        let query = try query(server, concurrency: 3)
        var archives = query.archives().makeAsyncIterator()
        _ = try await archives.next()
        try await Task.sleep(for: .milliseconds(50))
        #expect(server.requests("/archive/query").count <= 4)
        #expect(query.entryList.count < 200)
    }

    @Test func aSnapshotGoesOnWhereItWasTaken() async throws {
        for stop in [0, 1, 9, 10, 37, 99, 100, 119, 120] {
            let server = SimulatedNomad(count: 120, bare: ["entry-00005"])
            let first = try query(server) { $0.pageSize = 50 }
            var taken: [String] = []
            var snapshot = first.snapshot
            for try await archive in first.archives() {
                if taken.count == stop { break }
                taken.append(archive.entryID)
                snapshot = first.snapshot
            }
            let state = try DownloadSnapshot(json: snapshot.json)
            #expect(state == snapshot)
            let second = try query(server, snapshot: state) { $0.pageSize = 50 }
            taken += ids(try await second.download())
            while case let more = try await second.download(1_000), !more.isEmpty { taken += ids(more) }
            #expect(taken == names(0..<5) + names(6..<120), "stopped after \(stop)")
        }
    }

    @Test func fullPagesAreFollowedWhileMoreEntriesMatchWhateverTheServerSays() async throws {
        let server = SimulatedNomad(count: 100) { _, _ in .noNextPage }
        let query = try query(server) { $0.pageSize = 30 }
        #expect(ids(try await query.download()) == names(0..<100))
        #expect(server.requests("/entries/query").count == 4)
    }

    @Test func aTinyRateIsALongPause() async throws {
        var settings = NomadServer.Settings()
        settings.requestsPerSecond = .leastNonzeroMagnitude
        let server = try NomadServer(
            "http://nomad.example", settings: settings, transport: SimulatedNomad(count: 200), clock: FakeClock().clock)
        #expect(try await ArchiveQuery(server).download().count == 200)
    }

    @Test(arguments: [
        "", "{}", "[]",
        #"{"complete": false, "listed": -1, "entries": [], "uploads": [], "failed": []}"#,
        #"{"complete": false, "listed": 9223372036854775807, "entries": [], "uploads": [], "failed": []}"#,
        #"{"complete": false, "listed": 0, "entries": [["a"]], "uploads": [], "failed": []}"#,
        #"{"complete": false, "listed": 0, "entries": [["a", 1]], "uploads": [], "failed": []}"#,
        #"{"complete": false, "listed": 0, "entries": [], "uploads": [["u", -5]], "failed": []}"#,
        #"{"complete": false, "listed": 0, "entries": [], "uploads": [["u", 9223372036854775807]], "failed": []}"#,
        #"{"complete": false, "listed": 0, "entries": [], "uploads": [[]], "failed": []}"#,
        #"{"complete": 0, "listed": 0, "entries": [], "uploads": [], "failed": []}"#,
    ])
    func aDamagedSnapshotIsRefused(json: String) {
        #expect(throws: ClientError.self) { try DownloadSnapshot(json: json) }
    }

    @Test func aSnapshotIsSmall() async throws {
        let query = try query(SimulatedNomad(count: 2_000)) {
            $0.resultsMax = 0
            $0.pageSize = 500
        }
        var longest = 0
        for try await _ in query.archives() { longest = max(longest, query.snapshot.json.utf8.count) }
        #expect(longest < 300)
    }
}
