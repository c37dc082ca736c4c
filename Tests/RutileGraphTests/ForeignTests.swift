import NomadAPI
import RutileGraph
import RutileJSON
import Synchronization
import Testing

/// Entries of other databases in answers; the gateway is simulated.
struct ForeignTests {
    /// The gateway `g` of one database with two entries, and `broken`, whose database does not answer.
    private final class Gateways: ForeignEntries {
        private let seen = Mutex<[ForeignQuestion]>([])

        /// All questions so far.
        var questions: [ForeignQuestion] { seen.withLock { $0 } }

        func answers(to questions: Set<ForeignQuestion>) async throws -> [ForeignQuestion: ForeignAnswer] {
            seen.withLock { $0 += questions }
            return Dictionary(uniqueKeysWithValues: questions.map { ($0, answer(to: $0)) })
        }

        private func answer(to question: ForeignQuestion) -> ForeignAnswer {
            if question.filter == "no filter" {
                return .refused(GraphProblem(.invalidQuery, "Invalid query: no filter.", at: question.pointer))
            }
            let providers = Value.list([.members(["id": .string("d")])])
            switch question.gateway {
            case "g":
                let entries = [("d/1", 2), ("d/2", 5)].map { id, count in
                    ForeignPage.Entry(
                        id: id,
                        attributes: ObjectValue([
                            ("nsites", .integer(Int64(count))), ("species", .list([.members(["name": .string("Si")])])),
                        ]))
                }
                return .page(
                    ForeignPage(entries: entries, total: 7, next: "more", providers: providers, problems: []))
            case "broken":
                return .page(
                    ForeignPage(
                        entries: [], total: nil, next: nil, providers: providers, problems: ["d did not answer."]))
            default: return .noGateway
            }
        }
    }

    private let gateways = Gateways()

    private func ask(_ request: String) async throws -> (status: Int, answer: Value) {
        let laboratory = try await GraphLaboratory(
            bundle: GoldenCase.bytes("cases/graph/fixture.json"), foreign: gateways)
        return try await laboratory.ask(request, as: "u-ada")
    }

    @Test func oneRequestJoinsForeignEntriesAndLocalOnes() async throws {
        let (status, answer) = try await ask(
            """
            {"optimade": {"g": {"m_request": {"query": {"filter": "nsites>1"},
                 "pagination": {"page_size": 2, "order_by": "nsites", "order": "desc"}}, "*": {"nsites": "*"}}},
             "uploads": {"upl-lab": {"upload_name": "*"}}}
            """)
        #expect(status == 200)
        #expect(answer["uploads"]?["upl-lab"]?["upload_name"] != nil)
        let list = try #require(answer["optimade"]?["g"])
        #expect(list["d/1"] == .members(["nsites": .integer(2)]))
        #expect(list["d/2"] == .members(["nsites": .integer(5)]))
        let response = try #require(list["m_response"])
        #expect(response["query"] == .members(["filter": .string("nsites>1")]))
        #expect(response["pagination"]?["total"] == .integer(7))
        #expect(response["pagination"]?["next_page_after_value"] == .string("more"))
        #expect(response["providers"]?.items?.count == 1)
        #expect(list["m_errors"] == nil)
        let question = try #require(gateways.questions.first)
        #expect(gateways.questions.count == 1)
        #expect(question.fields == ["nsites"])
        #expect(question.sort == "-nsites")
        #expect(question.size == 2)
    }

    @Test(
        arguments: [
            (#"{"*": "*"}"#, nil), (#"{"*": {"*": "*"}}"#, nil), (#"{"*": {"species": {"name": "*"}}}"#, ["species"]),
            (#""*""#, ["id"]), (#"{"m_request": {"pagination": {"page_after_value": "more"}}}"#, ["id"]),
        ] as [(String, [String]?)])
    func onlyWhatIsWantedIsAskedFor(request: String, fields: [String]?) async throws {
        let (status, answer) = try await ask(#"{"optimade": {"g": \#(request)}}"#)
        #expect(status == 200)
        #expect(gateways.questions.map(\.fields) == [fields])
        let entry = try #require(answer["optimade"]?["g"]?["d/1"])
        switch fields {
        case ["id"]: #expect(entry == .string("d/1"))
        case ["species"]: #expect(entry == .members(["species": .list([.members(["name": .string("Si")])])]))
        default: #expect(entry.object?.keys == ["nsites", "species"])
        }
    }

    @Test func entriesAreReadByIdWithOneQuestion() async throws {
        let (status, answer) = try await ask(
            #"{"optimade": {"g": {"d/2": {"nsites": "*"}, "d/1": "*", "d/\"3": "*"}}}"#)
        #expect(status == 200)
        #expect(gateways.questions.map(\.filter) == [#"id="d/2" OR id="d/1" OR id="d/\"3""#])
        let list = try #require(answer["optimade"]?["g"])
        #expect(list.object?.keys == ["d/2", "d/1", "m_errors"])
        #expect(list["m_errors"]?.items?.first?["error_type"] == .string("NOTFOUND"))
    }

    @Test func whatIsMissingIsSaidAtItsPlace() async throws {
        let (status, answer) = try await ask(#"{"optimade": {"broken": "*", "nowhere": "*"}}"#)
        #expect(status == 200)
        let errors = ["broken", "nowhere"].map { answer["optimade"]?[$0]?["m_errors"]?.items?.first }
        #expect(errors.map { $0?["error_type"]?.text } == ["GENERAL", "NOTFOUND"])
        #expect(errors[0]?["message"]?.text == "d did not answer.")
        #expect(answer["optimade"]?["broken"]?["m_response"]?["pagination"]?["total"] == .null)
    }

    @Test(arguments: [
        (#"{"g": {"m_request": {"query": {"filter": "no filter"}}}}"#, 400),
        (#"{"g": {"m_request": {"query": {"fliter": "x"}}}}"#, 400),
        (#"{"g": {"m_request": {"query": {"dedupe": "all"}}}}"#, 400),
        (#"{"g": {"m_request": {"pagination": {"page": 0}}}}"#, 400),
        (#"{"g": {"*": {"m_request": {"query": {"filter": "x"}}}}}"#, 400),
        (#"{"g": {"*": {"m_request": {"depth": 1}}}}"#, 400), (#"{"*": "*"}"#, 422), (#""*""#, 422), ("[]", 422),
    ])
    func whatIsNoQuestionIsRefused(request: String, status: Int) async throws {
        #expect(try await ask(#"{"optimade": \#(request)}"#).status == status)
    }

    @Test func belowADocumentItIsANameLikeAnyOther() async throws {
        let (status, _) = try await ask(
            #"{"entries": {"ent-sample": {"metadata": {"optimade": {"nelements": "*"}}}}}"#)
        #expect(status == 200)
        #expect(gateways.questions.isEmpty)
    }
}
