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
        if let object = root.object { walk.section(object, scope.root, at: "") }
        return ArchiveSurvey(
            quantities: walk.paths.sorted().map(\.string), sections: walk.sections.sorted().map(\.string))
    }
}

/// The state of one survey.
private struct SurveyWalk {
    let scope: DefinitionScope
    let entry: ArchiveKey
    var paths: Set<UTF8Key> = []
    var sections: Set<UTF8Key> = []

    /// Notes a section and all that is below it; `declared` is what its parent's definition says that it is.
    mutating func section(_ object: ObjectValue, _ declared: SectionID?, at path: String) {
        var definition = declared
        if let text = object["m_def"]?.text, case .found(let stated) = scope.section(mDef: text, in: entry) {
            definition = stated
        }
        let section = definition.map { scope.section($0) }
        if let section { sections.insert(UTF8Key(section.qualifiedName)) }
        for (key, value) in object.members where key != "m_def" && key != "m_def_id" && !value.isNull {
            let memberPath = path.isEmpty ? key : path + "." + key
            switch section?.property(key) {
            case .quantity: paths.insert(UTF8Key(memberPath))
            case .subSection(let subSection):
                let target: SectionID? = if case .found(let found) = scope.target(of: subSection) { found } else { nil }
                member(value, target, at: memberPath)
            case nil: member(value, nil, at: memberPath)
            }
        }
    }

    private mutating func member(_ value: Value, _ definition: SectionID?, at path: String) {
        paths.insert(UTF8Key(path))
        switch value {
        case .object(let object): section(object, definition, at: path)
        case .list(let items):
            // What begins with something else is a list of values: no need to look through all of them.
            guard case .object = items.first else { return }
            for case .object(let object) in items { section(object, definition, at: path) }
        default: break
        }
    }
}
