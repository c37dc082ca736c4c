import RutileJSON

/// The documents with entries: lists and single ones, and those that tell why there is none.
///
/// Source: OPTIMADE 1.2, "JSON Response Schema: Common Fields", "Entry Listing Endpoints", "Single Entry Endpoints".
package enum ResourceDocument {
    /// A list of `resources`, and resources that they are related to; `nil` where none was asked for.
    package static func list(
        _ resources: [WrittenResource], included: [WrittenResource]?, _ head: DocumentHead
    ) -> [UInt8] {
        let size = (resources + (included ?? [])).reduce(0) { $0 + $1.attributes.count + 512 }
        var writer = JSONWriter(reserving: 4096 + size)
        writer.beginDocument(head)
        writer.key("data")
        writer.beginList()
        for resource in resources { writer.resource(resource, head) }
        writer.endList()
        writer.included(included, head)
        writer.endDocument(head)
        return writer.bytes
    }

    /// One resource, or `null` where there is none, and resources that it is related to.
    package static func single(
        _ resource: WrittenResource?, included: [WrittenResource]?, _ head: DocumentHead
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.beginDocument(head)
        writer.key("data")
        if let resource { writer.resource(resource, head) } else { writer.null() }
        writer.included(included, head)
        writer.endDocument(head)
        return writer.bytes
    }

    /// Why the request was refused.
    package static func errors(_ problems: [OptimadeProblem], _ head: DocumentHead) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        writer.beginDocument(head)
        writer.key("errors")
        writer.beginList()
        for problem in problems {
            writer.beginObject()
            writer.member("status", String(problem.kind.status))
            writer.member("code", problem.code.rawValue)
            writer.member("title", problem.kind.title)
            writer.member("detail", problem.detail)
            writer.source(problem.parameter)
            writer.endObject()
        }
        writer.endList()
        writer.endDocument(head)
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes `included`; nothing when none was asked for.
    fileprivate mutating func included(_ included: [WrittenResource]?, _ head: DocumentHead) {
        guard let included else { return }
        key("included")
        beginList()
        for resource in included { self.resource(resource, head) }
        endList()
    }

    fileprivate mutating func resource(_ resource: WrittenResource, _ head: DocumentHead) {
        beginObject()
        member("id", resource.id)
        member("type", resource.type)
        key("attributes")
        json(resource.attributes)
        // Links to other databases have no addresses of their own here.
        if !resource.type.hasSameUTF8(as: "links") {
            key("links")
            beginObject()
            member("self", head.address(Endpoint.entry(type: resource.type, id: resource.id).path))
            endObject()
        }
        if !resource.relationships.isEmpty {
            key("relationships")
            value(.object(resource.relationships))
        }
        endObject()
    }
}
