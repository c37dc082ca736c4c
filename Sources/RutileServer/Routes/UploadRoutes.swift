import HTTPTypes
import NomadAPI
package import RutileCuration
import RutileEntries
import RutileJSON
import RutileModel
import RutileStore

/// Uploads: lists, documents, what is done with them. Source: NOMAD 2.0.0's `/uploads`.
package enum UploadRoutes {
    /// The routes over `curation`; new uploads come to `desk`, and `service` finds the entries that a query chooses.
    package static func routes(
        _ curation: Curation, desk: UploadDesk, _ service: @escaping EntriesRoutes.Service
    ) -> [Route] {
        [
            Route(
                .api, .get, "/api/v1/uploads", needs: .uploadsRead, listing,
                answer: { try await list($0, curation) }),
            Route(
                .api, .post, "/api/v1/uploads", needs: .uploadsWrite, sending,
                answer: { try await UploadReception.new($0, desk) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}", needs: .uploadsRead, showing,
                answer: { answer(try await curation.upload(id($0), as: $0.caller)) }),
            Route(
                .api, .delete, "/api/v1/uploads/{upload_id}", needs: .uploadsDelete, deleting,
                answer: { answer(try await desk.delete(id($0), as: $0.caller)) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/entries", needs: .uploadsRead, listingEntries,
                answer: { try await entries($0, curation) }),
            Route(
                .api, .get, "/api/v1/uploads/{upload_id}/entries/{entry_id}", needs: .uploadsRead, showingEntry,
                answer: { try await entry($0, curation) }),
            Route(
                .api, .post, "/api/v1/uploads/{upload_id}/edit", needs: .uploadsWrite, editing,
                answer: { try await edit($0, curation, service()) }),
            Route(
                .api, .post, "/api/v1/uploads/{upload_id}/action/publish", needs: .uploadsPublish, publishing,
                answer: { try await publish($0, curation) }),
            Route(
                .api, .post, "/api/v1/uploads/{upload_id}/action/lift-embargo", needs: .uploadsPublish, lifting,
                answer: { answer(try await curation.liftEmbargo(id($0), as: $0.caller)) }),
            Route(
                .api, .put, "/api/v1/uploads/{upload_id}/raw", needs: .uploadsWrite, adding,
                answer: { try await UploadReception.addition($0, desk) }),
            Route(
                .api, .put, "/api/v1/uploads/{upload_id}/raw/{path...}", needs: .uploadsWrite, addingToFolder,
                answer: { try await UploadReception.addition($0, desk) }),
        ]
    }

    private static func id(_ call: Route.Call) -> UploadID { UploadID(call.target["upload_id"]) }

    /// One upload, as every route about one answers.
    static func answer(_ view: UploadView) -> Route.Answer {
        Route.Answer(Value.members(["upload_id": .string(view.upload.id.text), "data": view.json]).json())
    }

    private static func list(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        _ = try call.user()
        let query = try call.query()
        var list = UploadList()
        list.ids = Set(query.all("upload_id").map { UploadID($0) })
        list.dois = Set(query.all("doi"))
        list.names = try query.all("upload_name").map { text in
            guard let name = UploadNameTest(text) else {
                throw RequestProblem.refused(
                    "upload_name in JSON has a value that is not empty, and a type, exact or fuzzy.")
            }
            return name
        }
        list.isProcessing = try query.boolean("is_processing")
        list.isPublished = try query.boolean("is_published")
        if query["process_status"]?.isEmpty == false {
            list.status = try query.choice("process_status", ignoringCase: true)
        }
        list.includesAll = try query.boolean("include_all") ?? false
        list.roles = Set(try query.choices("roles"))
        list.isOwned = try query.boolean("is_owned")
        let page = try ListPage(call, default: UploadList.Order.createTime)
        list.order = page.order
        list.isDescending = page.isDescending
        let (uploads, total) = try await curation.uploads(list, page: page.page, as: call.caller)
        return Route.Answer(
            Value.members([
                "query": echo(list, query), "pagination": try page.json(total: total),
                "data": .list(uploads.map(\.json)),
            ]).json())
    }

    private static func echo(_ list: UploadList, _ query: FormFields) -> Value {
        var members = ObjectValue()
        for name in ["upload_id", "doi", "upload_name", "roles"] where query[name] != nil {
            members[name] = .list(query.all(name).map(Value.string))
        }
        members["is_processing"] = list.isProcessing.map(Value.bool)
        members["is_published"] = list.isPublished.map(Value.bool)
        members["process_status"] = list.status.map { .string($0.rawValue) }
        members["is_owned"] = list.isOwned.map(Value.bool)
        return .object(members)
    }

    private static func entries(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        let page = try ListPage(call, default: EntryOrder.mainfile, named: ["mainfile_path": .mainfile])
        let (view, entries) = try await curation.entries(
            of: id(call), by: page.order, isDescending: page.isDescending, page: page.page, as: call.caller)
        let counts = view.counts
        return Route.Answer(
            Value.members([
                "pagination": try page.json(total: counts.total),
                "processing_successful": .integer(Int64(counts.processed - counts.failed)),
                "processing_failed": .integer(Int64(counts.failed)),
                "upload": view.json,
                "data": .list(entries.map(\.curationJSON)),
            ]).json())
    }

    private static func entry(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        _ = try call.user()
        let id = EntryID(call.target["entry_id"])
        guard let entry = try await curation.entry(id, of: self.id(call), as: call.caller) else {
            throw RequestProblem.notFound("The upload has no entry with this id.")
        }
        return Route.Answer(Value.members(["entry_id": .string(id.text), "data": entry.curationJSON]).json())
    }

    private static func edit(
        _ call: Route.Call, _ curation: Curation, _ service: EntriesService
    ) async throws -> Route.Answer {
        let request = try Value(json: call.body, limits: .request, nonFinite: .refuse)
        _ = try call.user()
        let isTrial = request["verify_only"]?.bool ?? false
        let edit = try UploadEdit(request)
        // An owner that is none is refused where nothing is looked for, too.
        _ = try edit.question?["owner"].map { (owner) throws(EntriesProblem) in
            try EntriesQuery(.members(["owner": owner]))
        }
        var find: (@Sendable () async throws -> [EntryID])?
        if let question = edit.question, let query = question["query"] {
            try call.require(.entriesRead)
            let (upload, caller) = (id(call), call.caller)
            find = {
                do {
                    return try await service.matches(EntriesQuery(question), in: upload, as: caller)
                } catch let problem as EntriesProblem where problem.status == 422 {
                    throw CurationError.invalid([.init(at: ["query"], problem.text, input: query)])
                }
            }
        }
        let view = try await curation.edit(id(call), edit, isTrial: isTrial, as: call.caller, finding: find) { step in
            // Other routes do these, too, for tokens that are good for them.
            switch step {
            case .embargoEnd: try call.require(.uploadsPublish)
            case .newDataset: try call.require(.datasetsWrite)
            }
        }
        return answer(view)
    }

    private static func publish(_ call: Route.Call, _ curation: Curation) async throws -> Route.Answer {
        let query = try call.query()
        guard try query.boolean("to_central_nomad") != true else {
            throw RequestProblem.refused("Nothing is published at the central NOMAD from here.")
        }
        let months = try query.integer("embargo_length", in: Curation.embargoMonths)
        return answer(try await curation.publish(id(call), embargo: months, as: call.caller))
    }
}
