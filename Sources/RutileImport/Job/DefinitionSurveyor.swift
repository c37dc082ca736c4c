package import RutileJSON
package import RutileMetainfo
package import RutileModel

/// Lists what an archive holds, by the definitions of a catalogue and those that the archive carries itself.
///
/// What no definition lists, or has a definition in another archive, is inferred: an object is a section, a list of
/// objects is a repeated one, all else is a quantity.
package struct DefinitionSurveyor: ArchiveSurveyor {
    private let catalogue: DefinitionCatalogue

    /// A surveyor that knows the definitions of `catalogue`.
    package init(_ catalogue: DefinitionCatalogue = .builtIn) { self.catalogue = catalogue }

    package func survey(_ root: Value, of entry: ArchiveKey) -> ArchiveSurvey {
        let scope = DefinitionScope(catalogue: catalogue)
        scope.add(archive: entry, definitions: root["definitions"])
        var walk = SurveyWalk(scope: scope, entry: entry)
        if let object = root.object { walk.section(object, scope.root, at: "", place: "") }
        return ArchiveSurvey(
            quantities: walk.paths.sorted().map(\.string), sections: walk.sections.sorted().map(\.string),
            searchQuantities: walk.searchQuantities)
    }
}

/// The state of one survey.
private struct SurveyWalk {
    let scope: DefinitionScope
    let entry: ArchiveKey
    var paths: Set<UTF8Key> = []
    var sections: Set<UTF8Key> = []
    private(set) var searchQuantities: [Value] = []
    /// The definition of `data`, while the walk is below it and it is no built-in one.
    private var schema: String?
    /// Values of one archive that searches know: its tables may have many more.
    private static let mostValues = 1_000

    init(scope: DefinitionScope, entry: ArchiveKey) {
        self.scope = scope
        self.entry = entry
    }

    /// Notes a section and all that is below it; `declared` is what its parent's definition says that it is. `place` is
    /// `path` with the positions of items.
    mutating func section(_ object: ObjectValue, _ declared: SectionID?, at path: String, place: String) {
        var definition = declared
        if let text = object["m_def"]?.text, case .found(let stated) = scope.section(mDef: text, in: entry) {
            definition = stated
        }
        let section = definition.map { scope.section($0) }
        if let section { sections.insert(UTF8Key(section.qualifiedName)) }
        let isData = path == "data"
        if isData, let section, section.isCustom { schema = section.qualifiedName }
        defer { if isData { schema = nil } }
        for (key, value) in object.members where key != "m_def" && key != "m_def_id" && !value.isNull {
            let memberPath = path.isEmpty ? key : path + "." + key
            let memberPlace = place.isEmpty ? key : place + "." + key
            switch section?.property(key) {
            case .quantity(let quantity):
                paths.insert(UTF8Key(memberPath))
                note(value, of: quantity, at: memberPath, place: memberPlace)
            case .subSection(let subSection):
                let target: SectionID? = if case .found(let found) = scope.target(of: subSection) { found } else { nil }
                member(value, target, at: memberPath, place: memberPlace)
            case nil: member(value, nil, at: memberPath, place: memberPlace)
            }
        }
    }

    private mutating func member(_ value: Value, _ definition: SectionID?, at path: String, place: String) {
        paths.insert(UTF8Key(path))
        switch value {
        case .object(let object): section(object, definition, at: path, place: place)
        case .list(let items):
            // What begins with something else is a list of values: no need to look through all of them.
            guard case .object = items.first else { return }
            for (position, item) in items.enumerated() {
                guard case .object(let object) = item else { continue }
                section(object, definition, at: path, place: "\(place).\(position)")
            }
        default: break
        }
    }

    /// Notes the values of a quantity that are scalars, as items of `search_quantities`.
    private mutating func note(_ value: Value, of quantity: Quantity, at path: String, place: String) {
        guard let schema, !quantity.isJSON, !quantity.isReference else { return }
        for value in value.items ?? [value] where searchQuantities.count < Self.mostValues {
            guard let member = Self.member(value, quantity.type) else { continue }
            searchQuantities.append(
                .members([
                    "id": .string("\(path)#\(schema)"), "definition": .string(quantity.qualifiedName),
                    "path_archive": .string(place), member: value,
                ]))
        }
    }

    /// Under which name an item of `search_quantities` has a value; `nil` where it is no scalar.
    private static func member(_ value: Value, _ type: QuantityType) -> String? {
        switch (value, type) {
        case (.bool, _): "bool_value"
        case (.integer, .primitive("float")), (.real, _): "float_value"
        case (.integer, .numpy(let name)) where name.utf8.starts(with: "float".utf8): "float_value"
        case (.integer, _): "int_value"
        case (.string, .other(let name)) where name.utf8.suffix(8).elementsEqual("Datetime".utf8): "datetime_value"
        case (.string, _): "str_value"
        default: nil
        }
    }
}
