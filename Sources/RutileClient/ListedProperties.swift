package import RutileJSON

/// What the `/info` of a database says of the properties of an entry type.
package struct ListedProperties: Hashable, Sendable {
    /// All that it has.
    package let names: Set<UTF8Key>
    /// Those by which it can order lists.
    package let sortable: Set<UTF8Key>
    /// Definitions of those with a prefix, as it has them. Not more than a few hundred, and none that is long: they are
    /// strangers' texts.
    package let ofProviders: ObjectValue

    private static let mostOfProviders = 200
    private static let longestDefinition = 4_096

    /// Reads the `data` of an `/info/<entry type>`; `nil` where it names no property.
    init?(_ data: JSONView?) {
        guard let properties = data?["properties"], properties.kind == .object, properties.count > 0 else { return nil }
        var (names, sortable): (Set<UTF8Key>, Set<UTF8Key>) = ([], [])
        var ofProviders = ObjectValue()
        for member in properties.members {
            let isOfProvider = member.key.utf8.first == UInt8(ascii: "_") && member.value.kind == .object
            if isOfProvider, ofProviders.count < Self.mostOfProviders {
                let definition = member.value.value
                if definition.json().count <= Self.longestDefinition { ofProviders[member.key] = definition }
            }
            names.insert(UTF8Key(member.key))
            let said = member.value["sortable"] ?? member.value["x-optimade-implementation"]?["sortable"]
            if said?.bool == true { sortable.insert(UTF8Key(member.key)) }
        }
        self.names = names
        self.sortable = sortable
        self.ofProviders = ofProviders
    }
}
