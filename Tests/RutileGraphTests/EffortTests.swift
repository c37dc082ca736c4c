import NomadAPI
import RutileGraph
import RutileJSON
import RutileModel
import Testing

/// What hostile archives and requests may cost.
@Suite struct EffortTests {
    /// A service over one published upload `up` of the user `u`, with archives by entry.
    private func laboratory(
        _ archives: some Collection<(key: String, value: String)>, limits: GraphLimits = GraphLimits()
    ) async throws -> GraphLaboratory {
        let time = #""2024-01-01T00:00:00""#
        let entries = archives.map { (entry, archive) in
            """
            {"entry_id": "\(entry)", "upload_id": "up", "mainfile": "\(entry).json", "parser_name": "p",
             "entry_create_time": \(time), "archive": \(archive)}
            """
        }
        let bundle = """
            {"users": [{"user_id": "u", "username": "u"}],
             "uploads": [{"upload_id": "up", "main_author": "u", "upload_create_time": \(time), "publish_time": \(time)}],
             "entries": [\(entries.joined(separator: ","))]}
            """
        return try await GraphLaboratory(bundle: Array(bundle.utf8), limits: limits)
    }

    /// `levels` sections, each with two references to the next one and a list of two more.
    private func fan(_ levels: Int) -> String {
        let sections = (1...levels).map { next in
            ##"{"a": "#/data/l/\##(next)", "b": "/data/l/\##(next)", "r": ["#/data/l/\##(next)", "/data/l/\##(next)"]}"##
        }
        return #"{"data": {"l": [\#(sections.joined(separator: ",")), {"end": 1}]}}"#
    }

