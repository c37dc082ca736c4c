public import RutileJSON

/// One entry as OPTIMADE shows it.
///
/// Source: OPTIMADE 1.2, "Entry List"; JSON:API 1.1, "Resource Objects".
public struct Resource: Hashable, Sendable {
    /// The entry type, for example `structures`.
    public var type: String
    /// Unique among the entries of its type.
    public var id: String
    /// Property values by name, without `id` and `type`. Absent and `null` both mean unknown.
    public var attributes: ObjectValue
    /// By entry type, `{"data": [{"type", "id", "meta"}, …]}`; empty where there are none.
    public var relationships: ObjectValue

    /// The entry `id` of `type`.
    public init(
        type: String, id: String, attributes: ObjectValue = ObjectValue(), relationships: ObjectValue = ObjectValue()
    ) {
        self.type = type
        self.id = id
        self.attributes = attributes
        self.relationships = relationships
    }
}
