import OptimadeAPI
import RutileClient
import RutileJSON

extension JSONWriter {
    /// Writes an entry of `database` under the first of its `names`: as it came, with its source in `meta`, and with
    /// `fields` of its attributes, where these were chosen.
    mutating func entry(
        _ entry: ForeignEntry, names: [String], database: GatewayDatabase, fields: [String]?, prefix: String,
        showsEqual: Bool
    ) {
        beginObject()
        resource(entry.resource, named: names[0], of: database, fields: fields)
        beginMeta(of: entry.resource, id: entry.id, database, prefix: prefix)
        if showsEqual {
            key("_\(prefix)_sources")
            value(.list(names.map { .string($0) }))
        }
        endObject()
        endObject()
    }

    /// Writes the resources that entries refer to; nothing where there are none.
    mutating func included(_ included: [IncludedEntries.Found], of databases: [GatewayDatabase], prefix: String) {
        guard !included.isEmpty else { return }
        key("included")
        beginList()
        for found in included {
            let database = databases[found.source]
            beginObject()
            resource(found.resource, named: database.prefix + found.id, of: database, fields: nil)
            beginMeta(of: found.resource, id: found.id, database, prefix: prefix)
            endObject()
            endObject()
        }
        endList()
    }

    /// Writes the members of a resource object but `meta`.
    private mutating func resource(
        _ resource: JSONView, named name: String, of database: GatewayDatabase, fields: [String]?
    ) {
        member("id", name)
        for member in resource.members {
            let key = member.key
            switch key {
            case "id", "meta": continue
            case "attributes":
                self.key(key)
                attributes(member.value, fields)
            case "relationships":
                self.key(key)
                relationships(member.value, of: database)
            default:
                self.key(key)
                view(member.value)
            }
        }
    }

    private mutating func attributes(_ attributes: JSONView, _ fields: [String]?) {
        guard let fields else { return view(attributes) }
        beginObject()
        for attribute in attributes.members where fields.contains(where: { $0.hasSameUTF8(as: attribute.key) }) {
            key(attribute.key)
            view(attribute.value)
        }
        // Source: OPTIMADE 1.2, "Entry Listing JSON Response Schema": what was asked for and has no value is null.
        let isTopLevel = { (name: String) in ResponseFields.topLevelNames.contains { $0.hasSameUTF8(as: name) } }
        for field in fields where attributes[field] == nil && !isTopLevel(field) {
            key(field)
            null()
        }
        endObject()
    }

    /// Relationships lead to the names that entries have in the merged list.
    private mutating func relationships(_ relationships: JSONView, of database: GatewayDatabase) {
        guard relationships.kind == .object else { return view(relationships) }
        beginObject()
        for relationship in relationships.members {
            key(relationship.key)
            guard relationship.value.kind == .object else {
                view(relationship.value)
                continue
            }
            beginObject()
            for member in relationship.value.members {
                key(member.key)
                let isData = member.key == "data"
                if isData, member.value.kind == .list {
                    beginList()
                    for item in member.value.items { identifier(item, of: database) }
                    endList()
                } else if isData {
                    identifier(member.value, of: database)
                } else {
                    view(member.value)
                }
            }
            endObject()
        }
        endObject()
    }

    /// A resource identifier: an object with `type` and `id`.
    private mutating func identifier(_ identifier: JSONView, of database: GatewayDatabase) {
        guard identifier.kind == .object else { return view(identifier) }
        beginObject()
        for member in identifier.members {
            if member.key == "id", let id = member.value.text {
                self.member("id", database.prefix + id)
            } else {
                key(member.key)
                view(member.value)
            }
        }
        endObject()
    }

    /// Begins `meta` with what the database says, and where the resource comes from.
    private mutating func beginMeta(
        of resource: JSONView, id: String, _ database: GatewayDatabase, prefix: String
    ) {
        key("meta")
        beginObject()
        if let meta = resource["meta"], meta.kind == .object {
            for member in meta.members {
                key(member.key)
                view(member.value)
            }
        }
        key("_\(prefix)_source_database")
        beginObject()
        member("id", database.id)
        member("type", "links")
        member("base_url", database.base.description)
        member("entry_id", id)
        endObject()
    }
}
