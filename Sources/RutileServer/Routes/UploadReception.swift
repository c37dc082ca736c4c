import RutileCuration
import RutileJSON
import RutileModel

/// Receives the files of uploads, as they come over the network.
enum UploadReception {
    /// `POST /uploads`
    static func new(_ call: Route.Call, _ desk: UploadDesk) async throws -> Route.Answer {
        let query = try call.query()
        try UploadParameters.check(query)
        var new = NewUpload(name: query["upload_name"].flatMap { $0.isEmpty ? nil : $0 })
        new.embargo = try query.integer("embargo_length", in: Curation.embargoMonths) ?? 0
        new.publishes = try query.boolean("publish_directly") ?? false
        if new.publishes { try call.require(.uploadsPublish) }
        new.unpacks = try query.boolean("auto_decompress") ?? true
        return try await CurationError.ofQuery {
            let incoming = try await desk.receive(new, as: call.caller)
            try await receive(call, into: incoming, FileNaming(query, unpacks: new.unpacks))
            return UploadRoutes.answer(try await desk.accept(incoming))
        }
    }

    /// `PUT /uploads/{upload_id}/raw/{path}`
    static func addition(_ call: Route.Call, _ desk: UploadDesk) async throws -> Route.Answer {
        let query = try call.query()
        try UploadParameters.check(query)
        var addition = UploadAddition(folder: call.target["path"])
        addition.unpacks = try query.boolean("auto_decompress") ?? true
        addition.overwrites = try query.boolean("overwrite_if_exists") ?? true
        return try await CurationError.ofQuery {
            let incoming = try await desk.receive(addition, into: UploadID(call.target["upload_id"]), as: call.caller)
            var naming = FileNaming(query, unpacks: addition.unpacks)
            naming.allowsNothing = false
            try await receive(call, into: incoming, naming)
            guard await !incoming.names.isEmpty else { throw FileNaming.nothing }
            return UploadRoutes.answer(try await desk.accept(incoming))
        }
    }

    /// Takes all files of the body: the whole of it, or the files of a form.
    private static func receive(
        _ call: Route.Call, into incoming: IncomingUpload, _ naming: FileNaming
    ) async throws {
        guard let stream = call.stream else { return }
        guard var reader = MultipartReader(contentType: call.target.contentType) else {
            return try await receiveWhole(stream, into: incoming, naming)
        }
        var isFile = false
        while let piece = try await stream.next() {
            for event in try reader.read(piece) {
                switch event {
                case .begin(let field, let file):
                    // Fields that are no files say nothing here.
                    let name = try naming.name(ofField: field, file: file)
                    isFile = name != nil
                    if let name { try await incoming.begin(name) }
                case .bytes(let bytes): if isFile { try await incoming.write(bytes) }
                case .end: isFile = false
                }
            }
        }
        try reader.finish()
        guard await !incoming.names.isEmpty else {
            throw RequestProblem.invalid([.init(at: [.key("body")], "the form has no file", type: "missing")])
        }
    }

    private static func receiveWhole(
        _ stream: BodyStream, into incoming: IncomingUpload, _ naming: FileNaming
    ) async throws {
        // What has come while the file has no name.
        var head: [UInt8] = []
        var isBegun = false
        while let piece = try await stream.next() {
            guard !isBegun else {
                try await incoming.write(piece)
                continue
            }
            head += piece
            guard naming.given != nil ? !head.isEmpty : head.count >= FileNaming.headLength else { continue }
            try await naming.begin(incoming, with: head)
            isBegun = true
        }
        if isBegun { return }
        guard head.isEmpty else { return try await naming.begin(incoming, with: head) }
        guard naming.given != nil else { return }
        guard naming.allowsNothing else { throw FileNaming.nothing }
        // A name without bytes is an empty file.
        try await naming.begin(incoming, with: [])
    }
}

/// What files that are sent are called.
private struct FileNaming {
    /// The parameter `file_name`; absent where it is empty, too.
    let given: String?
    /// Whether packed files are unpacked, so that their names do not matter.
    let unpacks: Bool
    /// Whether a name alone makes an empty file.
    var allowsNothing = true

    /// Bytes of a file of which its kind is known.
    static let headLength = PackedKind.headLength

    /// The refusal of a request that sends nothing.
    static let nothing = RequestProblem.refused("There is no file to add: send it as the body.")

    init(_ query: FormFields, unpacks: Bool) {
        given = query["file_name"].flatMap { $0.isEmpty ? nil : $0 }
        self.unpacks = unpacks
    }

    /// The name of a part of a form; `nil` where it is no file.
    func name(ofField field: String, file: String?) throws(RequestProblem) -> String? {
        if let file { return given ?? file }
        guard field == "file" else { return nil }
        if let given { return given }
        throw .invalid([
            .init(at: [.key("body"), .key(field)], "this part of the form has no file name", type: "missing")
        ])
    }

    /// Begins the one file of a body, which begins with `head`.
    func begin(_ incoming: IncomingUpload, with head: [UInt8]) async throws {
        if let given {
            try await incoming.begin(given)
        } else if unpacks, let kind = PackedKind(head) {
            try await incoming.begin(kind.fileName, isGiven: false)
        } else {
            throw RequestProblem.invalid([
                .init(
                    at: [.key("query"), .key("file_name")],
                    "Field required: only zip and tar files that are unpacked need no name", type: "missing")
            ])
        }
        try await incoming.write(head)
    }
}

/// Parameters with which NOMAD's clients ask for more than there is here.
enum UploadParameters {
    /// Parameters that ask for something else than sending files.
    private static let absent = [
        "copy_or_move", "copy_or_move_source_path", "entry_hash", "example_upload_id", "local_path",
    ]
    /// Parameters of which one value is what happens here, and the other is not offered.
    private static let fixed = [
        ("wait_for_processing", false), ("trigger_processing", true), ("include_archive", false),
    ]

    /// - Throws: ``RequestProblem/invalid(_:)`` for a wish that would not be fulfilled.
    static func check(_ query: FormFields) throws(RequestProblem) {
        var faults: [RequestProblem.Fault] = []
        for name in absent {
            guard let value = query[name], !value.isEmpty else { continue }
            faults.append(.init(at: [.key("query"), .key(name)], "it is not offered", input: .string(value)))
        }
        for (name, usual) in fixed {
            guard let value = try query.boolean(name), value != usual else { continue }
            faults.append(
                .init(at: [.key("query"), .key(name)], "only \(usual) is offered", input: .bool(value)))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }
}
