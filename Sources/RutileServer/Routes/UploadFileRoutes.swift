import HTTPTypes
package import RutileCuration
import RutileEntries
import RutileJSON
import RutileModel
import RutileStore

/// Raw files of uploads: read, listed, removed. Source: NOMAD 2.0.0's `/uploads/{upload_id}/raw` and `rawdir`.
package enum UploadFileRoutes {
    /// The routes over `curation` and the files that `service` reads; what is to go, `desk` gets to know.
    package static func routes(
        _ curation: Curation, desk: UploadDesk, _ service: @escaping EntriesRoutes.Service
    ) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/raw", needs: .uploadsRead, downloadingAll,
                answer: { try await raw($0, curation, service()) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/raw/{path...}", needs: .uploadsRead, downloading,
                answer: { try await raw($0, curation, service()) }),
            Route(
                .api, .delete, "/api/v1/uploads/{upload_id}/raw", needs: .uploadsWrite, removingAll,
                answer: { try await remove($0, desk) }),
            Route(
                .api, .delete, "/api/v1/uploads/{upload_id}/raw/{path...}", needs: .uploadsWrite, removing,
                answer: { try await remove($0, desk) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/rawdir", needs: .uploadsRead, listingAll,
                answer: { try await list($0, curation, service()) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/rawdir/{path...}", needs: .uploadsRead, listing,
                answer: { try await list($0, curation, service()) }),
        ]
    }

    /// The upload, which the caller may read, and what is in it at the path.
    private static func found(
        _ call: Route.Call, _ curation: Curation, _ service: EntriesService
    ) async throws -> (upload: UploadRecord, item: RawItem) {
        let upload = try await curation.upload(UploadID(call.target["upload_id"]), as: call.caller).upload
        let path = RawPath(names: [call.target["path"]])
        guard let item = try await service.item(at: RawPlace(upload.id, path)) else {
            throw CurationError.noFile(path.text)
        }
        return (upload, item)
    }

    private static func raw(
        _ call: Route.Call, _ curation: Curation, _ service: EntriesService
    ) async throws -> Route.Answer {
        let part = try EntryFileRoutes.part(call)
        let selection = try EntryFileRoutes.selection(call)
        // All files are sent as bytes, so that no browser takes somebody's file for a page of this server.
        _ = try call.query().boolean("ignore_mime_type")
        guard !selection.compresses || part.offset == 0 && part.length == nil else {
            throw RequestProblem.refused("There is no offset or length where compress is true.")
        }
        let (upload, item) = try await found(call, curation, service)
        let place = RawPlace(upload.id, item.path)
        let name = item.path.names.last ?? upload.id.text
        if item.isFolder || selection.compresses {
            return try await EntryFileRoutes.zip(name, service.zip(of: place, selection))
        }
        return try await EntryFileRoutes.bytes(name, service.file(at: place, part))
    }

    private static func remove(_ call: Route.Call, _ desk: UploadDesk) async throws -> Route.Answer {
        try UploadParameters.check(try call.query())
        let id = UploadID(call.target["upload_id"])
        return UploadRoutes.answer(try await desk.remove(call.target["path"], from: id, as: call.caller))
    }

    private static func list(
        _ call: Route.Call, _ curation: Curation, _ service: EntriesService
    ) async throws -> Route.Answer {
        let query = try call.query()
        if let order = query["order_by"] {
            let place: [RequestProblem.Fault.Step] = [.key("query"), .key("order_by")]
            throw RequestProblem.invalid([.init(at: place, "files are listed by name", input: .string(order))])
        }
        let namesEntries = try query.boolean("include_entry_info") ?? false
        let page = try ListPage(call, default: Order.name)
        let (upload, item) = try await found(call, curation, service)
        var (document, total) = try await service.folderDocument(
            of: item, in: upload, positions: page.page.range(of: .max), isDescending: page.isDescending,
            namesEntries: namesEntries)
        if let total, var pagination = try page.json(total: total).object {
            pagination["order_by"] = nil
            document["pagination"] = .object(pagination)
        }
        return Route.Answer(Value.object(document).json())
    }

    /// What folders are listed by.
    private enum Order: String, CaseIterable { case name }
}
