public import RutileJSON

/// A request to the graph API: exactly the pieces that are wanted, from any number of documents.
///
/// ```swift
/// let query = try GraphQuery(
///     .entry("z96vwVehWzazLpxP8-7tiv0mcBIx",
///         .field("parser_name"),
///         .archive(.section("workflow2", .section("outputs", at: .last, .quantity("section", .followed))))))
/// let answer = try await query.run(on: server)
/// ```
///
/// What can be written here is a valid request: limits cannot be negative, of two settings that exclude each other only
/// one can be given, and what archives understand can be said of archives only. Names are checked when the request is
/// made.
public struct GraphQuery: Sendable {
    /// The body of the request.
    public let request: Value

    /// A request for `parts`.
    ///
    /// - Throws: ``ClientError/Code/badRequest`` for names that are none, and for no parts.
    public init(_ parts: Root...) throws(ClientError) {
        guard !parts.isEmpty else { throw ClientError(.badRequest, "a request must name something to read") }
        request = try GraphPart.value(of: parts.map(\.part))
    }

    /// A request that somebody else has written, as it is.
    public init(request: Value) { self.request = request }

    /// Sends the request.
    ///
    /// - Returns: The tree that was asked for; what of it could not be read is told in `m_errors` at its place.
    /// - Throws: ``ClientError``, or `CancellationError`.
    public func run(on server: NomadServer) async throws -> DataNode {
        DataNode(try await server.document("/graph/query", request).root)
    }

    /// A document that is named, or a list of documents.
    public struct Root: Sendable {
        let part: GraphPart
    }

    /// A part of a document; no parts at all mean the whole document.
    public struct Document: Sendable {
        let part: GraphPart
    }

    /// A part of a section of an archive; no parts at all mean the whole section.
    public struct Section: Sendable {
        let part: GraphPart
    }
}

extension GraphQuery.Root {
    /// An entry.
    public static func entry(_ id: String, _ parts: GraphQuery.Document...) -> Self { named("entries", id, parts) }

    /// An upload.
    public static func upload(_ id: String, _ parts: GraphQuery.Document...) -> Self { named("uploads", id, parts) }

    /// A dataset.
    public static func dataset(_ id: String, _ parts: GraphQuery.Document...) -> Self { named("datasets", id, parts) }

    /// A group.
    public static func group(_ id: String, _ parts: GraphQuery.Document...) -> Self { named("groups", id, parts) }

    /// A user; `me` is the one who asks.
    public static func user(_ id: String, _ parts: GraphQuery.Document...) -> Self { named("users", id, parts) }

    /// A page of the uploads that may be read, with `parts` of each.
    public static func uploads(_ page: GraphQuery.Page = .first, _ parts: GraphQuery.Document...) -> Self {
        listed("uploads", page, nil, parts)
    }

    /// A page of the datasets, with `parts` of each.
    public static func datasets(_ page: GraphQuery.Page = .first, _ parts: GraphQuery.Document...) -> Self {
        listed("datasets", page, nil, parts)
    }

    /// A page of the entries that match `query` in NOMAD's query language, with `parts` of each hit.
    public static func search(
        _ query: Value, owner: ArchiveQuery.Owner = .public, _ page: GraphQuery.Page = .first,
        _ parts: GraphQuery.Document...
    ) -> Self {
        listed("search", page, .members(["owner": .string(owner.name), "query": query]), parts)
    }

    private static func named(_ kind: String, _ id: String, _ parts: [GraphQuery.Document]) -> Self {
        Self(part: .child(kind, [.child(id, parts.map(\.part), index: nil, isID: true)]))
    }

    private static func listed(
        _ kind: String, _ page: GraphQuery.Page, _ query: Value?, _ parts: [GraphQuery.Document]
    ) -> Self {
        var config = ObjectValue([("pagination", page.value)])
        if let query { config["query"] = query }
        return Self(part: .child(kind, [.config(config), .each(parts.map(\.part))]))
    }
}

extension GraphQuery.Document {
    /// A field as it is.
    public static func field(_ name: String) -> Self { Self(part: .child(name, [])) }

    /// The archive of an entry.
    public static func archive(_ parts: GraphQuery.Section...) -> Self {
        Self(part: .child("archive", parts.map(\.part)))
    }

    /// The entry of a hit.
    public static func entry(_ parts: GraphQuery.Document...) -> Self { Self(part: .child("entry", parts.map(\.part))) }

    /// The upload that an entry is in.
    public static func upload(_ parts: GraphQuery.Document...) -> Self {
        Self(part: .child("upload", parts.map(\.part)))
    }

    /// What is known of an entry for searches, or of a user, or another document inside this one.
    public static func document(_ name: String, _ parts: GraphQuery.Document...) -> Self {
        Self(part: .child(name, parts.map(\.part)))
    }
}

extension GraphQuery.Section {
    /// A quantity, or a whole sub-section.
    public static func quantity(
        _ name: String, at index: GraphQuery.Index? = nil, _ reading: GraphQuery.Reading = .asStored
    ) -> Self {
        Self(part: .child(name, reading.isDefault ? [] : [.config(reading.config)], index: index))
    }

    /// Parts of a sub-section, or of what a reference leads to.
    public static func section(
        _ name: String, at index: GraphQuery.Index? = nil, _ parts: GraphQuery.Section...
    ) -> Self {
        Self(part: .child(name, parts.map(\.part), index: index))
    }

    /// Everything else of this section, read so.
    public static func rest(_ reading: GraphQuery.Reading = .asStored) -> Self { Self(part: .config(reading.config)) }
}