    @Test(
        arguments: [
            #"{"m_request": {"directive": "resolved"}}"#,
            #"{"m_request": {"directive": "resolved", "depth": 1000}}"#,
            #"{"m_request": {"directive": "resolved", "resolve_depth": 1000}}"#,
        ])
    func referencesThatMeetAgainAndAgainAreReadInLinearTime(data: String) async throws {
        let laboratory = try await laboratory(["fan": fan(40)])
        let start = ContinuousClock.now
        let (status, answer) = try await laboratory.ask(#"{"entries": {"fan": {"archive": {"data": \#(data)}}}}"#)
        #expect(status == 200)
        #expect(ContinuousClock.now - start < .seconds(60))
        let list = answer["uploads"]?["up"]?["entries"]?["fan"]?["archive"]?["data"]?["l"]?.items
        #expect(list?.count == 41)
        #expect(list?.last == .members(["end": .integer(1)]))
        #expect(list?[20]["b"] == .string("uploads/up/entries/fan/archive/data/l/21"))
    }

    @Test func soAreReferencesThatTheRequestFollowsKeyByKey() async throws {
        let laboratory = try await laboratory(["fan": fan(60)])
        let keys = (0..<50).reduce(#""*""#) { inner, _ in #"{"r": \#(inner)}"# }
        let start = ContinuousClock.now
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"fan": {"archive": {"data": {"l[0]": \#(keys)}}}}}"#)
        #expect(status == 200)
        #expect(ContinuousClock.now - start < .seconds(60))
        let list = answer["uploads"]?["up"]?["entries"]?["fan"]?["archive"]?["data"]?["l"]?.items
        #expect(list?.count == 50)
    }

    /// Sections that all refer to each other: every order of them is a chain, and no chain is circular before its end.
    private func tangle(_ count: Int) -> String {
        let references = (0..<count).map { ##""\##($0)": "#/data/\##($0)""## }.joined(separator: ",")
        let sections = (0..<count).map { #""\#($0)": {\#(references)}"# }
        return #"{"data": {\#(sections.joined(separator: ","))}}"#
    }

    @Test func sectionsThatAllReferToEachOtherAreReadInLinearTime() async throws {
        let laboratory = try await laboratory(["tangle": tangle(30)])
        let start = ContinuousClock.now
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"tangle": {"archive": {"data": {"m_request": {"directive": "resolved"}}}}}}"#)
        #expect(status == 200)
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(answer["uploads"]?["up"]?["entries"]?["tangle"]?["archive"]?["data"]?["7"]?.object?.count == 30)
    }

    /// Twenty thousand sections: more than is read at once.
    private var large: String {
        #"{"data": {"l": [\#((0..<20_000).map { #"{"n": \#($0)}"# }.joined(separator: ","))]}}"#
    }

    @Test func whatTakesLongIsAnsweredWhole() async throws {
        let laboratory = try await laboratory(["large": large])
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"large": {"archive": {"data": {"l": {"n": "*"}}}}}}"#)
        #expect(status == 200)
        let items = answer["entries"]?["large"]?["archive"]?["data"]?["l"]?.items
        #expect(items?.count == 20_000)
        #expect(items?.last == .members(["n": .integer(19_999)]))
    }

    @Test func documentsInDocumentsEndAtTheCapBeforeTheyTakeLong() async throws {
        let laboratory = try await GraphLaboratory(bundle: GoldenCase.bytes("cases/graph/fixture.json"))
        for name in ["groups", "uploads"] {
            let nested = (0..<25).reduce(#"{"group_name": "*"}"#) { inner, _ in #"{"\#(name)": {"*": \#(inner)}}"# }
            let start = ContinuousClock.now
            let (status, answer) = try await laboratory.ask(nested, as: "u-ada")
            #expect(status == 422)
            #expect(answer["detail"]?.text?.contains("limits.answer_nodes") == true)
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test func whatReachesFurtherThanReferencesAreFollowedStaysAsItIs() async throws {
        let links = 2_000
        let sections = (1...links).map { ##"{"next": "#/data/l/\##($0)"}"## }.joined(separator: ",")
        let laboratory = try await laboratory(
            ["chain": #"{"data": {"l": [\#(sections), {"end": 1}]}}"#, "short": #"{"data": {"x": 1}}"#])
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"chain": {"archive": {"data": {"l[0]": "include-resolved"}}}, "short": {"archive": "*"}}}"#)
        #expect(status == 200)
        #expect(answer["entries"]?["short"]?["archive"]?["data"]?["x"] == .integer(1))
        let list = answer["uploads"]?["up"]?["entries"]?["chain"]?["archive"]?["data"]?["l"]?.items ?? []
        #expect(list.count > 200 && list.count < links)
        #expect(list.dropFirst(199).first?["next"] == .string("uploads/up/entries/chain/archive/data/l/200"))
        #expect(list.last?["next"] == .string("#/data/l/\(list.count)"))
        let errors = answer["entries"]?["chain"]?["archive"]?["m_errors"]?.items
        #expect(errors?.count == 1)
        #expect(errors?.first?["message"]?.text?.contains("too long") == true)
    }

    @Test func capsAreNamedWhetherTheWorkIsShortOrLong() async throws {
        for nodes in [100, 20_000] {
            let laboratory = try await laboratory(["large": large], limits: GraphLimits(answerNodes: nodes))
            let (status, answer) = try await laboratory.ask(
                #"{"entries": {"large": {"archive": {"data": {"l": {"n": "*"}}}}}}"#)
            #expect(status == 422)
            #expect(answer["detail"]?.text?.contains("limits.answer_nodes (\(nodes))") == true)
        }
    }

    @Test func itemsOfAStoredListThatIsWrittenIntoCount() async throws {
        let archive = #"{"data": {"xs": [\#((0..<5_000).map(String.init).joined(separator: ","))]}}"#
        let request = #"{"entries": {"long": {"archive": {"data": {"xs": "*", "xs[7]": "*"}}}}}"#
        let capped = try await laboratory(["long": archive], limits: GraphLimits(answerNodes: 1_000)).ask(request)
        #expect(capped.status == 422)
        #expect(capped.answer["detail"]?.text?.contains("limits.answer_nodes (1000)") == true)
        let whole = try await laboratory(["long": archive]).ask(request)
        #expect(whole.status == 200)
        let items = whole.answer["entries"]?["long"]?["archive"]?["data"]?["xs"]?.items
        #expect(items == (0..<5_000).map { .integer($0) })
    }

    @Test func largeBodiesAreReadAsSmallOnesAre() async throws {
        let laboratory = try await laboratory(["a": #"{"data": {"x": 1}}"#])
        let keys = (0..<30_000).map { #""key\#($0)": "*""# }.joined(separator: ",")
        let (status, answer) = try await laboratory.ask(
            #"{"entries": {"a": {"archive": {"data": {"x": "*", \#(keys)}}}}}"#)
        #expect(status == 200)
        #expect(answer["entries"]?["a"]?["archive"]?["data"]?["x"] == .integer(1))
    }

    @Test func chainsThroughManyArchivesAreReadInLinearTime() async throws {
        let links = 300
        let archives = (0..<links).map { number in
            let next = ##""next": "../upload/archive/c\##(number + 1)#/data", "##
            return (key: "c\(number)", value: #"{"data": {\#(number < links - 1 ? next : "")"v": \#(number)}}"#)
        }
        let laboratory = try await laboratory(archives)
        func ask() async throws -> (Duration, Value) {
            let start = ContinuousClock.now
            let (status, answer) = try await laboratory.ask(
                #"{"entries": {"c0": {"archive": {"data": "include-resolved"}}}}"#)
            #expect(status == 200)
            return (ContinuousClock.now - start, answer)
        }
        let (time, answer) = try await ask()
        let entries = answer["uploads"]?["up"]?["entries"]
        #expect(entries?.object?.count == links - 1)
        for number in 1..<links {
            let data = entries?["c\(number)"]?["archive"]?["data"]
            #expect(data?["v"] == .integer(Int64(number)))
            let next = number < links - 1 ? Value.string("uploads/up/entries/c\(number + 1)/archive/data") : nil
            #expect(data?["next"] == next)
        }
        #expect(time < .seconds(10))
    }

    @Test func whatIsWrittenIsBoundedWhateverIsStored() async throws {
        let numbers = (0..<300_000).map(String.init).joined(separator: ",")
        let archive = #"{"data": {"xs": [\#(numbers)], "text": "\#(String(repeating: "x", count: 500_000))"}}"#
        let laboratory = try await laboratory(["long": archive], limits: GraphLimits(answerBytes: 2_000))
        for wanted in [#""*""#, #"{"data": {"xs[-1]": "*"}}"#, #"{"data": {"text": "*"}}"#, #"{"data": "*"}"#] {
            let (status, answer) = try await laboratory.ask(#"{"entries": {"long": {"archive": \#(wanted)}}}"#)
            #expect(status == 422)
            #expect(answer["detail"]?.text?.contains("limits.answer_bytes (2000)") == true)
        }
        let (_, answer) = try await laboratory.ask(
            #"{"entries": {"long": {"archive": {"data": {"xs[5]": "*", "xs[2:3]": "*", "xs[4]": "*"}}}}}"#)
        let items: [Value] = [.null, .null, .integer(2), .integer(3), .integer(4), .integer(5)]
        #expect(answer["entries"]?["long"]?["archive"]?["data"] == .members(["xs": .list(items)]))
    }

    @Test func noMoreArchivesAreOpenedThanTheCapAllows() async throws {
        let archive = ##"{"data": {"next": "../upload/archive/b#/data"}}"##
        let laboratory = try await laboratory(
            ["a": archive, "b": #"{"data": {}}"#, "c": archive], limits: GraphLimits(archives: 2))
        let named = ["a", "b", "c"].map { #""\#($0)": {"archive": {"data": "*"}}"# }
        func request(_ count: Int, _ more: String = "") -> String {
            #"{"entries": {\#(named.prefix(count).joined(separator: ","))\#(more)}}"#
        }
        #expect(try await laboratory.ask(request(2)).status == 200)
        let tooMany = try await laboratory.ask(request(3))
        #expect(tooMany.status == 422)
        #expect(tooMany.answer["detail"]?.text?.contains("limits.archives (2)") == true)
        // One that a reference leads to counts, too.
        let resolved = #"{"archive": {"data": "include-resolved"}}"#
        #expect(try await laboratory.ask(#"{"entries": {"a": \#(resolved)}}"#).status == 200)
        #expect(try await laboratory.ask(#"{"entries": {"a": \#(resolved), "c": \#(resolved)}}"#).status == 422)
        // The plan says the same.
        let limits = GraphLimits(archives: 2)
        let plan = try GraphService.explain(Array(request(2).utf8), limits: limits)
        #expect(plan.contains("at most 2 archives opened"))
        #expect(throws: GraphProblem.self) { try GraphService.explain(Array(request(3).utf8), limits: limits) }
    }

    @Test func thePlanSaysWhoMeIs() throws {
        let request = Array(#"{"users": {"me": "*"}}"#.utf8)
        #expect(try GraphService.explain(request).contains("me (nobody: there is no login)\n"))
        let ada = Caller(user: UserID("u-ada"), isAdmin: false, groups: [])
        #expect(try GraphService.explain(request, as: ada).contains("me (u-ada)\n"))
    }

    @Test func longRequestsKeepNobodyWaitingAndEndSoonAfterTheyAreCancelled() async throws {
        let laboratory = try await laboratory(["large": large])
        let items = (0..<200).map { #""l[\#($0):]": {"n": "*"}"# }.joined(separator: ",")
        let body = Array(#"{"entries": {"large": {"archive": {"data": {\#(items)}}}}}"#.utf8)
        // More of them than there are threads: some work, some wait.
        let requests = (0..<20).map { _ in Task { try await laboratory.service.answer(body, as: .anonymous) } }
        try await Task.sleep(for: .milliseconds(300))
        var start = ContinuousClock.now
        let (status, _) = try await laboratory.ask(
            #"{"entries": {"large": {"archive": {"data": {"l[7]": {"n": "*"}}}}}}"#)
        #expect(status == 200)
        #expect(ContinuousClock.now - start < .seconds(20))
        start = .now
        for request in requests { request.cancel() }
        for request in requests { await #expect(throws: CancellationError.self) { try await request.value } }
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
