import RutileCuration
import RutileJSON
import RutileModel

/// Receives the files of uploads, as they come over the network.
enum UploadReception {
    /// `POST /uploads`
    static func new(_ call: Route.Call, _ desk: UploadDesk) async throws -> Route.Answer {
        let query = try call.query()
        var new = NewUpload(name: query["upload_name"].flatMap { $0.isEmpty ? nil : $0 })
        new.embargo = try query.integer("embargo_length", in: Curation.embargoMonths) ?? 0
        new.publishes = try query.boolean("publish_directly") ?? false
        return try await CurationError.ofQuery {
            let incoming = try await desk.receive(new, as: call.caller)
            try await receive(call, into: incoming, named: query["file_name"])
            return UploadRoutes.answer(try await desk.accept(incoming))
        }
    }

    /// `PUT /uploads/{upload_id}/raw/{path}`
    static func addition(_ call: Route.Call, _ desk: UploadDesk) async throws -> Route.Answer {
        let name = try call.query()["file_name"]
        return try await CurationError.ofQuery {
            let incoming = try await desk.receive(
                into: UploadID(call.target["upload_id"]), folder: call.target["path"], as: call.caller)
            try await receive(call, into: incoming, named: name)
            guard await !incoming.names.isEmpty else { throw RequestProblem.missingBody }
            return UploadRoutes.answer(try await desk.accept(incoming))
        }
    }

    /// Takes all files of the body: the whole of it, called `name`, or the files of a form.
    private static func receive(
        _ call: Route.Call, into incoming: IncomingUpload, named name: String?
    ) async throws {
        guard let stream = call.stream else { return }
        guard var reader = MultipartReader(contentType: call.target.contentType) else {
            return try await receiveWhole(stream, into: incoming, named: name)
        }
        var isFile = false
        while let piece = try await stream.next() {
            for event in try reader.read(piece) {
                switch event {
                case .begin(_, let file):
                    // Fields that are no files say nothing here.
                    isFile = file != nil
                    if let file { try await incoming.begin(name ?? file) }
                case .bytes(let bytes): if isFile { try await incoming.write(bytes) }
                case .end: isFile = false
                }
            }
        }
        try reader.finish()
    }

    private static func receiveWhole(
        _ stream: BodyStream, into incoming: IncomingUpload, named name: String?
    ) async throws {
        var isBegun = false
        while let piece = try await stream.next() {
            if piece.isEmpty { continue }
            if !isBegun {
                guard let name, !name.isEmpty else {
                    throw RequestProblem.invalid([.missing(at: [.key("query"), .key("file_name")])])
                }
                try await incoming.begin(name)
                isBegun = true
            }
            try await incoming.write(piece)
        }
        // A name without bytes is an empty file.
        if !isBegun, let name, !name.isEmpty { try await incoming.begin(name) }
    }
}
