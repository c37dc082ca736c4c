package import RutileJSON
package import RutileMetainfo
package import RutileModel

/// Lists what an archive holds, by the definitions of a catalogue, those that the archive carries itself and those of
/// other archives.
///
/// What no definition lists is inferred: an object is a section, a list of objects is a repeated one, all else is a
/// quantity.
package struct DefinitionSurveyor: ArchiveSurveyor {
    private let catalogue: DefinitionCatalogue

    /// A surveyor that knows the definitions of `catalogue`.
    package init(_ catalogue: DefinitionCatalogue = .builtIn) { self.catalogue = catalogue }

    package func survey(_ root: Value, of entry: ArchiveKey, knowing known: KnownArchives) -> ArchiveSurvey {
        let scope = DefinitionScope(catalogue: catalogue)
        scope.add(archive: entry, definitions: root["definitions"])
        var walk = SurveyWalk(scope: KnownScope(scope, known), entry: entry)
        if let object = root.object { walk.section(object, scope.root, at: "", place: SurveyPlace()) }
        return walk.survey
    }
}

/// Where a value stands, in the two spellings that metadata have.
private struct SurveyPlace {
    /// Joined by dots, with the positions of items.
    var dotted = ""
    /// As in references: with a slash before each step.
    var path = ""

    func step(_ step: String) -> SurveyPlace {
        SurveyPlace(dotted: dotted.isEmpty ? step : dotted + "." + step, path: path + "/" + step)
    }
}

/// The state of one survey.
private struct SurveyWalk {
    private var scope: KnownScope
    private let entry: ArchiveKey
    private var paths: Set<UTF8Key> = []
    private var sections: Set<UTF8Key> = []
    private var searchQuantities: [Value] = []
    private var references: [Value] = []
    /// Texts below `data`, each once.
    private var texts: [String] = []
    private var knownTexts: Set<UTF8Key> = []
    /// Definitions of sections in `data`, and whether a section has them itself or by inheritance.
    private var dataSections: [SectionID: Bool] = [:]
    /// Definitions that are in no archive that the author may read.
    private var missing: Set<UTF8Key> = []
    /// The definition of `data`, while the walk is in it.
    private var schema: String?
    /// Values of one archive that searches know: its tables may have many more.
    private static let mostValues = 1_000
    /// Missing definitions that are told of.
    private static let mostMissing = 20

    init(scope: KnownScope, entry: ArchiveKey) {
        self.scope = scope
        self.entry = entry
    }

    /// What was found out.
    var survey: ArchiveSurvey {
        mutating get {
            var found = ArchiveSurvey(
                quantities: paths.sorted().map(\.string), sections: sections.sorted().map(\.string),
                searchQuantities: searchQuantities)
            found.sectionDefinitions = definitions()
            found.references = references
            found.texts = texts
            found.missing = (missing.isEmpty ? scope.absent : missing).sorted().prefix(Self.mostMissing).map(\.string)
            found.needs = scope.needs
            return found
        }
    }

    /// Notes a section and all that is below it; `declared` is what its parent's definition says that it is. `place` is
    /// `path` with the positions of items.
    mutating func section(_ object: ObjectValue, _ declared: SectionID?, at path: String, place: SurveyPlace) {
        var definition = declared
        if let text = object["m_def"]?.text {
            switch scope.section(mDef: text, in: entry) {
            case .found(let stated): definition = stated
            // A character may have any number of scalars.
            case .absent where missing.count < Self.mostMissing:
                missing.insert(UTF8Key(String(text.unicodeScalars.prefix(200))))
            case .absent, .none: break
            }
        }
        let section = definition.map { scope.section($0) }
        if let section { sections.insert(UTF8Key(section.qualifiedName)) }
        let isData = path == "data"
        if isData, let section { schema = section.qualifiedName }
        defer { if isData { schema = nil } }
        if schema != nil, let section {
            dataSections[section.id] = true
            for ancestor in section.ancestors where dataSections[ancestor] == nil { dataSections[ancestor] = false }
        }
        for (key, value) in object.members where key != "m_def" && key != "m_def_id" && !value.isNull {
            let memberPath = path.isEmpty ? key : path + "." + key
            let memberPlace = place.step(key)
            switch section?.property(key) {
            case .quantity(let quantity):
                paths.insert(UTF8Key(memberPath))
                if quantity.isReference {
                    note(references: value, of: quantity, place: memberPlace)
                } else {
                    note(value, of: quantity, at: memberPath, place: memberPlace)
                }
            case .subSection(let subSection):
                member(value, scope.target(of: subSection), at: memberPath, place: memberPlace)
            case nil: member(value, nil, at: memberPath, place: memberPlace)
            }
        }
    }

    private mutating func member(_ value: Value, _ definition: SectionID?, at path: String, place: SurveyPlace) {
        paths.insert(UTF8Key(path))
        switch value {
        case .object(let object): section(object, definition, at: path, place: place)
        case .list(let items):
            // What begins with something else is a list of values: no need to look through all of them.
            guard case .object = items.first else { return }
            for (position, item) in items.enumerated() {
                guard case .object(let object) = item else { continue }
                section(object, definition, at: path, place: place.step(String(position)))
            }
        default: break
        }
    }

    /// Notes the values of a quantity that are scalars, as items of `search_quantities`.
    private mutating func note(_ value: Value, of quantity: Quantity, at path: String, place: SurveyPlace) {
        guard let schema, !quantity.isJSON else { return }
        for value in value.items ?? [value] where searchQuantities.count < Self.mostValues {
            guard let member = Self.member(value, quantity.type) else { continue }
            searchQuantities.append(
                .members([
                    "id": .string("\(path)#\(schema)"), "definition": .string(quantity.qualifiedName),
                    "path_archive": .string(place.dotted), member: value,
                ]))
            if let text = value.text, member == "str_value", knownTexts.insert(UTF8Key(text)).inserted {
                texts.append(text)
            }
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

    /// Notes references into other archives, as items of `entry_references`.
    private mutating func note(references value: Value, of quantity: Quantity, place: SurveyPlace) {
        let isList = value.items != nil
        for (position, item) in (value.items ?? [value]).enumerated() where references.count < Self.mostValues {
            guard let text = item.text, case .archive(let target, let path) = ArchiveReference(text, in: entry),
                target.installation == nil, let reference = scope.reference(to: target, from: entry)
            else { continue }
            var members = reference
            members["target_reference"] = .string(text)
            members["target_path"] = .string(path.map { "/" + $0 }.joined())
            members["target_name"] = path.last { Int($0) == nil }.map(Value.string)
            members["source_name"] = .string(quantity.name)
            members["source_path"] = .string((isList ? place.step(String(position)) : place).path)
            members["source_quantity"] = .string(quantity.qualifiedName)
            references.append(.object(members))
        }
    }

    /// The items of `section_defs`, in the order of names.
    private mutating func definitions() -> [Value] {
        let found = dataSections
        return found.map { id, isDirect in (scope.section(id), isDirect) }
            // Sections of one archive may have one name.
            .sorted { left, right in
                let (name, other) = (UTF8Key(left.0.qualifiedName), UTF8Key(right.0.qualifiedName))
                return (name, left.0.id.section) < (other, right.0.id.section)
            }
            .map { section, isDirect in
                var members = ObjectValue([("definition_qualified_name", .string(section.qualifiedName))])
                members["definition_id"] = scope.definitionID(of: section.id).map(Value.string)
                members["used_directly"] = .bool(isDirect)
                return .object(members)
            }
    }
}
