import NomadAPI
import RutileClient
import RutileJSON
import Testing

struct GraphQueryTests {
    @Test func aRequestIsAsTheAPIHasIt() throws {
        let query = try GraphQuery(
            .entry(
                "E-1", .field("parser_name"),
                .archive(
                    .section("workflow2", .section("outputs", at: .last, .quantity("section", .followed))),
                    .section("workflow2", .quantity("name"), .quantity("tasks", at: .range(1, nil))))),
            .entry("E-2"))
        let expected: Value = [
            "entries": [
                "E-1": [
                    "parser_name": "*",
                    "archive": [
                        "workflow2": [
                            "outputs[-1]": ["section": ["m_request": ["directive": "resolved"]]], "name": "*",
                            "tasks[1:]": "*",
                        ]
                    ],
                ],
                "E-2": "*",
            ]
        ]
        #expect(query.request == expected)
    }

    @Test func whatCanBeWrittenIsAValidRequest() throws {
        var reading = GraphQuery.Reading.followed
        reading.referenceDepth = 3
        reading.keys = .excluding("m_*", "a-b !", "[")
        reading.depth = 0
        reading.longestList = 5
        reading.largestObject = .max
        let pages: [GraphQuery.SectionPage?] = [
            nil, .number(-4, size: 0), .number(.max, size: .max), .containing(0, size: 10_001),
        ]
        for page in pages {
            reading.page = page
            let query = try GraphQuery(
                .entry("E", .archive(.rest(reading), .section("archive", .quantity("m_def", reading)))),
                .upload("U", .document("entries", .entry(.archive())), .field("coauthors")),
                .dataset("D"), .group("G", .field("owner")), .user("me", .field("name")),
                .uploads(.first(-1), .field("upload_name")), .datasets(.after("x-y", size: 1 << 40)),
                .search(
                    ["results.material.elements": ["Ti"]], owner: .visible, .first(3),
                    .entry(.upload(.field("upload_name"))), .document("results", .field("material"))))
            _ = try GraphRequest(query.request)
        }
    }

    @Test func whatIsNamedTwiceIsReadAsTheLaterOneSays() throws {
        var first = GraphQuery.Reading()
        first.keys = .including("a")
        first.page = .number(2)
        var second = GraphQuery.Reading.followed
        second.keys = .excluding("b")
        second.page = .containing(7)
        let query = try GraphQuery(
            .entry("E", .archive(.section("s", .quantity("q"), .rest(first)), .section("s", .rest(second)))))
        _ = try GraphRequest(query.request)
        let expected: Value = [
            "q": "*",
            "m_request": [
                "directive": "resolved", "exclude": ["b"], "pagination": ["page_size": 10, "page_containing": 7],
            ],
        ]
        #expect(query.request["entries"]?["E"]?["archive"]?["s"] == expected)
    }

    @Test(arguments: ["", "*", "m_request", "m_children"])
    func whatIsNoNameIsRefused(name: String) {
        #expect(throws: ClientError.self) { try GraphQuery(.entry("E", .field(name))) }
        #expect(throws: ClientError.self) { try GraphQuery(.entry(name)) }
        #expect(throws: ClientError.self) { try GraphQuery(.entry("E", .archive(.section(name)))) }
    }

    @Test func aRequestForNothingIsRefused() {
        #expect(throws: ClientError.self) { try GraphQuery() }
    }
}
