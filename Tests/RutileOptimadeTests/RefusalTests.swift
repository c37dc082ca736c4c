import OptimadeAPI
import RutileJSON
import RutileOptimade
import Testing

@Suite struct RefusalTests {
    private static let table: [(target: String, status: Int, code: OptimadeProblem.Code)] = [
        ("/v1/structures?filter=%FF", 400, .parameterEncoding),
        ("/v1/structures?foo=1", 400, .parameterUnknown),
        ("/v1/structures?filter=a&filter=a", 400, .parameterRepeated),
        ("/v1/structures?page_limit=x", 400, .parameterValue),
        ("/v1/info?response_format=xml", 400, .parameterValue),
        ("/v1/structures?page_limit=501", 403, .parameterLimit),
        ("/v1/structures?page_below=1", 501, .parameterUnsupported),
        ("/v1/structures/s00003?dimension_slices=dim_sites%5B0%3A1%5D", 501, .parameterUnsupported),
        ("/v1/structures?sort=crazyfield", 400, .parameterName),
        ("/v1/structures?sort=nsites,_exmpl_nothing", 400, .parameterName),
        ("/v1/structures?sort=elements", 400, .parameterName),
        ("/v1/structures?sort=species.name", 400, .parameterName),
        ("/v1/structures?sort=_other_x,crazyfield", 400, .parameterName),
        ("/v1/structures?response_fields=nsites,crazyfield", 400, .parameterName),
        ("/v1/structures/s00003?response_fields=_crazyfield", 400, .parameterName),
        ("/v1/structures?response_fields=_exmpl_band_gap,_exmpl_calculation.code", 400, .parameterName),
        ("/v1/structures?response_fields=_other_%22q", 400, .parameterName),
        ("/v1/structures?response_fields=_other_x.y", 400, .parameterName),
        ("/v1/structures?sort=_other_x.y", 400, .parameterName),
        ("/v1/structures?sort=_other_%22q", 400, .parameterName),
        ("/v1/links?sort=nope", 400, .parameterName),
        ("/v1/structures?include=nonsense", 400, .parameterName),
        ("/v1/structures/s00003?include=links", 400, .parameterName),
        ("/v1/structures?filter=nelements%3D", 400, .filterSyntax),
        ("/v1/structures?filter=crazyfield%3D1", 400, .filterName),
        ("/v1/structures?filter=last_modified%3D%22now%22", 400, .filterTimestamp),
        ("/v1/structures?filter=nelements%3D%22two%22", 501, .filterType),
        ("/v1/structures?filter=%22a%22%3D%22a%22", 501, .filterStrings),
        ("/v1/structures?filter=nelements%3D1e999", 501, .filterNumber),
        ("/v1/structures?filter=references.target.year%3D%222000%22", 501, .filterUnsupported),
        ("/v1/nonsense", 404, .endpointUnknown),
        ("/v1/nonsense/1", 404, .endpointUnknown),
        ("/v1/info/nonsense", 404, .endpointUnknown),
        ("/v1/info/links", 404, .endpointUnknown),
        ("/v1/versions", 404, .endpointUnknown),
        ("/v1/v123123/info", 404, .endpointUnknown),
        ("/v1/structures/%FF", 404, .endpointUnknown),
        ("/v123123/info", 553, .versionUnknown),
        ("/v1.1/info", 553, .versionUnknown),
        ("/v1.2.1/info", 553, .versionUnknown),
        ("/v0", 553, .versionUnknown),
        ("/info?api_hint=v2", 553, .versionUnknown),
        ("/structures?api_hint=v1.3", 553, .versionUnknown),
    ]

    @Test(
        arguments: [
            ("nelement=3", "The filter is not understood: there is no property nelement (at characters 1–8)"),
            ("references.target.year = \"x\"", "The filter cannot be answered: not supported: properties of related"),
        ])
    func detailsOfFiltersSayWhetherTheyAreUnderstood(_ filter: String, _ start: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile()
            .reply("/v1/structures?filter=" + PercentCoding.encoded(filter))
        let detail = try #require(reply["/errors/0/detail"]?.text)
        #expect(detail.hasPrefix(start), "\(detail)")
    }

