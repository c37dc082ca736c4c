package import RutileJSON
import RutileQuery

extension Resource {
    /// The ids of the entries of `type` that the resource is related to, in order.
    package func relatedIDs(_ type: String) -> [String] {
        Self.relatedIDs(type, in: relationships)
    }

    fileprivate static func relatedIDs(_ type: String, in relationships: ObjectValue) -> [String] {
        relationships[type].map { identifiers(in: $0).compactMap { $0["id"]?.text } } ?? []
    }

    /// The relationships to entries of `type` as filters see them (``RutileQuery/Property/relationship(to:)``); `nil`
    /// where the resource has none.
    package func relationshipList(to type: String) -> Value? {
        relationships[type].map { relationship in
            .list(
                Self.identifiers(in: relationship).map { identifier in
                    var item = ObjectValue()
                    item["id"] = identifier["id"]
                    for field in Property.relationshipFields.dropFirst() { item[field] = identifier["meta"]?[field] }
                    return .object(item)
                })
        }
    }
}

extension WrittenResource {
    /// The ids of the entries of `type` that the resource is related to, in order.
    package func relatedIDs(_ type: String) -> [String] { Resource.relatedIDs(type, in: relationships) }
}
