import HTTPTypes
import NomadAPI
import RutileEntries
import RutileJSON
import RutileModel

/// Files of entries, and files made of entries. Source: NOMAD 2.0.0's `/entries/raw`, `/entries/rawdir`,
/// `/entries/archive/download`, `/entries/export`.
package enum EntryFileRoutes {
    /// The routes that `service` answers.
    package static func routes(_ service: @escaping EntriesRoutes.Service) -> [Route] {
        [
            Route(
                .api, .post, "/api/v1/entries/archive/download/query", needs: .entriesRead, downloadingArchives,
                answer: { call in
                    let question = try ArchivesQuestion(EntriesRoutes.body(of: call))
                    return try await zip("archives", service().download(question, as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/archive/download", needs: .entriesRead, downloadingArchivesByParameters,
                answer: { call in
                    let question = try ArchivesQuestion(EntriesRoutes.parameters(of: call))
                    return try await zip("archives", service().download(question, as: call.caller))
                }),
            Route(
                .api, .post, "/api/v1/entries/raw/query", needs: .entriesRead, downloadingFiles,
                answer: { call in
                    let body = try EntriesRoutes.body(of: call)
                    let selection = try FileSelection(body["files"])
                    return try await zip(
                        "raw_files", service().files(EntriesQuery(body), selection, as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/raw", needs: .entriesRead, downloadingFilesByParameters,
                answer: { call in
                    let question = try EntriesRoutes.parameters(of: call)
                    return try await zip(
                        "raw_files", service().files(question, selection(call), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}/raw", needs: .entriesRead, downloadingFilesOfEntry,
                answer: { call in
                    let id = EntriesRoutes.entry(call)
                    return try await zip(id.text, service().files(of: id, selection(call), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}/raw/{path...}", needs: .entriesRead, downloadingFile,
                answer: { call in try await file(call, service()) }),
            Route(
                .api, .post, "/api/v1/entries/rawdir/query", needs: .entriesRead, queryingFolders,
                answer: { call in
                    try await Route.Answer(
                        service().folders(EntriesQuery(EntriesRoutes.body(of: call)), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/rawdir", needs: .entriesRead, listingFolders,
                answer: { call in
                    try await Route.Answer(
                        service().folders(
                            EntriesRoutes.parameters(of: call), links: EntriesRoutes.links(of: call), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/{entry_id}/rawdir", needs: .entriesRead, showingFolder,
                answer: { call in
                    Route.Answer(try await service().folder(of: EntriesRoutes.entry(call), as: call.caller))
                }),
            Route(
                .api, .get, "/api/v1/entries/export", needs: .entriesRead, exporting,
                answer: { call in try await export(call, service()) }),
        ]
    }

    /// The zip file `name`.
    static func zip(_ name: String, _ source: any ByteSource) async throws -> Route.Answer {
        var answer = try await Route.Answer(source)
        answer.contentType = "application/zip"
        answer.headers[.contentDisposition] = EntriesRoutes.attachment(name + ".zip")
        return answer
    }

    /// Which files the parameters ask for.
    static func selection(_ call: Route.Call) throws -> FileSelection {
        let query = try call.query()
        return try FileSelection(
            compresses: query.boolean("compress") ?? false, names: query.all("include_files"),
            glob: query["glob_pattern"], pattern: query["re_pattern"])
    }

    /// Which part of a file the parameters ask for.
    static func part(_ call: Route.Call) throws -> FilePart {
        let query = try call.query()
        var part = FilePart()
        // No file has as many bytes; reading goes on behind them without overflow.
        part.offset = min(try query.integer("offset", in: 0...Int.max) ?? 0, 1 << 62)
        // NOMAD's clients write -1 for all that is left.
        part.length = try query.integer("length", in: -1...Int.max).flatMap { $0 < 0 ? nil : $0 }
        part.isUnpacked = try query.boolean("decompress") ?? false
        return part
    }

    private static func file(_ call: Route.Call, _ service: EntriesService) async throws -> Route.Answer {
        let path = call.target["path"]
        return try await bytes(
            path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? "file",
            service.file(path, of: EntriesRoutes.entry(call), part(call), as: call.caller))
    }

    /// The file `name`.
    static func bytes(_ name: String, _ source: any ByteSource) async throws -> Route.Answer {
        var answer = try await Route.Answer(source)
        answer.contentType = "application/octet-stream"
        answer.headers[.contentDisposition] = EntriesRoutes.attachment(name)
        return answer
    }

    /// What is wanted stands in the header in which others say what they send: so NOMAD has it. Where that says nothing,
    /// `Accept` counts.
    private static func export(_ call: Route.Call, _ service: EntriesService) async throws -> Route.Answer {
        let wanted = call.target.contentType ?? call.target.accept ?? ""
        let type = wanted.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
        let form: ExportForm
        switch String(Substring(type)).lowercased() {
        case "application/json": form = .json
        case "text/csv": form = .csv
        default: throw UnknownForm()
        }
        let question = try EntriesRoutes.parameters(of: call)
        var answer = try await Route.Answer(service.export(question, as: form, for: call.caller))
        if case .csv = form { answer.contentType = "text/csv; charset=utf-8" }
        return answer
    }

    /// An export in a form that there is not.
    struct UnknownForm: Problem {
        let status = 415
        let code = "entries.unknown_form"
        let detail = "Content-Type must be application/json or text/csv: it says what is sent to you."
    }
}
