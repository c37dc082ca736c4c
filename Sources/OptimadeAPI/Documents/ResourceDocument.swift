import RutileJSON

/// The documents with entries: lists and single ones, and those that tell why there is none.
///
/// Source: OPTIMADE 1.2, "JSON Response Schema: Common Fields", "Entry Listing Endpoints", "Single Entry Endpoints".
package enum ResourceDocument {
    /// A list of `resources` with their `fields`, and related resources of other types, each with fields of its own.
    package static func list(
        _ resources: [Resource], _ fields: ResponseFields, included: [Included]?, _ head: DocumentHead
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 2048 + 2048 * resources.count)
        writer.beginDocument(head)
        writer.key("data")
        writer.beginList()
        for resource in resources { writer.resource(resource, fields) }
        writer.endList()
        writer.included(included)
        writer.endDocument(head)
        return writer.bytes
    }

    /// One resource, or `null` where there is none.
    package static func single(
        _ resource: Resource?, _ fields: ResponseFields, included: [Included]?, _ head: DocumentHead
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.beginDocument(head)
        writer.key("data")
        if let resource { writer.resource(resource, fields) } else { writer.null() }
        writer.included(included)
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

    /// Related resources of one type.
    package struct Included: Sendable {
        package let resources: [Resource]
        package let fields: ResponseFields

        /// `resources` with `fields` of their attributes.
        package init(_ resources: [Resource], _ fields: ResponseFields) {
            self.resources = resources
            self.fields = fields
        }
    }
}

extension JSONWriter {
    /// Writes `included`; nothing when none was asked for.
    fileprivate mutating func included(_ included: [ResourceDocument.Included]?) {
        guard let included else { return }
        key("included")
        beginList()
        for group in included {
            for resource in group.resources { self.resource(resource, group.fields) }
        }
        endList()
    }
}