    @Test(arguments: ["response_fields=nope", "sort=nope"])
    func theInformationThatIsNamedIsThere(_ query: String) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        for (type, isNamed) in [("structures", true), ("references", true), ("links", false)] {
            let reply = try await service.reply("/v1/\(type)?\(query)")
            let detail = try #require(reply["/errors/0/detail"]?.text)
            #expect(detail.contains("/info/\(type)") == isNamed, "\(detail)")
            #expect(try await service.reply("/v1/info/\(type)").status == (isNamed ? 200 : 404))
        }
    }

    @Test func aVersionThatStandsTwiceIsNamed() async throws {
        for path in ["/v1/v1/structures", "/v1.2/v1/info"] {
            let reply = try await OptimadeService.ofExchangeFile().reply(path)
            #expect(reply["/errors/0/detail"]?.text?.contains("the version stands twice") == true, "\(path)")
        }
    }

    @Test func metadataOfPropertiesAreRefusedWithAWarning() async throws {
        for path in ["/v1/structures", "/v1/structures/s00003"] {
            let reply = try await OptimadeService.ofExchangeFile()
                .reply(path + "?response_fields=nsites,property_metadata")
            #expect(reply["/meta/warnings/0/code"] == .string("_exmpl_parameter.ignored"), "\(path)")
        }
    }

    @Test(arguments: table)
    func refusalsAreErrorDocuments(target: String, status: Int, code: OptimadeProblem.Code) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply(target)
        #expect(reply.status == status)
        #expect(reply.contentType == "application/vnd.api+json")
        #expect(reply["/errors/0/code"] == .string(code.rawValue))
        #expect(reply["/errors/0/status"] == .string(String(status)))
        #expect(reply["/errors/0/title"] == .string(code.kind.title))
        #expect(reply["/errors/0/detail"]?.text?.isEmpty == false)
        #expect(reply["/data"] == nil)
        #expect(reply["/meta/api_version"] == .string("1.2.0"))
        #expect(reply["/meta/query/representation"]?.text?.hasPrefix("/") == true)
        #expect(reply["/meta/more_data_available"] == .bool(false))
    }

    /// `method` and `accept` have tests of their own.
    @Test func everyCodeIsReached() {
        let reached = Set(Self.table.map(\.code)).union([.method, .accept])
        #expect(reached == Set(OptimadeProblem.Code.allCases))
    }

    @Test(arguments: ["POST", "PUT", "PATCH", "DELETE", "get", "QUERY"])
    func everythingIsReadOnly(method: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply("/v1/structures", method: method)
        #expect(reply.status == 405)
        #expect(reply["/errors/0/code"] == .string("method"))
        #expect(reply["/errors/0/detail"]?.text?.contains("GET, HEAD, OPTIONS") == true)
    }

    @Test func headIsAnsweredAsGetAndOptionsWithoutABody() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let get = try await service.reply("/v1/structures?page_limit=3")
        let head = try await service.reply("/v1/structures?page_limit=3", method: "HEAD")
        #expect(head.status == 200)
        #expect(head.body == get.body)
        let options = try await service.reply("/v1/structures", method: "OPTIONS")
        #expect(options.status == 204)
        #expect(options.body.isEmpty)
    }

    @Test(arguments: [
        (nil, 200), ("*/*", 200), ("application/json", 200), ("text/html", 200), ("", 200), (",;,", 200),
        ("application/vnd.api+json", 200), ("Application/VND.api+JSON", 200),
        ("application/vnd.api+json;q=0.5", 200), ("application/vnd.api+json; q=0.5; foo=bar", 200),
        ("application/vnd.api+json; profile=\"https://example.com\"", 200),
        ("application/vnd.api+json; foo=bar, application/vnd.api+json", 200),
        ("application/vnd.api+json; foo=bar", 406), ("application/vnd.api+json;charset=utf-8;q=1", 406),
        ("application/vnd.api+json; ext=\"https://example.com\"", 406),
        ("text/html, application/vnd.api+json; foo=bar, */*", 406),
    ])
    func acceptRulesOutParametersOfJSONAPIOnly(accept: String?, status: Int) async throws {
        let service = try await OptimadeService.ofExchangeFile()
        #expect(try await service.reply("/v1/info", accept: accept).status == status)
        // What is not JSON:API does not mind.
        #expect(try await service.reply("/versions", accept: accept).status == 200)
    }

    @Test(arguments: [
        "/v1/info", "/v1.2/info", "/v1.2.0/info", "/info", "/info?api_hint=v1", "/info?api_hint=v1.2",
        "/info?api_hint=v1.2.0", "/info?api_hint=v0.9", "/info?api_hint=", "/v1/info?api_hint=v7", "/info/",
        "/v1/info/",
        "/v1/info?foo=1",
    ])
    func servedVersionsAnswerWithoutWarning(target: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply(target)
        #expect(reply.status == 200)
        #expect(reply["/data/id"] == .string("/"))
        #expect(reply["/meta/warnings"] == nil)
    }

    @Test(arguments: [
        "/info?api_hint=banana", "/info?api_hint=1", "/structures?api_hint=v", "/info?api_hint=v1&api_hint=v1",
    ])
    func hintsThatSayNothingAreWarnedAbout(target: String) async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply(target)
        #expect(reply.status == 200)
        let warning = try #require(reply["/meta/warnings/0"])
        #expect(warning["type"] == .string("warning"))
        #expect(warning["code"] == .string("_exmpl_parameter.ignored"))
        #expect(warning["status"] == nil)
        #expect(warning["source"]?["parameter"] == .string("api_hint"))
    }
}
