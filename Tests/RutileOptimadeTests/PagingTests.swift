import OptimadeAPI
import RutileJSON
import RutileModel
import RutileOptimade
import RutileQuery
import RutileStore
import Testing

@Suite struct PagingTests {
    private static let sorted = "sort=nelements,-_exmpl_band_gap&response_fields=nelements,_exmpl_band_gap"

    /// All pages from `target` on, along `link`.
    private func pages(
        _ service: OptimadeService, from target: String, along link: String = "/links/next"
    ) async throws -> [Reply] {
        var pages = [try await service.reply(target)]
        while let next = pages[pages.count - 1][link]?.text {
            try #require(pages.count < 1000, "\(next) makes no progress")
            pages.append(try await service.reply(next))
        }
        return pages
    }

    @Test(
        arguments: [
            "page_limit=41", "page_limit=41&page_offset=0", "page_limit=41&page_number=1", "page_limit=300",
            "page_limit=41&filter=nelements%3E1", "page_limit=47&include=&" + sorted, "page_limit=499&sort=-id",
            "page_limit=53&sort=last_modified", "page_limit=41&page_offset=0&" + sorted,
        ], BackEnd.allCases)
    func nextLinksLeadThroughAllEntriesOnce(query: String, backEnd: BackEnd) async throws {
        let service = try await OptimadeService.ofExchangeFile(in: backEnd)
        let whole = try await service.reply("/v1/structures?page_limit=500&" + query.droppingPageParameters)
        let pages = try await pages(service, from: "/v1/structures?" + query)
        #expect(pages.allSatisfy { $0.status == 200 })
        #expect(pages.flatMap(\.ids) == whole.ids)
        #expect(pages.allSatisfy { $0["/meta/data_returned"] == .integer(Int64(whole.ids.count)) })
        #expect(pages.map { $0["/meta/more_data_available"]?.bool } == pages.indices.map { $0 < pages.count - 1 })
        #expect(pages.dropLast().allSatisfy { !$0.ids.isEmpty })
    }

    @Test(arguments: ["page_limit=41", "page_limit=50&page_offset=100", "page_limit=410&page_number=2", sorted])
    func previousLinksLeadBackToTheFirstPage(query: String) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let last = try #require(try await pages(service, from: "/v1/structures?" + query).last)
        let back = try await pages(service, from: try #require(last["/links/self"]?.text), along: "/links/prev")
        let all = try await service.reply("/v1/structures?page_limit=500&" + query.droppingPageParameters)
        #expect(back.reversed().flatMap(\.ids) == all.ids)
        #expect(back.last?["/links/self"] == back.last?["/links/first"])
    }

