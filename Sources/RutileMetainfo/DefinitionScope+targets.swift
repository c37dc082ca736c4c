import RutileJSON
package import RutileModel

/// A definition that another one points at.
package enum DefinitionTarget: Hashable, Sendable {
    case section(SectionID)
    /// The quantity at a position of a section's own quantities.
    case quantity(SectionID, position: Int)

    /// The section, or the section of the quantity.
    package var section: SectionID {
        switch self {
        case .section(let section), .quantity(let section, _): section
        }
    }
}

/// An `m_def` and the archive that it stands in.
struct MDefKey: Hashable {
    let archive: ArchiveKey
    let text: UTF8Key
}

extension DefinitionScope {
    /// The section that the `m_def` of a section in the archive `current` names, in any of these spellings:
    /// `#/definitions/section_definitions/0` (a path in the same archive), any reference into another archive,
    /// `package.module.Name`, `entry_id:<entry>.Name`, each with or without `@<definition id>`.
    ///
    /// The id is ignored: definitions are kept in one version.
    package func section(mDef text: String, in current: ArchiveKey) -> DefinitionLookup<SectionID> {
        let key = MDefKey(archive: current, text: UTF8Key(text))
        if let section = mDefs[key] { return .found(section) }
        switch target(text, from: Place(archive: current, package: nil, section: nil)) {
        case .found(.section(let section)):
            mDefs[key] = section
            return .found(section)
        case .found(.quantity): return .failed("\(text) is no section")
        case .needs(let place): return .needs(place)
        case .failed(let why): return .failed(why)
        }
    }

    /// What `text` names when it stands in a section of a package.
    func target(_ text: String, in package: Int, from section: Int?) -> DefinitionLookup<DefinitionTarget> {
        let archive: ArchiveKey? = if case .archive(let key) = self.package(package).key { key } else { nil }
        return target(text, from: Place(archive: archive, package: package, section: section))
    }

    /// Where a text that names a definition stands.
    private struct Place {
        /// The archive around it; absent in packages that are in none.
        let archive: ArchiveKey?
        /// The package around it; absent where the text is an `m_def`.
        let package: Int?
        /// The section of the package around it.
        let section: Int?
    }

    private func target(_ spelled: String, from place: Place) -> DefinitionLookup<DefinitionTarget> {
        // Only qualified names carry an id; in a reference the character belongs to a file's name.
        let text = spelled.utf8.contains(UInt8(ascii: "/")) ? spelled : String(spelled.prefix { $0 != "@" })
        if text.utf8.starts(with: "metainfo/".utf8) { return installedTarget(text) }
        if text.utf8.starts(with: "entry_id:".utf8) { return entryTarget(text, from: place) }
        if let archive = place.archive {
            switch ArchiveReference(text, in: archive) {
            case .archive(let other, let path):
                if let installation = other.installation, !installations.contains(installation) {
                    return .failed("Cross installation reference is not supported yet: \(text)")
                }
                switch package(at: other) {
                case .found(let package): return target(path[...], in: package, from: nil, spelled: text)
                case .needs(let place): return .needs(place)
                case .failed(let why): return .failed(why)
                }
            case .local, .invalid: break
            }
        }
        if !text.hasPrefix("#"), !text.hasPrefix("/") {
            if text.utf8.contains(UInt8(ascii: ".")), let section = catalogue.section(named: text) {
                return .found(.section(section))
            }
            // A dotted m_def names a package that is not installed; only inside a package may it be `Outer.Inner`.
            if place.package == nil, text.utf8.contains(UInt8(ascii: ".")) {
                return .failed("Package of \(text) is not found")
            }
        }
        return localTarget(text, from: place)
    }

    /// A path or a name in the package around.
    private func localTarget(_ text: String, from place: Place) -> DefinitionLookup<DefinitionTarget> {
        let package: Int
        if let number = place.package {
            package = number
        } else if let archive = place.archive {
            switch self.package(at: .archive(archive)) {
            case .found(let number): package = number
            case .needs(let place): return .needs(place)
            case .failed(let why): return .failed(why)
            }
        } else {
            return .failed("\(text) is not found")
        }
        let path = text.drop { $0 == "#" || $0 == "/" }.split(separator: "/").map(String.init)
        return target(path[...], in: package, from: place.section, spelled: text)
    }

