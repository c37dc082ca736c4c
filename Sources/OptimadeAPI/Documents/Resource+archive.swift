package import RutileJSON
import RutileModel

extension Resource {
    /// Where an archive keeps the resources that its entry is, below `metadata`.
    ///
    /// `optimade` is the attributes object as it is served, in the place where NOMAD has it. `optimade_resource` holds
    /// what is not in attributes: `type`, `id`, and `relationships` where there are any. Archives of crystals, and
    /// those that NOMAD made, have no `optimade_resource`: they are structures under the id of their entry.
    ///
    /// `optimade_reference` is the attributes object of a second resource, the publication that a crystal is from. It
    /// goes by the id of the entry, too, since ids need to be unique within a type only: that is as stable as the entry,
    /// and no other reference of the server has it. A DOI is unknown as a rule, and would name as many resources as
    /// there are entries from one publication, of which a caller may see some.
    package enum ArchiveKeys {
        /// The attributes.
        package static let attributes = "optimade"
        /// Type, id and relationships.
        package static let identity = "optimade_resource"
        /// The attributes of the publication.
        package static let publication = "optimade_reference"
        /// When the entry was processed: stands for an absent `last_modified`, the first one that there is.
        package static let times = ["last_processing_time", "entry_create_time"]
    }

    /// The resource of `type` in the archive of `entry`, whose members of `metadata` the closure gives; `nil` where it
    /// holds none. Only the members that are needed are asked for.
    ///
    /// Properties that follow from others and that NOMAD does not store are added to structures without
    /// `optimade_resource`: `nelements`, `nsites`, `nperiodic_dimensions`, `structure_features`, `last_modified`. Those
    /// with a publication are related to it.
    package init?<Failure: Error>(
        _ type: String, of entry: String, metadata: (String) throws(Failure) -> Value?
    ) throws(Failure) {
        let identity = try metadata(ArchiveKeys.identity)?.object
        let ownType = identity.map { $0["type"]?.text } ?? Self.structures
        if ownType?.hasSameUTF8(as: type) ?? false, let attributes = try metadata(ArchiveKeys.attributes)?.object {
            if let identity {
                guard let id = identity["id"]?.text else { return nil }
                self.init(
                    type: type, id: id, attributes: attributes,
                    relationships: identity["relationships"]?.object ?? ObjectValue())
            } else {
                let hasPublication = try metadata(ArchiveKeys.publication)?.object != nil
                self.init(
                    type: type, id: entry, attributes: Self.completed(attributes, time: try Self.time(metadata)),
                    relationships: hasPublication ? Self.toPublication(of: entry) : ObjectValue())
            }
        } else if type.hasSameUTF8(as: Self.references),
            var attributes = try metadata(ArchiveKeys.publication)?.object
        {
            Self.add("last_modified", try Self.time(metadata), to: &attributes)
            self.init(type: type, id: entry, attributes: attributes)
        } else {
            return nil
        }
    }

    /// All resources in the archive of `entry`, whose members of `metadata` the closure gives: at most one of each
    /// type, the entry's own first.
    package static func all<Failure: Error>(
        of entry: String, metadata: (String) throws(Failure) -> Value?
    ) throws(Failure) -> [Resource] {
        let ownType = try metadata(ArchiveKeys.identity)?.object.map { $0["type"]?.text } ?? structures
        var types = [references]
        if let ownType, !ownType.hasSameUTF8(as: references) { types.insert(ownType, at: 0) }
        var resources: [Resource] = []
        for type in types {
            if let resource = try Resource(type, of: entry, metadata: metadata) { resources.append(resource) }
        }
        return resources
    }

    /// The entry type of structures.
    package static let structures = "structures"
    /// The entry type of publications.
    package static let references = "references"

    private static func toPublication(of entry: String) -> ObjectValue {
        let identifier = Value.members([
            "type": .string(references), "id": .string(entry),
            "meta": .members(["description": .string("The publication that the structure is from.")]),
        ])
        return ObjectValue([(references, .members(["data": .list([identifier])]))])
    }

    /// The members of an archive's `metadata` that the resource is kept in.
    package var archiveMetadata: ObjectValue {
        var identity = ObjectValue([("type", .string(type)), ("id", .string(id))])
        if !relationships.isEmpty { identity["relationships"] = .object(relationships) }
        return ObjectValue([
            (ArchiveKeys.attributes, .object(attributes)), (ArchiveKeys.identity, .object(identity)),
        ])
    }

    /// When the entry was processed, as a property; `nil` where that is not known.
    private static func time<Failure: Error>(
        _ metadata: (String) throws(Failure) -> Value?
    ) throws(Failure) -> Value? {
        for key in ArchiveKeys.times {
            if let time = try metadata(key)?.text.flatMap({ Timestamp($0) }) { return .string(time.optimadeText) }
        }
        return nil
    }

    /// Adds a property that is not known yet.
    private static func add(_ name: String, _ value: Value?, to attributes: inout ObjectValue) {
        if attributes[name]?.isNull ?? true, let value { attributes[name] = value }
    }

    /// The stored properties that have to be decoded, of those that are called `names`, to show a structure that has no
    /// `optimade_resource`: others follow from them, or they are shown otherwise.
    package static func sources(among names: [String]) -> [String] {
        let sites = ["species_at_sites", "cartesian_site_positions"]
        return [
            "elements", "nelements", "nsites", "dimension_types", "nperiodic_dimensions", "last_modified", "species",
            "structure_features",
        ] + sites.filter { site in names.contains { $0.hasSameUTF8(as: site) } }.prefix(1)
    }

    private static func completed(_ stored: ObjectValue, time: Value?) -> ObjectValue {
        var attributes = stored
        func add(_ name: String, _ value: Value?) { Self.add(name, value, to: &attributes) }
        func count(of name: String) -> Value? { stored[name]?.items.map { .integer(Int64($0.count)) } }
        add("nelements", count(of: "elements"))
        add("nsites", count(of: "species_at_sites") ?? count(of: "cartesian_site_positions"))
        add("nperiodic_dimensions", stored["dimension_types"]?.items.map { .integer($0.compactMap(\.integer).sum) })
        add("last_modified", time)
        if let species = stored["species"]?.items {
            attributes["species"] = .list(species.map(Self.withListedMass))
            add("structure_features", features(of: species))
        } else {
            add("structure_features", .list([]))
        }
        return attributes
    }

    /// A species whose `mass` is a list with one mass for each chemical symbol. NOMAD keeps one number there; archives
    /// that are made here have the masses of several symbols in `masses`.
    private static func withListedMass(_ species: Value) -> Value {
        guard var object = species.object else { return species }
        if let masses = object["masses"], masses.items != nil {
            object["mass"] = masses
            object["masses"] = nil
        } else if let mass = object["mass"], mass.real != nil {
            object["mass"] = object["chemical_symbols"]?.items?.count == 1 ? .list([mass]) : nil
        }
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

extension [Int64] {
    fileprivate var sum: Int64 { reduce(0, &+) }
}
