import Crypto
import HTTPTypes
import NomadAPI
package import RutileEntries
import RutileJSON
import RutileModel

/// Entries: searches, documents, archives. Source: NOMAD 2.0.0's `/entries`.
package enum EntriesRoutes {
    /// What answers, with the definitions and the index of the moment.
    package typealias Service = @Sendable () -> EntriesService

    /// The routes that `service` answers.
    package static func routes(_ service: @escaping Service) -> [Route] {
        [
            Route(
                .api, .post, "/api/v1/entries/query", needs: .entriesRead, querying,
                answer: { call in
                    try await Route.Answer(service().page(EntriesQuery(body(of: call)), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries", needs: .entriesRead, listing,
                answer: { call in
                    try await Route.Answer(
                        service().page(parameters(of: call), links: links(of: call), as: call.caller))
                }),
            Route(
                .api, .post, "/api/v1/entries/archive/query", needs: .entriesRead, queryingArchives,
                answer: { call in
                    try await Route.Answer(service().archives(ArchivesQuestion(body(of: call)), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/archive", needs: .entriesRead, listingArchives,
                answer: { call in
                    try await Route.Answer(
                        service().archives(
                            ArchivesQuestion(parameters(of: call)), links: links(of: call), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}", needs: .entriesRead, showing,
                answer: { call in
                    let required = try parameters(of: call).required
                    let shown = required.flatMap { $0.include == nil && $0.exclude == nil ? nil : $0 }
                    return tagged(Route.Answer(try await service().metadata(of: entry(call), shown, as: call.caller)))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}/archive", needs: .entriesRead, showingArchive,
                answer: { call in
                    tagged(
                        try await Route.Answer(service().archive(of: entry(call), .everything, as: call.caller)))
                }),
            Route(
                .api, .post, "/api/v1/entries/{entry_id}/archive/query", needs: .entriesRead, queryingArchive,
                answer: { call in
                    let required = try RequiredData(EntriesQuery.members(of: body(of: call))["required"])
                    return try await Route.Answer(
                        service().archive(of: entry(call), required, as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}/archive/download", needs: .entriesRead, downloadingArchive,
                answer: { call in
                    let id = entry(call)
                    var answer = tagged(try await Route.Answer(service().bareArchive(of: id, as: call.caller)))
                    answer.headers[.contentDisposition] = attachment(id.text + ".archive.json")
                    return answer
                }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/archive/{entry_id}", needs: .entriesRead,
                showingArchiveOfUpload,
                answer: { call in
                    tagged(
                        try await Route.Answer(
                            service().archive(
                                of: entry(call), in: UploadID(call.target["upload_id"]), .everything, as: call.caller)))
                }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/archive/mainfile/{path...}", needs: .entriesRead,
                showingArchiveOfMainfile,
                answer: { call in
                    tagged(
                        try await Route.Answer(
                            service().archive(
                                ofMainfile: call.target["path"], in: UploadID(call.target["upload_id"]), as: call.caller
                            )))
                }),
        ]
    }

    static func entry(_ call: Route.Call) -> EntryID { EntryID(call.target["entry_id"]) }

    /// The body, parsed.
    static func body(of call: Route.Call) throws -> Value {
        let body = try call.body.isEmpty ? .null : Value(json: call.body, limits: .request, nonFinite: .refuse)
        guard !body.isNull else { throw RequestProblem.missingBody }
        return body
    }

    /// The question that parameters ask.
    static func parameters(of call: Route.Call) throws -> EntriesQuery {
        try EntriesQuery(parameters: call.query().pairs)
    }

    static func links(of call: Route.Call) -> PageLinks {
        PageLinks(address: call.target.address, query: call.target.query)
    }

    /// `answer` with a tag that is made from its bytes, where these are all of it.
    private static func tagged(_ answer: Route.Answer) -> Route.Answer {
        guard answer.rest == nil else { return answer }
        var answer = answer
        answer.entityTag = SHA256.hash(data: answer.body).prefix(8).hexadecimal
        return answer
    }

    /// The header of a file called `name`, without what cannot stand in it.
    static func attachment(_ name: String) -> String {
        let safe = name.utf8.map { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C ? $0 : UInt8(ascii: "_") }
        return "attachment; filename=\"\(String(decoding: safe, as: UTF8.self))\""
    }
}
