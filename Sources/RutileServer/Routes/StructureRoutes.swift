import HTTPTypes
package import OptimadeAPI
import RutileEntries
import RutileJSON
import RutileModel
package import RutileOptimade

/// What OPTIMADE's own endpoints do not say of structures: all that match as one file, and how often values occur.
package enum StructureRoutes {
    /// The structures that somebody may see.
    package struct Structures: Sendable {
        /// The structures.
        package let entries: IndexedCollection
        /// How this installation tells of itself.
        package let settings: OptimadeSettings

        /// `entries` of an installation with `settings`.
        package init(_ entries: IndexedCollection, settings: OptimadeSettings) {
            self.entries = entries
            self.settings = settings
        }
    }

    /// A format of files.
    private enum Format: String, CaseIterable {
        case lines = "optimade-jsonl"
        case csv
        case cifFolder = "cif-zip"
    }

    /// The routes that `service` answers.
    package static func routes(_ service: any OptimadeRoutes.Service) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/structures/export", needs: .optimadeRead, exporting,
                answer: { call in
                    try await refusing { try await file(call, service.structures(as: call.caller)) }
                }),
            Route(
                .api, .get, "/api/v1/structures/facets", needs: .optimadeRead, counting,
                answer: { call in
                    let query = try call.query()
                    let limit = try query.integer("limit", in: 1...10_000) ?? 250
                    let facets = Facets(query.all("property"), filter: filter(query), limit: limit)
                    return try await refusing {
                        let structures = try await service.structures(as: call.caller)
                        return Route.Answer(try await facets.document(of: structures.entries).json())
                    }
                }),
        ]
    }

    private static func filter(_ query: FormFields) -> String? {
        query["filter"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func file(_ call: Route.Call, _ structures: Structures) async throws -> Route.Answer {
        let query = try call.query()
        let format: Format = try query.choice("format") ?? .lines
        let type = structures.entries.type
        let fields = query.all("field")
        if let unknown = fields.first(where: { type[$0] == nil }) {
            throw OptimadeProblem(.parameterName, parameter: "field", "structures have no property “\(unknown)”.")
        }
        let matching = try MatchingEntries(structures.entries, filter: filter(query))
        let source: any ByteSource
        let contentType: String
        let name: String
        switch format {
        case .lines:
            let writer = ExchangeWriter(structures.settings, types: [type], fields: fields.isEmpty ? nil : fields)
            (source, contentType, name) = (
                StructureFile(matching, writer: writer), "application/jsonl", "structures.jsonl"
            )
        case .csv:
            let writer = CSVWriter(fields: fields.isEmpty ? type.attributeNames : fields)
            (source, contentType, name) = (
                StructureFile(matching, writer: writer), "text/csv; charset=utf-8", "structures.csv"
            )
        case .cifFolder:
            source = try StructureFolder(matching, writer: CIFWriter(), ending: ".cif")
            (contentType, name) = ("application/zip", "structures.zip")
        }
        var answer = try await Route.Answer(source)
        answer.contentType = contentType
        answer.headers[.contentDisposition] = EntriesRoutes.attachment(name)
        return answer
    }

    /// What OPTIMADE refuses, in the form of this API.
    private static func refusing(_ body: () async throws -> Route.Answer) async throws -> Route.Answer {
        do {
            return try await body()
        } catch let problem as OptimadeProblem {
            throw Refusal(problem: problem)
        }
    }

    private struct Refusal: Problem {
        let problem: OptimadeProblem

        var status: Int { problem.kind.status }
        var code: String { problem.code.rawValue }
        var detail: String { problem.detail }
        var location: String? { problem.parameter }
    }

    private static let exporting = RouteDocumentation(
        "Export structures",
        """
        All structures that match, however many, in the order of their ids: as OPTIMADE JSON Lines, as a table, or as a zip \
        file with a CIF for each; its `left-out.txt` names those that CIF has no way to say.
        """,
        parameters: [
            filterParameter, .query("format", "`optimade-jsonl`, `csv` or `cif-zip`; without it the first."),
            .query("field", "A property to write, for the first two; without it all are.", isList: true),
        ],
        example: #"""
            curl -sG "$RUTILE_URL/api/v1/structures/export" -o structures.csv -d format=csv -d field=id -d field=nsites \
              --data-urlencode 'filter=elements HAS "Ti"'
            """#,
        answers: [
            (200, "The file.", "application/jsonl"), (200, "The table.", "text/csv"),
            (200, "The zip file.", "application/zip"), refused, unsupported,
        ])

    private static let counting = RouteDocumentation(
        "Count values of structures",
        """
        For each property, the values that matching structures have of it, or of its items, and how many have each: the most \
        frequent first. Only what the caller may see is counted.
        """,
        parameters: [
            filterParameter, .query("property", "A property.", isList: true),
            .query("limit", "Values of a property at most; without it 250.", type: "integer"),
        ],
        example: #"""
            curl -sG "$RUTILE_URL/api/v1/structures/facets" -d property=elements -d property=space_group_it_number \
              --data-urlencode 'filter=nelements=2'
            """#,
        answers: [(200, "The counts, and how many structures match.", "application/json"), refused, unsupported],
        model: .facets)

    private static let filterParameter = RouteDocumentation.Parameter.query("filter", "An OPTIMADE filter.")

    private static let refused: (status: Int, meaning: String, contentType: String) = (
        400, "The filter is none, or a property is not there; `detail` says where.", "application/json"
    )

    private static let unsupported: (status: Int, meaning: String, contentType: String) = (
        501, "The filter compares what cannot be compared.", "application/json"
    )
}
