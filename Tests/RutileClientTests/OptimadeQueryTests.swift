import RutileClient
import RutileJSON
import Synchronization
import Testing

/// An OPTIMADE database of 25 structures, which sends ten at a time and serves no address with a version.
private final class SimulatedDatabase: WebTransport {
    private let seen = Mutex<[String]>([])
    private let failures: Mutex<Int>

    init(failures: Int = 0) { self.failures = Mutex(failures) }

    var urls: [String] { seen.withLock { $0 } }

    func send(_ request: WebRequest, receive: (WebHead, [UInt8]) async throws -> Void) async throws -> WebHead {
        seen.withLock { $0.append(request.url) }
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        let (status, text) = fails ? (503, "") : answer(request.url)
        let head = WebHead(status: status)
        try await receive(head, Array(text.utf8))
        return head
    }

    private func answer(_ url: String) -> (Int, String) {
        if url.contains("/v1/") { return (404, "{}") }
        if url.hasSuffix("/versions") { return (200, "version\n1\n") }
        let start = url.split(separator: "page_offset=").dropFirst().first.flatMap { Int($0.prefix { $0 != "&" }) } ?? 0
        let entries = (start..<min(start + 10, 25)).map {
            #"{"id": "s\#($0)", "type": "structures", "attributes": {"nsites": \#($0)}}"#
        }
        let next =
            start + 10 < 25
            ? #""http://elsewhere.example/o/structures?page_limit=10&page_offset=\#(start + 10)""# : "null"
        return (
            200,
            #"{"data": [\#(entries.joined(separator: ","))], "meta": {"data_returned": 25}, "links": {"next": \#(next)}}"#
        )
    }
}

/// An OPTIMADE database that answers everything with the same page, whose `next` leads to it, or to ever new places.
private final class RepeatingDatabase: WebTransport {
    private let count = Mutex(0)
    private let nextGoesOn: Bool

    init(nextGoesOn: Bool) { self.nextGoesOn = nextGoesOn }

    func send(_ request: WebRequest, receive: (WebHead, [UInt8]) async throws -> Void) async throws -> WebHead {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let entries = ["a", "b"].map { #"{"id": "\#($0)", "type": "structures", "attributes": {}}"# }
        let next = "http://database.example/o/v1/structures?page_offset=\(nextGoesOn ? 2 * number : 2)"
        let text = #"{"data": [\#(entries.joined(separator: ","))], "meta": {}, "links": {"next": "\#(next)"}}"#
        let head = WebHead(status: 200)
        try await receive(head, Array(text.utf8))
        return head
    }
}

struct OptimadeQueryTests {
    @Test func pagesFollowTheirLinksOnTheServerThatWasNamed() async throws {
        let database = SimulatedDatabase()
        let query = try OptimadeQuery(
            url: "http://database.example/o", filter: #"elements HAS "Ti""#, transport: database)
        var numbers: [Int] = []
        for try await entry in query {
            #expect(entry.type == "structures")
            #expect(entry.id == "s\(entry.attributes["nsites"].int ?? -1)")
            numbers.append(entry.attributes["nsites"].int ?? -1)
        }
        #expect(numbers == Array(0..<25))
        #expect(try await query.count() == 25)
        #expect(
            database.urls.allSatisfy {
                $0.hasPrefix("http://database.example:80/o") || $0.hasPrefix("http://database.example/o")
            })
        #expect(database.urls.contains { $0.contains("filter=elements%20HAS%20%22Ti%22") })
    }

    @Test(arguments: [false, true])
    func theListOfADatabaseThatRepeatsAPageEndsThere(nextGoesOn: Bool) async throws {
        let told = Mutex<[String]>([])
        var options = OptimadeQuery.Options()
        options.report = { line in told.withLock { $0.append(line) } }
        let query = try OptimadeQuery(
            url: "http://database.example/o", options: options, transport: RepeatingDatabase(nextGoesOn: nextGoesOn))
        var ids: [String] = []
        for try await entry in query { ids.append(entry.id) }
        #expect(ids == ["a", "b"])
        #expect(told.withLock { $0 } == ["http://database.example/o repeats a page, so its list ends here."])
    }

    @Test func aDatabaseInTroubleIsAskedAgain() async throws {
        var options = OptimadeQuery.Options()
        options.retries = 2
        let query = try OptimadeQuery(
            url: "http://database.example/o", options: options, transport: SimulatedDatabase(failures: 2))
        #expect(try await query.count() == 25)
    }

    @Test func anAddressThatIsNoneIsRefused() {
        let error = #expect(throws: ClientError.self) { try OptimadeQuery(url: "database.example") }
        #expect(error?.code == .badAddress)
    }
}
