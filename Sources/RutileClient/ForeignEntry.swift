package import RutileJSON
package import RutileQuery

/// One entry as a database sent it, not decoded further than needed.
package struct ForeignEntry: Sendable {
    /// The database's own id.
    package let id: String
    /// The whole resource object, for ``RutileJSON/JSONWriter/view(_:)``.
    package let resource: JSONView

    /// The attributes.
    package var attributes: JSONView? { resource["attributes"] }

    /// Reads a resource object of `type`.
    ///
    /// - Throws: ``Malformed`` where it is none.
    package init(_ resource: JSONView, type: String, _ shapes: AttributeShapes) throws(Malformed) {
        guard resource.kind == .object else { throw Malformed(id: nil, "it is no object") }
        guard let id = resource["id"]?.text, !id.isEmpty else { throw Malformed(id: nil, "it has no id") }
        if let named = resource["type"]?.text, !named.hasSameUTF8(as: type) {
            throw Malformed(id: id, "its type is “\(named)”")
        }
        guard let attributes = resource["attributes"], attributes.kind == .object else {
            throw Malformed(id: id, "it has no attributes")
        }
        if let name = shapes.firstOddity(in: attributes) { throw Malformed(id: id, "its \(name) is of another type") }
        self.id = id
        self.resource = resource
    }

    /// Why an entry was dropped.
    package struct Malformed: Error, Hashable, Sendable {
        /// Absent where there is none.
        package let id: String?
        /// “its type is …”
        package let reason: String

        init(id: String?, _ reason: String) {
            self.id = id
            self.reason = reason
        }
    }
}

/// What kinds of JSON the attributes of an entry type are.
package struct AttributeShapes: Sendable {
    private enum Shape: Sendable { case text, number, flag, list, object, any }

    /// By the number of bytes of the name: all attributes of all entries are looked up, so it has to be quick.
    private let shapes: [[(name: String, shape: Shape)]]

    /// Those of `catalogue`; attributes that it does not have may be anything.
    package init(_ catalogue: PropertyCatalogue) {
        let longest = catalogue.properties.map(\.name.utf8.count).max() ?? 0
        var shapes = [[(name: String, shape: Shape)]](repeating: [], count: longest + 1)
        for property in catalogue.properties {
            let shape: Shape =
                switch property.type {
                case .string, .timestamp: .text
                case .integer, .float: .number
                case .boolean: .flag
                case .list: .list
                case .dictionary: .object
                default: .any
                }
            shapes[property.name.utf8.count].append((property.name, shape))
        }
        self.shapes = shapes
    }

    /// The first attribute of another kind than it should be; `null` is of every kind.
    func firstOddity(in attributes: JSONView) -> String? {
        attributes.firstMember { member in
            guard let shape = shape(of: member.name) else { return false }
            switch (shape, member.value.kind) {
            case (_, .null), (.any, _), (.text, .string), (.flag, .bool), (.list, .list), (.object, .object),
                (.number, .integer), (.number, .unsigned), (.number, .real):
                return false
            default: return true
            }
        }?.key
    }

    private func shape(of name: JSONView) -> Shape? {
        let count = name.utf8Count
        guard count < shapes.count else { return nil }
        return shapes[count].first { name.isText($0.name) }?.shape
    }
}