    /// A path below a package, with or without `definitions` in front; or a name, and perhaps a quantity's.
    private func target(
        _ path: ArraySlice<String>, in package: Int, from section: Int?, spelled text: String
    ) -> DefinitionLookup<DefinitionTarget> {
        let stored = self.package(package)
        let steps = path.first == "definitions" ? path.dropFirst() : path
        if let (section, rest) = stored.section(at: steps) {
            return target(rest, of: SectionID(package: package, section: section), spelled: text)
        }
        if let name = steps.first, let section = stored.section(named: name, from: section) {
            return target(steps.dropFirst(), of: SectionID(package: package, section: section), spelled: text)
        }
        return .failed("\(text) is not found")
    }

    /// What is left of a path below a section: nothing, `quantities/<i>`, or a quantity's name.
    private func target(
        _ rest: ArraySlice<String>, of section: SectionID, spelled text: String
    ) -> DefinitionLookup<DefinitionTarget> {
        guard let last = rest.last else { return .found(.section(section)) }
        let definition = package(section.package).sections[section.section].definition
        let quantities = definition["quantities"]?.items ?? []
        if rest.count == 2, rest.first == "quantities", let position = Int(last), quantities.indices.contains(position)
        {
            return .found(.quantity(section, position: position))
        }
        let named = quantities.firstIndex { $0["name"]?.text?.utf8.elementsEqual(last.utf8) ?? false }
        if rest.count == 1 || (rest.count == 2 && rest.first == "quantities"), let named {
            return .found(.quantity(section, position: named))
        }
        return .failed("\(text) is not found")
    }

    /// `metainfo/<package>/section_definitions/<i>`, the form in which definitions are placed in responses.
    private func installedTarget(_ text: String) -> DefinitionLookup<DefinitionTarget> {
        let steps = text.split(separator: "/").map(String.init)
        guard steps.count > 2, let package = catalogue.number(of: steps[1]) else {
            return .failed("\(text) is not found")
        }
        return target(steps.dropFirst(2), in: package, from: nil, spelled: text)
    }

    /// `entry_id:<entry>.<Name>` or `entry_id:<entry>.section_definitions.<i>`.
    private func entryTarget(_ text: String, from place: Place) -> DefinitionLookup<DefinitionTarget> {
        let (entry, path) = entryPath(text)
        let other: ArchivePlace =
            if let archive = place.archive, archive.entry == entry {
                .archive(archive)
            } else {
                .entry(entry, on: place.archive?.installation)
            }
        switch package(at: other) {
        case .found(let package): return target(path[...], in: package, from: nil, spelled: text)
        case .needs(let place): return .needs(place)
        case .failed(let why): return .failed(why)
        }
    }

    /// As ``entryTarget(_:from:)``; without a path, all definitions of the archive.
    func entryNode(_ text: String) -> DefinitionLookup<DefinitionNode> {
        let (entry, path) = entryPath(text)
        switch package(at: .entry(entry)) {
        case .needs(let place): return .needs(place)
        case .failed(let why): return .failed(why)
        case .found(let package):
            if path.isEmpty { return .found(.package(package)) }
            switch target(path[...], in: package, from: nil, spelled: text) {
            case .found(.section(let section)): return .found(.section(section))
            case .found(.quantity(let section, let position)): return .found(.quantity(section, position))
            case .needs(let place): return .needs(place)
            case .failed(let why): return .failed(why)
            }
        }
    }

    /// The entry that `entry_id:<entry>…` names, and steps from its definitions to one of them.
    private func entryPath(_ text: String) -> (EntryID, path: [String]) {
        let parts = text.dropFirst("entry_id:".count).split(separator: ".").map(String.init)
        let rest = parts.dropFirst()
        let isPath = rest.first.map(LongForm.sectionLists.contains) ?? false
        let path = isPath ? Array(rest) : rest.isEmpty ? [] : [rest.joined(separator: ".")]
        return (EntryID(parts.first ?? ""), path)
    }
}
