package import RutileJSON

/// The definition of a section, with everything that it inherits.
package final class Section: Sendable {
    /// Names it within its scope.
    package let id: SectionID
    /// Its own name, `Sample`.
    package let name: String
    /// `nomad.datamodel.data.EntryData`, `entry_id:<entry>.Sample`.
    package let qualifiedName: String
    /// Whether it came from an archive or was added to the installation: then it is read strictly.
    package let isCustom: Bool
    /// Steps from the top of a response to where its document is placed.
    package let path: [PathStep]
    /// Its own definition in long form, without inner sections. ``DefinitionScope`` gives the document that is shown.
    package let definition: ObjectValue
    /// Definitions it inherits from directly, in order, as far as they could be found.
    package let bases: [SectionID]
    /// All definitions it inherits from, each once: what a base section inherits from, then the base section.
    package let ancestors: [SectionID]
    /// All its properties, inherited ones included: those of base sections first, in order of definition.
    package let properties: [Property]
    /// Names of the quantities that label its instances, as the definition and those it inherits from say.
    package let labelQuantities: [String]
    /// Archives that hold definitions it inherits from and that are not loaded: ``properties`` is incomplete until
    /// they are.
    package let needs: Set<ArchivePlace>
    private let positions: [UTF8Key: Int]

    /// A section put together by ``DefinitionScope``.
    init(
        id: SectionID, stored: StoredSection, package: StoredPackage, bases: [SectionID], ancestors: [SectionID],
        properties: [Property], labelQuantities: [String], needs: Set<ArchivePlace>
    ) {
        self.id = id
        name = stored.name
        qualifiedName = stored.qualifiedName
        isCustom = package.key.isCustom
        path = package.key.path + stored.path
        definition = stored.definition
        self.bases = bases
        self.ancestors = ancestors
        self.properties = properties
        self.labelQuantities = labelQuantities
        self.needs = needs
        var positions: [UTF8Key: Int] = [:]
        for (position, property) in properties.enumerated() {
            for alias in property.aliases { positions[UTF8Key(alias)] = position }
        }
        // Names after aliases: a name is never hidden by another property's alias.
        for (position, property) in properties.enumerated() { positions[UTF8Key(property.name)] = position }
        self.positions = positions
    }

    /// The property that is called `name`, or has it as an alias.
    ///
    /// Cost: one look into a dictionary.
    package func property(_ name: String) -> Property? { positions[UTF8Key(name)].map { properties[$0] } }
}

/// A property of a section.
package enum Property: Sendable {
    case quantity(Quantity)
    case subSection(SubSection)

    /// Its name.
    package var name: String {
        switch self {
        case .quantity(let quantity): quantity.name
        case .subSection(let subSection): subSection.name
        }
    }

    /// Other names it may have in archives.
    package var aliases: [String] {
        switch self {
        case .quantity(let quantity): quantity.aliases
        case .subSection(let subSection): subSection.aliases
        }
    }

    /// The section that defines it and its position among that section's quantities or sub-sections.
    var origin: (section: SectionID, position: Int) {
        switch self {
        case .quantity(let quantity): (quantity.owner, quantity.position)
        case .subSection(let subSection): (subSection.owner, subSection.position)
        }
    }
}

/// A typed value of a section.
package final class Quantity: Sendable {
    /// Its name.
    package let name: String
    /// With the name of the section that defines it in front.
    package let qualifiedName: String
    /// Other names it may have in archives.
    package let aliases: [String]
    /// What its values are.
    package let type: QuantityType
    /// One item for each axis: a number, `*`, a range such as `1..*`, or a quantity's name; empty for scalars.
    package let shape: [String]
    /// Unit of its numbers.
    package let unit: String?
    /// Whether its value is computed and never stored.
    package let isVirtual: Bool
    /// Whether its values are references to sections or quantities, so that they can be followed.
    ///
    /// References to users, authors and datasets are ids and not followed.
    package let isReference: Bool
    /// The section that defines it.
    package let owner: SectionID
    /// Its own definition in long form.
    package let definition: ObjectValue
    /// Its position among the quantities of ``owner``.
    let position: Int

    /// It as a definition that something points at.
    package var target: DefinitionTarget { .quantity(owner, position: position) }

    /// Whether it has one value and no list.
    package var isScalar: Bool { shape.isEmpty }
    /// Whether its value is JSON in which no key can be asked for.
    package var isJSON: Bool { type == .json }

    /// The quantity at `position` of those of `owner`, from its long form.
    init(_ definition: ObjectValue, owner: SectionID, ownerName: String, position: Int) {
        name = definition["name"]?.text ?? ""
        qualifiedName = "\(ownerName).\(name)"
        aliases = definition["aliases"]?.items?.compactMap(\.text) ?? []
        type = QuantityType(definition["type"])
        shape = Self.shape(definition["shape"])
        unit = definition["unit"]?.text
        isVirtual = definition["virtual"]?.bool ?? false
        isReference =
            switch type {
            case .reference(let text): !Self.datasets.contains(text)
            case .quantityReference: true
            default: false
            }
        self.owner = owner
        self.definition = definition
        self.position = position
    }

    /// Spellings of the section of datasets.
    private static let datasets = [
        "metainfo/nomad.datamodel.datamodel/section_definitions/0", "nomad.datamodel.datamodel.Dataset",
        "nomad.datamodel.Dataset",
    ]

    private static func shape(_ value: Value?) -> [String] {
        func text(_ item: Value) -> String { item.text ?? item.integer.map(String.init) ?? "" }
        guard let value, !value.isNull else { return [] }
        return value.items?.map(text) ?? [text(value)]
    }
}

/// A section inside a section.
package final class SubSection: Sendable {
    /// Its name.
    package let name: String
    /// Other names it may have in archives.
    package let aliases: [String]
    /// Whether it is a list of sections.
    package let repeats: Bool
    /// The section that defines it.
    package let owner: SectionID
    /// Its own definition in long form.
    package let definition: ObjectValue
    /// The text that names the definition of the sections it holds.
    let target: String
    /// Its position among the sub-sections of ``owner``.
    let position: Int

    /// The sub-section at `position` of those of `owner`, from its long form.
    init(_ definition: ObjectValue, owner: SectionID, position: Int) {
        name = definition["name"]?.text ?? ""
        aliases = definition["aliases"]?.items?.compactMap(\.text) ?? []
        repeats = definition["repeats"]?.bool ?? false
        target = definition["sub_section"]?.text ?? ""
        self.owner = owner
        self.definition = definition
        self.position = position
    }
}
