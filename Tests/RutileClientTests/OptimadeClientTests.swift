import OptimadeAPI
import RutileClient
import RutileJSON
import Synchronization
import Testing

struct OptimadeClientTests {
    private let base: WebAddress

    init() throws { base = try WebAddress("http://127.0.0.1:9/x") }

    private func page(_ text: String, status: Int = 200) async throws -> ListingPage {
        let network = FakeNetwork { _ in FetchResponse(status: status, body: Array(text.utf8)) }
        return try await OptimadeClient(network.client()).page(
            ListingRequest("structures", pageLimit: 5), of: base, deadline: .never)
    }

    @Test func aPageHasItsEntriesCountsAndTheNextPlace() async throws {
        let page = try await page(
            """
            {"data": [{"id": "1", "type": "structures", "attributes": {"nsites": 2}}],
             "meta": {"data_returned": 7, "data_available": 9, "more_data_available": true},
             "links": {"next": {"href": "http://127.0.0.1:9/x/v1/structures?filter=nsites%3E1&page_offset=5&page_limit=5"}}}
            """)
        #expect(page.entries.map(\.id) == ["1"])
        #expect(page.returned == 7)
        #expect(page.available == 9)
        #expect(page.next?.text == "page_offset=5&page_limit=5")
        #expect(page.warnings.isEmpty)
    }

