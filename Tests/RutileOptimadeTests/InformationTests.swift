import OptimadeAPI
import RutileJSON
import RutileModel
import RutileOptimade
import Testing

@Suite struct InformationTests {
    @Test func theBaseInfoNamesEndpointsAndLicence() async throws {
        let reply = try await OptimadeService.ofExchangeFile().reply("/info")
        #expect(reply["/jsonapi/meta/api-version"] == .string("1.2.0"))
        #expect(reply.text.hasPrefix(#"{"jsonapi":"#))
        let attributes = try #require(reply["/data/attributes"])
        #expect(attributes["available_api_versions"]?.items?.first?["url"] == .string(OptimadeService.base + "/v1/"))
        #expect(
            attributes["available_endpoints"]
                == .list(["structures", "references", "info", "links"].map { .string($0) }))
        #expect(attributes["license"] == .string("https://spdx.org/licenses/CC-BY-4.0"))
        #expect(attributes["available_licenses"] == .list([.string("CC-BY-4.0")]))
        #expect(attributes["is_index"] == .bool(false))
    }

    @Test(arguments: [
        (nil, nil, nil), ("CC0-1.0", "https://spdx.org/licenses/CC0-1.0", "CC0-1.0"),
        ("https://spdx.org/licenses/CC0-1.0", "https://spdx.org/licenses/CC0-1.0", "CC0-1.0"),
        ("https://example.com/terms", "https://example.com/terms", nil),
        ("CC BY 4.0", "https://spdx.org/licenses/CC-BY-4.0", "CC-BY-4.0"), ("MIT OR CC-BY-4.0", nil, "MIT"),
        ("see the readme", nil, nil),
    ])
    func licencesAreIdentifiersOrAddresses(license: String?, url: String?, identifier: String?) async throws {
        let reply = try await OptimadeService.ofExchangeFile { $0.license = license }.reply("/v1/info")
        #expect(reply["/data/attributes/license"]?.text == url)
        #expect(reply["/data/attributes/available_licenses/0"]?.text == identifier)
    }

    @Test func settingsAreShown() async throws {
        let service = try await OptimadeService.ofExchangeFile {
            $0.requestDelay = 0.5
            $0.baseURL = "https://data.example.org/x/"
            $0.implementation.maintainerEmail = "m@example.org"
            $0.implementation.sourceURL = "https://example.org/source"
            $0.database = .init(id: "d", name: "D", version: "7", maintainerEmail: "d@example.org")
        }
        let reply = try await service.reply("/v1/structures?page_limit=1")
        #expect(reply["/meta/request_delay"] == .real(0.5))
        #expect(reply["/links/base_url"] == .string("https://data.example.org/x"))
        #expect(reply["/links/next"]?.text?.hasPrefix("https://data.example.org/x/v1/structures?") == true)
        #expect(reply["/meta/implementation/maintainer/email"] == .string("m@example.org"))
        #expect(reply["/meta/implementation/source_url"] == .string("https://example.org/source"))
        #expect(reply["/meta/database/version"] == .string("7"))
        #expect(reply["/meta/database/maintainer/email"] == .string("d@example.org"))
        #expect(reply["/meta/time_stamp"] == .string("2023-11-14T22:13:20Z"))
    }

    @Test func timeStampsAreInWholeSeconds() async throws {
        let settings = OptimadeSettings(
            provider: .init(prefix: "x", name: "X", description: "Xs"), implementation: .init(name: "R", version: "1"))
        let service = OptimadeService(settings, now: { Timestamp(microseconds: 1_750_000) }) { _ in [] }
        #expect(try await service.reply("/v1/info")["/meta/time_stamp"] == .string("1970-01-01T00:00:01Z"))
    }

    @Test func answersThatDifferInTimeOnlyHaveTheSameParts() async throws {
        func answer(_ target: String, at seconds: Int64) async throws -> OptimadeAnswer {
            let settings = OptimadeSettings(
                provider: .init(prefix: "x", name: "\"time_stamp\":\"", description: "X"),
                implementation: .init(name: "R", version: "1"))
            let service = OptimadeService(settings, now: { Timestamp(microseconds: seconds * 1_000_000) }) { _ in
                [MemoryCollection(.structures, rules: settings.parameterRules)]
            }
            return try await service.answer(OptimadeRequest(path: target, baseURL: OptimadeService.base))
        }
        let (early, late) = (try await answer("/v1/structures", at: 0), try await answer("/v1/structures", at: 1))
        #expect(early.body != late.body)
        #expect(early.partsWithoutTime == late.partsWithoutTime)
        #expect(early.partsWithoutTime.map(\.count).reduce(0, +) == early.body.count - "1970-01-01T00:00:00Z".count)
        #expect(try await answer("/v1/structures/", at: 0).partsWithoutTime != early.partsWithoutTime)
        let page = try await answer("/", at: 0)
        #expect(page.partsWithoutTime == [page.body[...]])
    }

    @Test(arguments: [(PropertyDefinitionStyle.flat, "integer" as String?), (.strict, nil)])
    func entryInfoHasTypeAndIDAndItsStyle(style: PropertyDefinitionStyle, type: String?) async throws {
        let service = try await OptimadeService.ofExchangeFile { $0.propertyDefinitions = style }
        let reply = try await service.reply("/v1/info/structures")
        #expect(reply["/data/type"] == .string("info"))
        #expect(reply["/data/id"] == .string("structures"))
        #expect(reply["/data/properties/nelements/type"]?.text == type)
        #expect(reply["/data/properties/nelements/x-optimade-type"] == .string("integer"))
        // Those of version 1.3 are no errors for old clients where they are not listed.
        #expect((reply["/data/properties/wyckoff_positions"] != nil) == (style == .strict))
        #expect(reply["/data/properties/_exmpl_band_gap/unit"] == .string("eV"))
        #expect(
            reply["/data/output_fields_by_format/json"]?.items?.compactMap(\.text)
                == reply["/data/properties"]?.object?.keys)
    }

    @Test func versionsAreBelowTheUnversionedBaseURLOnly() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let reply = try await service.reply("/versions")
        #expect(reply.contentType == "text/csv; header=present")
        #expect(reply.text == "version\n1\n")
        #expect(try await service.reply("/v1.2/versions").status == 404)
    }

    @Test func thereIsOneRootLink() async throws {
        let settings = OptimadeSettings(
            provider: .init(prefix: "x", name: "X", description: "Xs"), implementation: .init(name: "R", version: "1"))
        let links = [
            DatabaseLink(
                id: "other", name: "Other", description: "Others", baseURL: "https://other.example", homepage: nil,
                linkType: .external, aggregate: .no, noAggregateReason: "Closed."),
            DatabaseLink(id: "imported", name: "I", description: "I", baseURL: nil, homepage: nil, linkType: .root),
        ]
        let service = OptimadeService(settings, links: links) { _ in [] }
        let reply = try await service.reply("/v1/links")
        #expect(reply.ids == ["other", "x"])
        #expect(reply["/data/0/attributes/aggregate"] == .string("no"))
        #expect(reply["/data/0/attributes/no_aggregate_reason"] == .string("Closed."))
        #expect(reply["/data/1/attributes/link_type"] == .string("root"))
        #expect(reply["/data/1/attributes/base_url"] == .string(OptimadeService.base))
        #expect(reply["/data/1/attributes/homepage"]?.isNull == true)
        #expect(try await service.reply("/v1/links?filter=link_type%3D%22external%22").ids == ["other"])
    }

    @Test func pagesEscapeWhatTheyAreTold() async throws {
        let service = try await OptimadeService.ofExchangeFile {
            $0.provider.name = "<script>alert('x')</script>"
            $0.provider.homepage = "javascript:alert(1)"
            $0.license = "\"><script>"
        }
        for target in ["/", "/v1", "/v1/", "/v1/extensions/docs"] {
            let reply = try await service.reply(target)
            #expect(reply.status == 200)
            #expect(reply.contentType == "text/html; charset=utf-8")
            #expect(!reply.text.contains("<script"))
            #expect(!reply.text.contains("href=\"javascript"))
            #expect(reply.text.contains("&lt;script&gt;"))
        }
        let page = try await service.reply("/")
        #expect(page.text.contains("<td>300</td>"))
    }

    @Test func theExamplesOfTheLandingPageWork() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let page = try await service.reply("/")
        let links = page.text.matches(of: /<code><a href="([^"]+)"/).map { String($0.1).replacing("&amp;", with: "&") }
        #expect(links.count == 3)
        for link in links {
            let reply = try await service.reply(link)
            #expect(reply.status == 200, "\(link)")
            #expect(!reply.ids.isEmpty, "\(link)")
        }
    }

    @Test func theOpenAPIDocumentDescribesWhatIsServed() async throws {
        let service = try await OptimadeService.ofExchangeFile()
        let reply = try await service.reply("/v1/extensions/openapi.json")
        #expect(reply.contentType == "application/json")
        let document = try #require(reply.json)
        #expect(document["openapi"] == .string("3.1.0"))
        let paths = try #require(document["paths"]?.object)
        for (path, item) in paths.members {
            let target = path == "/versions" ? path : "/v1" + path.replacing("{id}", with: "s00003")
            #expect(try await service.reply(target).status == 200, "\(path)")
            #expect(item["get"]?["operationId"]?.text?.isEmpty == false)
        }
        #expect(paths.keys.contains("/structures/{id}") && paths.keys.contains("/info/references"))
        let operations = paths.values.compactMap { $0["get"]?["operationId"]?.text }
        #expect(Set(operations).count == paths.count)
        #expect(
            document["components"]?["schemas"]?["structures"]?["properties"]?["attributes"]?["properties"]?["nsites"]
                != nil)
        for reference in references(in: document) {
            let pointer = reference.dropFirst().split(separator: "/").map(String.init)
            let target = pointer.reduce(Optional(document)) { $0?[$1] }
            #expect(target != nil, "\(reference)")
        }
        // What a list takes is what it says that it takes.
        let parameters = paths["/structures"]?["get"]?["parameters"]?.items?.compactMap { $0["$ref"]?.text } ?? []
        #expect(parameters.count == 13)
        for parameter in parameters.compactMap({ $0.split(separator: "/").last }) {
            let answer = try await service.reply("/v1/structures?page_limit=1&\(parameter)=")
            #expect(answer["/errors/0/code"] != .string("parameter.unknown"), "\(parameter)")
        }
    }

    private func references(in value: Value) -> [String] {
        if let items = value.items { return items.flatMap(references) }
        guard let object = value.object else { return [] }
        return (object["$ref"]?.text.map { [$0] } ?? []) + object.values.flatMap(references)
    }
}
