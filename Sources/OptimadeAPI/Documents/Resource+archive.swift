package import RutileJSON
package import RutileModel

extension Resource {
    /// Where an archive keeps the resource that its entry is, below `metadata`.
    ///
    /// `optimade` is the attributes object as it is served, in the place where NOMAD has it. `optimade_resource` holds
    /// what is not in attributes: `type`, `id`, and `relationships` where there are any. Archives of crystals, and
    /// those that NOMAD made, have no `optimade_resource`: they are structures under the id of their entry.
    package enum ArchiveKeys {
        /// The attributes.
        package static let attributes = "optimade"
        /// Type, id and relationships.
        package static let identity = "optimade_resource"
        /// When the entry was processed: stands for an absent `last_modified`, the first one that there is.
        package static let times = ["last_processing_time", "entry_create_time"]
        /// All of them.
        package static let all = [attributes, identity] + times
    }

    /// The entry type of structures.
    package static let structures = "structures"

    /// The resource in the `metadata` of the archive of `entry`; `nil` where they hold none.
    ///
    /// Properties that follow from others and that NOMAD does not store are added to structures without
    /// `optimade_resource`: `nelements`, `nsites`, `nperiodic_dimensions`, `structure_features`, `last_modified`.
    package init?(metadata: ObjectValue, entry: String) {
        guard let attributes = metadata[ArchiveKeys.attributes]?.object else { return nil }
        if let identity = metadata[ArchiveKeys.identity]?.object {
            guard let type = identity["type"]?.text, let id = identity["id"]?.text else { return nil }
            self.init(
                type: type, id: id, attributes: attributes,
                relationships: identity["relationships"]?.object ?? ObjectValue())
        } else {
            let time = ArchiveKeys.times.lazy.compactMap { metadata[$0]?.text.flatMap { Timestamp($0) } }.first
            self.init(type: Self.structures, id: entry, attributes: Self.completed(attributes, time: time))
        }
    }

    /// The members of an archive's `metadata` that the resource is kept in.
    package var archiveMetadata: ObjectValue {
        var identity = ObjectValue([("type", .string(type)), ("id", .string(id))])
        if !relationships.isEmpty { identity["relationships"] = .object(relationships) }
        return ObjectValue([
            (ArchiveKeys.attributes, .object(attributes)), (ArchiveKeys.identity, .object(identity)),
        ])
    }

    private static func completed(_ stored: ObjectValue, time: Timestamp?) -> ObjectValue {
        var attributes = stored
        func add(_ name: String, _ value: Value?) {
            if attributes[name]?.isNull ?? true, let value { attributes[name] = value }
        }
        func count(of name: String) -> Value? { stored[name]?.items.map { .integer(Int64($0.count)) } }
        add("nelements", count(of: "elements"))
        add("nsites", count(of: "species_at_sites") ?? count(of: "cartesian_site_positions"))
        add("nperiodic_dimensions", stored["dimension_types"]?.items.map { .integer($0.compactMap(\.integer).sum) })
        add("last_modified", time.map { .string($0.optimadeText) })
        if let species = stored["species"]?.items {
            attributes["species"] = .list(species.map(Self.withListedMass))
            add("structure_features", features(of: species))
        } else {
            add("structure_features", .list([]))
        }
        return attributes
    }

    /// A species whose mass, which NOMAD keeps as one number, is a list with one mass for each chemical symbol.
    private static func withListedMass(_ species: Value) -> Value {
        guard var object = species.object, let mass = object["mass"], mass.real != nil else { return species }
        object["mass"] = object["chemical_symbols"]?.items?.count == 1 ? .list([mass]) : nil
        return .object(object)
    }

    /// The features that species by themselves imply, in alphabetical order.
    private static func features(of species: [Value]) -> Value {
        var features: [String] = []
        if species.contains(where: { ($0["chemical_symbols"]?.items?.count ?? 0) > 1 }) { features.append("disorder") }
        if species.contains(where: { $0["attached"]?.items?.isEmpty == false }) { features.append("site_attachments") }
        return .list(features.map(Value.string))
    }
}

extension Timestamp {
    /// The instant as OPTIMADE writes it: whole seconds, UTC.
    package var optimadeText: String {
        let fraction = microseconds % 1_000_000
        let whole = microseconds - (fraction < 0 ? fraction + 1_000_000 : fraction)
        return Timestamp(microseconds: whole).text(offset: "Z")
    }
}

extension [Int64] {
    fileprivate var sum: Int64 { reduce(0, &+) }
}