    @Test(
        arguments: [
            "page_limit=53&page_offset=247", "page_offset=3", "page_limit=200&page_offset=100&" + sorted,
            "filter=nelements%3E1&page_limit=53&page_offset=151",
        ])
    func onTheWayBackEachEntryComesOnce(query: String) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let back = try await pages(service, from: "/v1/structures?" + query, along: "/links/prev")
        let all = try await service.reply("/v1/structures?page_limit=500&" + query.droppingPageParameters)
        let ids = back.reversed().flatMap(\.ids)
        #expect(ids == Array(all.ids.prefix(ids.count)))
        // The page that begins at the first entry leads forwards as others do.
        let beginning = try #require(back.last?["/links/self"]?.text)
        #expect(try await pages(service, from: beginning).flatMap(\.ids) == all.ids)
    }

    @Test func theFirstPageOnTheWayBackHoldsWhatIsLeft() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/v1/structures?page_limit=53&include=&page_offset=35")
        #expect(
            page["/links/prev"] == .string(OptimadeService.base + "/v1/structures?include=&page_offset=0&page_limit=35")
        )
    }

    @Test(arguments: ["page_limit=41", "page_limit=41&page_number=3", "page_limit=150", "filter=nelements%3D77"])
    func theLastLinkLeadsToTheLastPage(query: String) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/v1/structures?" + query)
        let last = try await service.reply(try #require(page["/links/last"]?.text))
        #expect(last["/links/next"]?.isNull == true)
        #expect(last["/meta/more_data_available"] == .bool(false))
        #expect(last.ids.isEmpty == (last["/meta/data_returned"] == .integer(0)))
    }

    @Test func linksKeepEveryParameterButThePosition() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let query = "filter=nelements%3E0&include=&_other_x=a+b&api_hint=v1&page_limit=2&response_fields=nsites"
        let page = try await service.reply("/structures?page_offset=4&" + query + "&page_number=9")
        let start = OptimadeService.base + "/structures?" + query
        #expect(page["/links/first"] == .string(start))
        #expect(page["/links/next"] == .string(start + "&page_offset=6"))
        #expect(page["/links/prev"] == .string(start + "&page_offset=2"))
        #expect(page["/links/last"] == .string(start + "&page_offset=290"))
    }

    @Test func aPageOfNothingOnlyCounts() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/v1/structures?page_limit=0&filter=nelements%3D2")
        #expect(page["/data"] == .list([]))
        #expect(page["/meta/data_returned"] == .integer(93))
        #expect(page["/links/next"]?.isNull == true)
    }

    @Test(arguments: [
        "page_offset=300", "page_offset=9223372036854775807", "page_number=9223372036854775807",
        "page_number=9223372036854775807&page_limit=0", "page_above=zzzz",
    ])
    func positionsBeyondTheEndAreEmptyPages(query: String) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/v1/structures?" + query)
        #expect(page.status == 200)
        #expect(page["/data"] == .list([]))
        #expect(page["/links/next"]?.isNull == true)
        #expect(page["/meta/data_returned"] == .integer(300))
    }

    @Test func pagesAboveAnIdBeginBehindIt() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let all = try await service.reply("/v1/structures?page_limit=500")
        let page = try await service.reply(
            "/v1/structures?page_limit=5&page_above=" + PercentCoding.encoded(all.ids[9]))
        #expect(page.ids == Array(all.ids[10..<15]))
        #expect(page["/meta/last_id"] == .string(all.ids[14]))
    }

    @Test(arguments: ["", "&sort=id"], BackEnd.allCases)
    func whoGoesOnWithTheLastIdOfEachPageMissesNothing(sort: String, backEnd: BackEnd) async throws {
        let service = try await OptimadeService.ofExchangeFile(in: backEnd)
        let all = try await service.reply("/v1/structures?page_limit=500&sort=id")
        var ids: [String] = []
        while ids.count < all.ids.count {
            let page = try await service.reply(
                "/v1/structures?page_limit=97&page_above=" + PercentCoding.encoded(ids.last ?? "") + sort)
            try #require(page.status == 200 && !page.ids.isEmpty)
            ids += page.ids
            let first = try await service.reply(try #require(page["/links/first"]?.text))
            #expect(first.ids == Array(all.ids[..<97]))
        }
        #expect(ids == all.ids)
        // Links lead the same way.
        let linked = try await pages(service, from: "/v1/structures?page_limit=97&page_above=" + sort)
        #expect(linked.flatMap(\.ids) == all.ids)
    }

    @Test(arguments: [SortKey("last_modified", isDescending: true), SortKey("nelements")])
    func aCollectionsOwnOrderCountsWhereNobodyAskedForOne(key: SortKey) async throws {
        let index = MemoryEntryIndex(EntryTypeDefinition.structures.catalogue)
        let resources = try ExchangeFile.synthetic().resources.filter { $0.type == "structures" }
        try await index.apply(
            IndexChange(
                documents: resources.map {
                    .init(entry: EntryID($0.id), upload: UploadID("u"), json: $0.indexDocument())
                }))
        struct ByID: ResourceSource {
            func resources(_ entries: [EntryID], of type: String) async throws -> [EntryID: Resource] {
                Dictionary(uniqueKeysWithValues: entries.map { ($0, Resource(type: "structures", id: $0.text)) })
            }
        }
        let settings = OptimadeSettings(
            provider: .init(prefix: "exmpl", name: "E", description: "E"),
            implementation: .init(name: "R", version: "1"))
        let service = OptimadeService(settings) { visible in
            [
                IndexedCollection(
                    .structures, rules: settings.parameterRules, index: index, source: ByID(), visible: visible,
                    defaultSort: Sort([key]))
            ]
        }
        let sorted = try await service.reply(
            "/v1/structures?page_limit=500&sort=\(key.isDescending ? "-" : "")\(key.path)")
        let byID = try await service.reply("/v1/structures?page_limit=500&sort=id")
        #expect(sorted.ids != byID.ids)
        #expect(try await pages(service, from: "/v1/structures?page_limit=97").flatMap(\.ids) == sorted.ids)
        // Pages above an id stay in the order of ids.
        let above = "/v1/structures?page_limit=97&page_above=" + PercentCoding.encoded(byID.ids[9])
        let pagesAbove = try await pages(service, from: above)
        #expect(pagesAbove.flatMap(\.ids) == Array(byID.ids[10...]))
        // So do their links; what nobody has counted has none.
        for page in pagesAbove {
            #expect(page["/links/prev"]?.isNull == true && page["/links/last"]?.isNull == true)
            let first = try await service.reply(try #require(page["/links/first"]?.text))
            #expect(first.ids == Array(byID.ids[..<97]))
        }
    }

    @Test func cursorsOfAnotherSortOrTypeAreRefused() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let first = try await service.reply("/v1/structures?page_limit=1&sort=nsites")
        let next = try #require(first["/links/next"]?.text)
        let cursor = next.split(separator: "page_cursor=")[1]
        // The same number, as a value of a string.
        let other = PageCursor(.init(values: [.integer(1)], id: "a"), sort: [SortTerm("immutable_id")], position: 0)
        for query in [
            "page_cursor=\(cursor)", "sort=-nsites&page_cursor=\(cursor)", "sort=nsites&page_cursor=x\(cursor)",
            "sort=immutable_id&page_cursor=\(other.text)",
        ] {
            let reply = try await service.reply("/v1/structures?" + query)
            #expect(reply.status == 400, "\(query)")
            #expect(reply["/errors/0/source/parameter"] == .string("page_cursor"))
        }
    }
}

extension String {
    fileprivate var droppingPageParameters: String {
        split(separator: "&").filter { !$0.hasPrefix("page_") }.joined(separator: "&")
    }
}
