package import RutileJSON

/// What the `/info` of a database says of the properties of an entry type.
package struct ListedProperties: Hashable, Sendable {
    /// All that it has.
    package let names: Set<UTF8Key>
    /// Those by which it can order lists.
    package let sortable: Set<UTF8Key>

    /// Reads the `data` of an `/info/<entry type>`; `nil` where it names no property.
    init?(_ data: JSONView?) {
        guard let properties = data?["properties"], properties.kind == .object, properties.count > 0 else { return nil }
        var (names, sortable): (Set<UTF8Key>, Set<UTF8Key>) = ([], [])
        for member in properties.members {
            names.insert(UTF8Key(member.key))
            let said = member.value["sortable"] ?? member.value["x-optimade-implementation"]?["sortable"]
            if said?.bool == true { sortable.insert(UTF8Key(member.key)) }
        }
        self.names = names
        self.sortable = sortable
    }
}
