import FoundationEssentials
import NomadAPI
import RutileJSON
import RutileModel
import RutileSearch
import RutileStore
import RutileTestSupport
import Testing

/// What aggregations come to over the bundle of the shared material.
struct AggregationTests {
    private func data(_ aggregation: String, query: String = "{}", as user: String? = "u-ada") async throws -> Value {
        try #require(try await answer(aggregation, query: query, as: user)["data"])
    }

    private func answer(_ aggregation: String, query: String = "{}", as user: String? = "u-ada") async throws -> Value {
        let laboratory = try await SearchLaboratory.reading("cases/graph/fixture.json")
        let body = #"{"owner": "all", "query": \#(query), "aggregations": {"x": \#(aggregation)}}"#
        let question = try EntriesQuery(Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
        let answers = try await laboratory.search.aggregations(question, as: laboratory.caller(user))
        return try #require(answers["x"]?.object?.values.first)
    }

    private func pairs(_ data: Value) -> [String] {
        (data.items ?? []).map { bucket in
            let value =
                bucket["value"]?.text ?? bucket["value"]?.bool.map { "\($0)" } ?? "\(bucket["value"]?.real ?? 0)"
            return "\(value) \(bucket["count"]?.integer ?? 0)"
        }
    }

    @Test
    func termsComeByFrequencyAndThenByValue() async throws {
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "upload_id"}}"#))
                == ["upl-lab 11", "upl-draft 3", "upl-sealed 2", "upl-open 1"])
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "upload_id"}}"#, as: nil))
                == ["upl-lab 11", "upl-sealed 2", "upl-open 1"])
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "published"}}"#)) == ["true 13", "false 4"])
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "datasets.dataset_name", "size": 2}}"#))
                == ["First set 3", "Second set 2"])
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "upload_name", "include": "ed"}}"#)) == ["Sealed films 2"])
        #expect(
            pairs(try await data(#"{"terms": {"quantity": "viewers.user_id", "include": ["u-cyd", "u-ben"]}}"#))
                == ["u-ben 16", "u-cyd 4"])
    }

    @Test
    func everyBucketSaysHowOftenItsValueOccurs() async throws {
        let plain = try await data(#"{"terms": {"quantity": "upload_id", "size": 1}}"#)
        #expect(plain == .list([.members(["value": "upl-lab", "count": .integer(11), "nested_count": .integer(11)])]))
    }

    @Test
    func allAggregationsOfARequestTogetherAreBounded() async throws {
        let laboratory = try await SearchLaboratory.reading("cases/graph/fixture.json")
        func ask(_ count: Int, _ more: String) async throws -> ObjectValue {
            let terms = #"{"terms": {"quantity": "quantities", "size": 1000\#(more)}}"#
            let list = (0..<count).map { #""a\#($0)": \#(terms)"# }.joined(separator: ", ")
            let body = #"{"owner": "visible", "aggregations": {\#(list)}}"#
            let question = try EntriesQuery(Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
            return try await laboratory.search.aggregations(question, as: laboratory.caller(nil))
        }
        #expect(try await ask(10, "").count == 10)
        #expect(try await ask(1, #", "entries": {"size": 1}"#).count == 1)
        await #expect { _ = try await ask(400, #", "entries": {"size": 100}"#) } throws: { error in
            let problem = error as? EntriesProblem
            return problem?.status == 422 && problem?.reasons.text?.contains("more than 65536 buckets") == true
        }
    }

    @Test
    func histogramsHaveAsManyBucketsAsOthers() async throws {
        func histogram(_ greatest: Int) -> String {
            #"{"histogram": {"quantity": "n_quantities", "interval": 1, "extended_bounds": {"min": 0, "max": \#(greatest)}}}"#
        }
        #expect(try await data(histogram(65_535)).items?.count == 65_536)
        let error = await #expect(throws: EntriesProblem.self) { try await data(histogram(65_536)) }
        #expect(error?.status == 422)
    }

    @Test
    func whatIsNullIsNotRepeated() async throws {
        let terms = try await answer(
            #"{"terms": {"quantity": "upload_id", "size": 1, "pagination": null, "metrics": null}}"#)
        #expect(terms.object?.keys == ["quantity", "size", "exclude_from_search", "metrics", "data"])
        let page = try await answer(
            #"{"terms": {"quantity": "upload_id", "pagination": {"page_size": 1, "page_after_value": null}}}"#)
        #expect(page["pagination"]?["page_after_value"] == nil)
    }

    @Test(arguments: [
        (#"{"terms": {"quantity": "upload_id", "pagination": {"page_size": 10001}}}"#, "page_size"),
        (#"{"date_histogram": {"quantity": "upload_create_time", "interval": "12h"}}"#, "interval"),
        (#"{"date_histogram": {"quantity": "upload_create_time", "calendar_interval": "12h"}}"#, "calendar_interval"),
        (#"{"histogram": {"quantity": "n_quantities", "interval": 1, "metrics": ["n_uploads"]}}"#, "metrics"),
        (
            #"{"date_histogram": {"quantity": "upload_create_time", "interval": "1d", "fixed_interval": "1d"}}"#,
            "fixed_interval"
        ), (#"{"terms": {"quantity": "upload_id", "include": ""}}"#, "include"),
        (#"{"terms": {"quantity": "upload_id", "entries": {"size": 0}}}"#, "size"),
        (
            #"{"terms": {"quantity": "upload_id", "pagination": {"order_by": "results.material.elements"}}}"#,
            "order_by"
        ),
        (
            #"{"terms": {"quantity": "upload_id", "pagination": {"order_by": "upload_create_time", "page_after_value": "x"}}}"#,
            "page_after_value"
        ), (#"{"auto_date_histogram": {"quantity": "upload_create_time", "entries": {"size": 1}}}"#, "entries"),
    ])
    func refusalsSayWhere(_ aggregation: String, _ place: String) async throws {
        let error = await #expect(throws: EntriesProblem.self) { try await answer(aggregation) }
        let last = error?.reasons.items?.first?["loc"]?.items?.last
        #expect((last?.items?.last ?? last) == .string(place))
    }

    @Test
    func pagesOfTermsFollowEachOtherToTheEmptyOne() async throws {
        var values: [String] = []
        var next: Value = .null
        repeat {
            let page = Value.members(["page_size": .integer(3), "page_after_value": next]).json()
            let text = String(decoding: page, as: UTF8.self)
            let answer = try await answer(#"{"terms": {"quantity": "upload_id", "pagination": \#(text)}}"#)
            #expect(answer["pagination"]?["total"] == .integer(4))
            values += pairs(answer["data"] ?? .null)
            next = answer["pagination"]?["next_page_after_value"] ?? .null
        } while !next.isNull
        #expect(values == ["upl-draft 3", "upl-lab 11", "upl-open 1", "upl-sealed 2"])
        let ordered = try await answer(
            #"{"terms": {"quantity": "upload_id", "pagination": {"page_size": 2, "order_by": "upload_create_time"}}}"#)
        #expect(pairs(ordered["data"] ?? .null) == ["upl-lab 11", "upl-draft 3"])
        #expect(ordered["pagination"]?["next_page_after_value"] == "1706781600000:upl-draft")
        let rest = try await answer(
            #"{"terms": {"quantity": "upload_id", "pagination": {"page_size": 5, "order_by": "upload_create_time", "page_after_value": "1706781600000:upl-draft"}}}"#
        )
        #expect(pairs(rest["data"] ?? .null) == ["upl-sealed 2", "upl-open 1"])
        await #expect(throws: EntriesProblem.self) {
            try await answer(
                #"{"terms": {"quantity": "upload_id", "pagination": {"order_by": "upload_create_time", "page_after_value": "x"}}}"#
            )
        }
    }

    /// A search over `count` more entries, whose names of parsers are `parser`'s; the later ones were made earlier.
    private func search(of count: Int, parser: (Int) -> String) async throws -> EntriesSearch {
        let laboratory = try await SearchLaboratory(shared: "cases/graph/fixture.json")
        var upload = UploadRecord(
            id: UploadID("upl-many"), name: "many", createTime: Timestamp(microseconds: 0), mainAuthor: UserID("u-ada"))
        upload.publishTime = upload.createTime
        var change = RecordChange(existing: .refuse)
        change.uploads = [upload]
        change.entries = (0..<count).map { number in
            let mainfile = "\(number).json"
            let entry = EntryRecord(
                id: EntryID(upload: upload.id, mainfile: mainfile), upload: upload.id, mainfile: mainfile,
                parserName: parser(number), createTime: Timestamp(microseconds: Int64(count - number) * 1_000_000))
            let document = SearchIndexEntry.json(entry, metadata: nil, results: nil, optimade: nil)
            return RecordChange.EntryWrite(
                entry, documents: [IndexDocument(type: SearchIndexEntry.entryType, json: document)])
        }
        try await laboratory.apply(change)
        return laboratory.search
    }

    /// The page of main files of the upload `upl-many` that `page` asks for.
    private func mainfiles(_ search: EntriesSearch, _ page: Value) async throws -> Value {
        let terms = Value.members(["quantity": "mainfile", "pagination": page])
        let question = Value.members([
            "query": .members(["upload_id": "upl-many"]),
            "aggregations": .members(["x": .members(["terms": terms])]),
        ])
        return try #require(try await search.aggregations(EntriesQuery(question), as: .anonymous)["x"]?["terms"])
    }

    @Test
    func aPageInAnotherOrderCostsWhatItShowsHoweverManyValuesThereAre() async throws {
        let search = try await search(of: 7_000) { _ in "many" }
        let terms = try await mainfiles(
            search, .members(["page_size": .integer(3), "order_by": "entry_create_time"]))
        #expect(terms["pagination"]?["total"] == .integer(7_000))
        #expect(pairs(terms["data"] ?? .null) == ["6999.json 1", "6998.json 1", "6997.json 1"])
    }

    @Test
    func valuesThatAreSearchedForToOrderThemAreBounded() async throws {
        let search = try await search(of: 33_000) { _ in "many" }
        let all = try await mainfiles(search, .members(["page_size": .integer(3)]))
        #expect(all["pagination"]?["total"] == .integer(33_000))
        await #expect {
            _ = try await mainfiles(
                search, .members(["page_size": .integer(3), "order_by": "entry_create_time"]))
        } throws: {
            ($0 as? EntriesProblem)?.status == 422
        }
    }

    @Test
    func pagesOfTermsGoOnBehindTextsWithColons() async throws {
        let search = try await search(of: 3) { "a:b\(2 - $0):" }
        var places: [String] = []
        var next: Value = .null
        repeat {
            let terms = try await mainfiles(
                search, .members(["page_size": .integer(1), "order_by": "parser_name", "page_after_value": next]))
            next = terms["pagination"]?["next_page_after_value"] ?? .null
            if let place = next.text { places.append(place) }
            try #require(places.count < 10)
        } while !next.isNull
        #expect(places == ["a:b0::2.json", "a:b1::1.json", "a:b2::0.json"])
    }

    @Test
    func valuesOfAFixedSetAreThereThoughNoEntryHasThem() async throws {
        let quantity = #""quantity": "results.material.dimensionality""#
        let all = try await answer("{\"terms\": {\(quantity)}}")
        #expect(all["size"] == .integer(4))
        let values = (all["data"]?.items ?? []).compactMap { $0["value"]?.text }
        #expect(values.sorted() == ["0D", "1D", "2D", "3D"])
        let counts = (all["data"]?.items ?? []).compactMap { $0["count"]?.integer }
        #expect(counts == counts.sorted(by: >))
        #expect(counts.contains(0))
        #expect(try await data("{\"terms\": {\(quantity), \"size\": 1}}").items?.count == 1)
        #expect(try await data("{\"terms\": {\(quantity), \"include\": [\"0D\", \"7D\"]}}").items?.count == 1)
        let pages = pairs(try await data("{\"terms\": {\(quantity), \"pagination\": {}}}"))
        #expect(pages.allSatisfy { !$0.hasSuffix(" 0") })
    }

    @Test
    func bucketsHaveMetricsAndEntries() async throws {
        let first = try #require(
            try await data(
                #"{"terms": {"quantity": "upload_id", "size": 1, "metrics": ["n_entries", "n_uploads", "n_authors"], "entries": {"size": 1, "required": {"include": ["mainfile"]}}}}"#
            ).items?.first)
        #expect(
            first["metrics"]
                == .members(["n_entries": .integer(11), "n_uploads": .integer(1), "n_authors": .integer(2)]))
        #expect(first["entries"]?.items?.first?.object?.keys.sorted() == ["entry_id", "mainfile"])
    }

    @Test
    func aCriterionOfTheQuantityItselfCanBeLeftOut() async throws {
        let query = #"{"upload_id": "upl-lab", "published": true}"#
        #expect(pairs(try await data(#"{"terms": {"quantity": "upload_id"}}"#, query: query)) == ["upl-lab 11"])
        #expect(
            pairs(
                try await data(
                    #"{"terms": {"quantity": "upload_id", "exclude_from_search": true}}"#, query: query))
                == ["upl-lab 11", "upl-sealed 2"])
        let fewer = #"{"n_quantities:lte": 5}"#
        let all = try await data(#"{"min_max": {"quantity": "n_quantities"}}"#)
        #expect(
            try await data(#"{"min_max": {"quantity": "n_quantities", "exclude_from_search": true}}"#, query: fewer)
                == all)
        #expect(try await data(#"{"min_max": {"quantity": "n_quantities"}}"#, query: fewer) != all)
    }

    @Test
    func answersRepeatWhatCounts() async throws {
        func fields(_ aggregation: String) async throws -> ObjectValue {
            var fields = try #require(try await answer(aggregation).object)
            fields["data"] = nil
            return fields
        }
        #expect(
            try await fields(#"{"terms": {"quantity": "published", "size": 3}}"#)
                == ObjectValue([
                    ("quantity", "published"), ("size", .integer(3)), ("exclude_from_search", .bool(false)),
                    ("metrics", .list([])),
                ]))
        let histogram = try await fields(#"{"histogram": {"quantity": "n_quantities", "buckets": 3}}"#)
        #expect(histogram.keys == ["quantity", "buckets", "exclude_from_search", "metrics", "interval", "offset"])
        let percentiles = try await fields(#"{"percentiles": {"quantity": "n_quantities"}}"#)
        #expect(percentiles["percents"]?.items?.compactMap(\.real) == [0, 25, 50, 75, 100])
        #expect(percentiles["group_by_size"] == .integer(10))
        let months = try await fields(#"{"date_histogram": {"quantity": "upload_create_time"}}"#)
        #expect(months["calendar_interval"] == "1M")
    }

    @Test
    func percentilesOfNothingAreNone() async throws {
        let none = try await data(#"{"percentiles": {"quantity": "n_quantities"}}"#, query: #"{"upload_id": "no"}"#)
        #expect(none == .list([]))
        let all = try await data(#"{"percentiles": {"quantity": "n_quantities"}}"#)
        #expect(all.items?.first?["label"] == "all")
    }

    @Test(arguments: ["second", "1s", "hour", "week", "month"])
    func intervalsHaveWords(_ interval: String) async throws {
        let histogram = #"{"date_histogram": {"quantity": "upload_create_time", "calendar_interval": "\#(interval)"}}"#
        if interval == "second" || interval == "1s" {
            // They are read, but there are too many of them.
            let error = await #expect(throws: EntriesProblem.self) { _ = try await data(histogram) }
            #expect(error?.status == 422)
        } else {
            #expect(try await data(histogram).items?.isEmpty == false)
        }
    }

    @Test
    func datesFallIntoIntervals() async throws {
        #expect(
            pairs(try await data(#"{"date_histogram": {"quantity": "upload_create_time"}}"#))
                == ["2024-01-01 11", "2024-02-01 3", "2024-03-01 2", "2024-04-01 1"])
        #expect(
            pairs(
                try await data(
                    #"{"date_histogram": {"quantity": "upload_create_time", "fixed_interval": "45d"}}"#)
            ).map { $0.suffix(2) } == ["14", " 2", " 1"])
        let auto = try await answer(#"{"auto_date_histogram": {"quantity": "upload_create_time", "buckets": 5}}"#)
        #expect(auto["interval"] == "1M")
        #expect(auto["data"]?.items?.first?["value"] == .integer(1_704_067_200_000))
        #expect(
            try await data(#"{"min_max": {"quantity": "upload_create_time"}}"#)
                == .list([.integer(1_704_103_200_000), .integer(1_711_965_600_000)]))
    }

    @Test
    func bucketsMayBeginBeforeAllDates() async throws {
        let path = try SharedMaterial.path("cases/graph/fixture.json")
        let bundle = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let laboratory = try await SearchLaboratory(
            bundle: Array(bundle.replacing("2024-01-01T", with: "1950-01-01T").utf8))
        for interval in ["106751992d", "9223372036854775807s"] {
            let body = Value.members([
                "aggregations": .members([
                    "x": .members([
                        "date_histogram": .members([
                            "quantity": "upload_create_time", "fixed_interval": .string(interval),
                        ])
                    ])
                ])
            ])
            let answers = try await laboratory.search.aggregations(EntriesQuery(body), as: .anonymous)
            let data = try #require(answers["x"]?.object?.values.first?["data"])
            #expect(data.items?.map { $0["value"] } == ["0000-01-01"])
        }
    }

    @Test
    func intervalsThatCountNothingAreRefused() async throws {
        await #expect(throws: EntriesProblem.self) {
            try await answer(#"{"histogram": {"quantity": "n_quantities", "interval": 5e-324}}"#)
        }
    }

    @Test
    func numbersFallIntoRangesAndHavePercentiles() async throws {
        let laboratory = try await SearchLaboratory.reading("cases/archive/bundle.json")
        func answer(_ aggregation: String) async throws -> Value {
            let body = #"{"owner": "all", "aggregations": {"x": \#(aggregation)}}"#
            let question = try EntriesQuery(Value(json: Array(body.utf8), limits: .request, nonFinite: .refuse))
            return try #require(
                try await laboratory.search.aggregations(question, as: .anonymous)["x"]?.object?.values.first?["data"])
        }
        let histogram = try await answer(
            #"{"histogram": {"quantity": "results.material.n_elements", "interval": 1}}"#)
        let counts = (histogram.items ?? []).compactMap { $0["count"]?.integer }
        let total = try await laboratory.page(#"{"query": {"results.material.n_elements:gte": 0}, "owner": "all"}"#)
            .total
        #expect(counts.reduce(0, +) == Int64(total))
        let bounds = try await answer(#"{"min_max": {"quantity": "results.material.n_elements"}}"#)
        let percentiles = try await answer(#"{"percentiles": {"quantity": "results.material.n_elements"}}"#)
        #expect(percentiles.items?.first?["percentiles"]?["0"] == bounds.items?.first)
        #expect(percentiles.items?.first?["percentiles"]?["100"] == bounds.items?.last)
        #expect(percentiles.items?.first?["count"] == .integer(Int64(total)))
        let statistics = try await answer(
            #"{"statistics": {"metrics": ["n_entries", "n_uploads", "n_calculations"]}}"#)
        #expect(statistics["n_entries"]?.integer ?? 0 > 0)
        #expect(
            try await answer(#"{"min_max": {"quantity": "results.material.symmetry.hall_number"}}"#)
                == .list([.null, .null]))
    }
}