    @Test func aLinkToAnotherServerIsTakenAsOwnWithAWarning() async throws {
        let page = try await page(
            #"{"data": [], "links": {"next": "http://other.example/v1/structures?page_cursor=a%26b"}}"#)
        #expect(page.next?.text == "page_cursor=a%26b")
        #expect(page.warnings.count == 1)
    }

    @Test func malformedAndRepeatedEntriesAreLeftOutWithAWarning() async throws {
        let page = try await page(
            """
            {"data": [{"id": "1", "type": "structures", "attributes": {"elements": ["Si"]}},
                      {"id": "2", "type": "structures", "attributes": {"elements": "Si"}}, 7,
                      {"id": "3", "type": "references", "attributes": {}}, {"id": 4, "attributes": {}}, {"id": "5"},
                      {"id": "1", "type": "structures", "attributes": {}},
                      {"id": "6", "type": "structures", "attributes": {"nsites": null, "_x_any": [1]}}]}
            """)
        #expect(page.entries.map(\.id) == ["1", "6"])
        #expect(page.sent == 8)
        #expect(page.warnings.count == 2)
    }

    @Test func halfACharacterInOneEntryLosesNoOther() async throws {
        let page = try await page(
            #"{"data": [{"id": "1", "attributes": {"_x_y": "a\ud800"}}, {"id": "2", "attributes": {}}]}"#)
        #expect(page.entries.map(\.id) == ["1", "2"])
        #expect(page.entries.first?.attributes?["_x_y"]?.text == "a\u{FFFD}")
        #expect(page.warnings.count == 1)
    }

    @Test(arguments: [
        ("<html>", 200), ("[1]", 200), (#"{"hello": "world"}"#, 200), (#"{"data": {}}"#, 200), ("{\"data\": [", 200),
        (#"{"data": [], "meta": {"data_returned": NaN}}"#, 200), ("", 302), ("upstream exploded", 500),
        (String(repeating: "[", count: 200_000), 200),
    ])
    func whatIsNoListIsAFailure(text: String, status: Int) async throws {
        let failure = try await #require(throws: DatabaseFailure.self) { _ = try await page(text, status: status) }
        #expect(failure.kind == .error)
        #expect(failure.status == status)
        #expect(failure.detail.contains("127.0.0.1:9"))
    }

    @Test func whatADatabaseSaysOfItsErrorIsPassedOn() async throws {
        let text = #"{"errors": [{"detail": "simulated failure"}]}"#
        let failure = try await #require(throws: DatabaseFailure.self) { _ = try await page(text, status: 500) }
        #expect(failure.detail.contains("simulated failure"))
        #expect(failure.said?["detail"]?.text == "simulated failure")
    }

    @Test(arguments: [(10, "page_limit must be at most 10"), (7, "too much"), (1, "no")])
    func aPageLimitThatIsRefusedIsMadeSmallerOnce(most: Int, detail: String) async throws {
        let network = FakeNetwork { request in
            let asked = request.target.split(separator: "page_limit=").last.flatMap { Int($0) } ?? 0
            guard asked > most else { return FetchResponse(status: 200, body: Array(#"{"data": []}"#.utf8)) }
            return FetchResponse(status: 403, body: Array(#"{"errors": [{"detail": "\#(detail)"}]}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        let request = ListingRequest("structures", pageLimit: 100)
        _ = try await client.page(request, of: base, deadline: .never)
        let count = network.requests.count
        _ = try await client.page(request, of: base, deadline: .never)
        #expect(network.requests.count == count + 1)
    }

    @Test(arguments: [400, 403, 422])
    func aPageLimitMayBeRefusedWithAnyOfThese(status: Int) async throws {
        let network = FakeNetwork { request in
            let asked = request.target.split(separator: "page_limit=").last.flatMap { Int($0) } ?? 0
            guard asked > 2 else { return FetchResponse(status: 200, body: Array(#"{"data": []}"#.utf8)) }
            return FetchResponse(
                status: status, body: Array(#"{"errors": [{"detail": "page_limit is too large"}]}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        for _ in 0..<2 {
            _ = try await client.page(ListingRequest("structures", pageLimit: 7), of: base, deadline: .never)
        }
        #expect(network.requests.last?.target.hasSuffix("page_limit=2") == true)
    }

    @Test func anotherRefusalIsNotTakenForThatOfAPageLimit() async throws {
        let network = FakeNetwork { _ in
            FetchResponse(status: 400, body: Array(#"{"errors": [{"detail": "no such property"}]}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        await #expect(throws: DatabaseFailure.self) {
            _ = try await client.page(ListingRequest("structures", pageLimit: 7), of: base, deadline: .never)
        }
        #expect(network.requests.count == 1)
    }

    @Test func aRefusalThatIsOverMakesNoPageSmaller() async throws {
        let count = Mutex(0)
        let network = FakeNetwork { _ in
            let number = count.withLock {
                $0 += 1
                return $0
            }
            return FetchResponse(status: number == 1 ? 403 : 200, body: Array(#"{"data": []}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        for _ in 0..<2 {
            _ = try await client.page(ListingRequest("structures", pageLimit: 50), of: base, deadline: .never)
        }
        #expect(network.requests.last?.target.hasSuffix("page_limit=50") == true)
    }

    @Test func whatIsNeverGivenTeachesNothing() async throws {
        let isOpen = Mutex(false)
        let network = FakeNetwork { _ in
            FetchResponse(status: isOpen.withLock { $0 } ? 200 : 403, body: Array(#"{"data": []}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        let request = ListingRequest("structures", pageLimit: 50)
        // Whether it is the number of entries is asked once only.
        for count in [2, 3, 4] {
            await #expect(throws: DatabaseFailure.self) {
                _ = try await client.page(request, of: base, deadline: .never)
            }
            #expect(network.requests.count == count)
        }
        isOpen.withLock { $0 = true }
        _ = try await client.page(request, of: base, deadline: .never)
        #expect(network.requests.last?.target.hasSuffix("page_limit=50") == true)
    }

    @Test func errorsInPlaceOfDataAreSaidWhateverTheStatus() async throws {
        let failure = try await #require(throws: DatabaseFailure.self) {
            _ = try await page(#"{"errors": [{"detail": "soft error"}], "meta": {}}"#)
        }
        #expect(failure.detail.contains("soft error"))
        #expect(failure.said?["detail"]?.text == "soft error")
    }

    @Test func aDatabaseWithoutVersionOneIsSaidToBeSuch() async throws {
        let network = FakeNetwork { _ in FetchResponse(status: 404, body: []) }
        let failure = try await #require(throws: DatabaseFailure.self) {
            _ = try await OptimadeClient(network.client()).page(
                ListingRequest("structures", pageLimit: 1), of: base, deadline: .never)
        }
        #expect(failure.detail.contains("version 1") && failure.detail.contains("/x/v1"))
    }

    @Test func aDatabaseWithoutVersionInItsAddressIsAskedThere() async throws {
        let network = FakeNetwork { request in
            switch request.target {
            case "/x/versions": FetchResponse(status: 200, body: Array("version\n1\n".utf8))
            case _ where request.target.hasPrefix("/x/structures?"):
                FetchResponse(status: 200, body: Array(#"{"data": []}"#.utf8))
            default: FetchResponse(status: 404, body: [])
            }
        }
        let client = OptimadeClient(network.client())
        for _ in 0..<2 {
            _ = try await client.page(ListingRequest("structures", pageLimit: 5), of: base, deadline: .never)
        }
        #expect(network.requests.filter { $0.target == "/x/versions" }.count == 1)
    }

    @Test func aMomentWithoutAnythingTeachesNoPath() async throws {
        let isDown = Mutex(true)
        let network = FakeNetwork { request in
            switch request.target {
            case "/x/versions": FetchResponse(status: 200, body: Array("version\n1\n".utf8))
            case _ where request.target.hasPrefix("/x/v1/structures?") && !isDown.withLock({ $0 }):
                FetchResponse(status: 200, body: Array(#"{"data": []}"#.utf8))
            default: FetchResponse(status: 404, body: [])
            }
        }
        let client = OptimadeClient(network.client())
        let request = ListingRequest("structures", pageLimit: 5)
        let failure = try await #require(throws: DatabaseFailure.self) {
            _ = try await client.page(request, of: base, deadline: .never)
        }
        #expect(failure.status == 404)
        isDown.withLock { $0 = false }
        let count = network.requests.count
        _ = try await client.page(request, of: base, deadline: .never)
        #expect(network.requests.count == count + 1)
    }

    @Test func aPathThatWasLearntIsForgottenWhereNothingIsFound() async throws {
        let path = Mutex("/x/structures?")
        let network = FakeNetwork { request in
            switch request.target {
            case "/x/versions": FetchResponse(status: 200, body: Array("version\n1\n".utf8))
            case _ where request.target.hasPrefix(path.withLock({ $0 })):
                FetchResponse(status: 200, body: Array(#"{"data": []}"#.utf8))
            default: FetchResponse(status: 404, body: [])
            }
        }
        let client = OptimadeClient(network.client())
        let request = ListingRequest("structures", pageLimit: 5)
        _ = try await client.page(request, of: base, deadline: .never)
        path.withLock { $0 = "/x/v1/structures?" }
        for _ in 0..<2 { _ = try await client.page(request, of: base, deadline: .never) }
        let paths = network.requests.suffix(3).map { $0.target.prefix { $0 != "?" } }
        #expect(paths == ["/x/structures", "/x/v1/structures", "/x/v1/structures"])
    }

    @Test func propertiesThatDoNotComeInTimeAreNotWaitedForEachTime() async throws {
        let clock = FakeClock()
        let network = FakeNetwork { _ in throw FetchFailure.timedOut }
        let client = OptimadeClient(network.client(clock: clock.clock))
        // What had hardly any time tells nothing.
        for (seconds, requests) in [(2, 1), (20, 2), (20, 2)] {
            let deadline = clock.clock.now() + .seconds(seconds)
            #expect(try await client.properties(of: "structures", at: base, deadline: deadline) == nil)
            #expect(network.requests.count == requests)
        }
        try await clock.clock.sleep(.seconds(301))
        let deadline = clock.clock.now() + .seconds(20)
        #expect(try await client.properties(of: "structures", at: base, deadline: deadline) == nil)
        #expect(network.requests.count == 3)
    }

    @Test func propertiesAreReadOnce() async throws {
        let network = FakeNetwork { _ in
            let text = """
                {"data": {"properties": {"a": {"sortable": true}, "b": {"sortable": false}, "c": {},
                 "d": {"x-optimade-implementation": {"sortable": true}}}}}
                """
            return FetchResponse(status: 200, body: Array(text.utf8))
        }
        let client = OptimadeClient(network.client())
        for _ in 0..<2 {
            let listed = try await client.properties(of: "structures", at: base, deadline: .never)
            #expect(listed?.names == [UTF8Key("a"), UTF8Key("b"), UTF8Key("c"), UTF8Key("d")])
            #expect(listed?.sortable == [UTF8Key("a"), UTF8Key("d")])
        }
        #expect(network.requests.map(\.target) == ["/x/v1/info/structures"])
    }

    @Test(arguments: [(404, 1), (200, 1), (503, 4), (500, 2)])
    func whatIsNotListedIsRememberedUnlessTheServerIsInTrouble(status: Int, requests: Int) async throws {
        let network = FakeNetwork { _ in FetchResponse(status: status, body: Array("{}".utf8)) }
        let client = OptimadeClient(network.client(WebClient.Limits(retries: 1), clock: FakeClock().clock))
        let base = try WebAddress("http://127.0.0.1:9/x/v1")
        for _ in 0..<2 {
            #expect(try await client.properties(of: "structures", at: base, deadline: .seconds(600)) == nil)
        }
        #expect(network.requests.count == requests)
    }

    @Test func aPlaceBehindAllNumbersIsNoPlace() async throws {
        let network = FakeNetwork { _ in
            let text =
                #"{"data": [{"id": "1", "type": "structures", "attributes": {}}], "meta": {"more_data_available": true}}"#
            return FetchResponse(status: 200, body: Array(text.utf8))
        }
        let client = OptimadeClient(network.client())
        let request = ListingRequest("structures", pageLimit: 1)
        for (offset, next) in [(7, PagePlace.offset(8)), (.max, nil)] {
            let page = try await client.page(request, at: .offset(offset), of: base, deadline: .never)
            #expect(page.next == next)
        }
    }

    @Test func aNextLinkMayRepeatALongFilter() async throws {
        let filter = Array(repeating: "nsites%3D1", count: 500).joined(separator: "%20OR%20")
        let page = try await page(
            #"{"data": [], "links": {"next": "http://127.0.0.1:9/x/v1/structures?filter=\#(filter)&page_cursor=a"}}"#)
        #expect(page.next?.text == "page_cursor=a")
        #expect(page.warnings.isEmpty)
    }

    @Test func aNextLinkThatIsTooLongEndsTheList() async throws {
        let link = "http://127.0.0.1:9/x/v1/structures?page_cursor=" + String(repeating: "y", count: 3_000)
        let network = FakeNetwork { _ in
            FetchResponse(status: 200, body: Array(#"{"data": [], "links": {"next": "\#(link)"}}"#.utf8))
        }
        let client = OptimadeClient(network.client())
        let page = try await client.page(ListingRequest("structures", pageLimit: 1), of: base, deadline: .never)
        #expect(page.next == nil)
        #expect(page.warnings.count == 1)
    }
}
