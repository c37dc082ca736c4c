package import RutileJSON
package import RutileModel

/// What came of looking for a definition.
package enum DefinitionLookup<Found> {
    case found(Found)
    /// It is in an archive that is not loaded. Tell the scope about it, then ask again.
    case needs(ArchivePlace)
    /// There is none, and why: a phrase without a full stop that clients may see.
    case failed(String)
}

/// The definitions that one request sees: the catalogue's, and those of archives as far as they are loaded.
///
/// Nothing here reads an archive. What lies in an archive that is not loaded is reported as a need; the caller loads a
/// batch of them, tells the scope with ``add(archive:definitions:)``, ``markUnavailable(archive:why:)`` or
/// ``locate(_:as:)``, and asks again. Everything that was found is remembered. Not for several threads at once.
package final class DefinitionScope {
    /// The definitions that do not come from archives.
    package let catalogue: DefinitionCatalogue
    /// Other installations whose archives are read; what lies on others is not found.
    package let installations: Set<InstallationID>
    private var packages: [StoredPackage] = []
    private var archives: [ArchiveKey: ArchiveState] = [:]
    private var locations: [ArchivePlace: Location] = [:]
    private var sections = SectionTable()
    private var targets: [TargetKey: DefinitionTarget] = [:]
    private var inProgress: Set<SectionID> = []
    /// What was found for `m_def`s: the items of long lists often say the same.
    var mDefs: [MDefKey: SectionID] = [:]
    /// Digests of custom definitions.
    var digests = DigestLedger()
    /// Levels of base sections that are looked at, and levels of definitions inside a digest: more would exhaust the
    /// stack, and no one writes them but to do that.
    static let depthLimit = 100

    private enum ArchiveState {
        case package(Int)
        case unavailable(String)
    }

    private enum Location {
        case archive(ArchiveKey)
        case nowhere(why: String)
    }

    /// A property whose target was looked for.
    private struct TargetKey: Hashable {
        let owner: SectionID
        let isQuantity: Bool
        let position: Int
    }

    /// A scope without archives, which may be on this installation and on `installations`.
    package init(catalogue: DefinitionCatalogue, installations: Set<InstallationID> = []) {
        self.catalogue = catalogue
        self.installations = installations
    }

    /// The section of whole archives.
    package var root: SectionID { catalogue.root }

    // MARK: Archives

    /// Tells what the `definitions` of an archive are: `nil` where it has none. Later calls for the same archive
    /// change nothing.
    package func add(archive: ArchiveKey, definitions: Value?) {
        guard archives[archive] == nil else { return }
        add(archive: archive, StoredPackage(archive: archive, definitions: definitions))
    }

    /// Tells what package an archive has: `nil` where it has none. Later calls for the same archive change nothing.
    package func add(archive: ArchiveKey, _ package: StoredPackage?) {
        guard archives[archive] == nil else { return }
        guard let package else {
            archives[archive] = .unavailable("Archive \(archive.entry) does not exist in upload \(archive.upload)")
            return
        }
        packages.append(package)
        archives[archive] = .package(catalogue.count + packages.count - 1)
    }

    /// Tells that an archive does not exist or that the caller may not read it.
    package func markUnavailable(archive: ArchiveKey, why: String) {
        if archives[archive] == nil { archives[archive] = .unavailable(why) }
    }

    /// Tells which archive a place is; `nil` where there is none, and then `why`, where there is more to say than that.
    package func locate(_ place: ArchivePlace, as archive: ArchiveKey?, why: String? = nil) {
        if let archive {
            locations[place] = .archive(archive)
        } else {
            locations[place] = .nowhere(why: why ?? place.absence)
        }
    }

    /// Whether the scope knows about `archive`.
    package func knows(archive: ArchiveKey) -> Bool { archives[archive] != nil }

    /// The number of the package in the archive at `place`.
    func package(at place: ArchivePlace) -> DefinitionLookup<Int> {
        let archive: ArchiveKey
        switch (place, locations[place]) {
        case (.archive(let key), _): archive = key
        case (_, .archive(let key)?): archive = key
        case (_, .nowhere(let why)?): return .failed(why)
        case (_, nil): return .needs(place)
        }
        switch archives[archive] {
        case .package(let number): return .found(number)
        case .unavailable(let why): return .failed(why)
        case nil: return .needs(.archive(archive))
        }
    }

    /// The package with number `number`.
    func package(_ number: Int) -> StoredPackage {
        number < catalogue.count ? catalogue.package(number) : packages[number - catalogue.count]
    }

    // MARK: Sections

    /// The section that `id` names, with its inherited properties.
    ///
    /// Cost: one look into a dictionary after the first time, if it needs nothing.
    package func section(_ id: SectionID) -> Section {
        if let section = sections[id] { return section }
        let isShared = id.package < catalogue.count
        if isShared, let section = catalogue.section(id) {
            sections[id] = section
            return section
        }
        let (section, isWhole) = assemble(id)
        // A section that lacks a base section because a cycle was cut, or because it is not loaded, is made again.
        if isWhole && section.needs.isEmpty {
            sections[id] = section
            if isShared { catalogue.keep(section) }
        }
        return section
    }

    /// The section that a sub-section holds, as its parent's definition says.
    package func target(of subSection: SubSection) -> DefinitionLookup<SectionID> {
        let key = TargetKey(owner: subSection.owner, isQuantity: false, position: subSection.position)
        switch target(subSection.target, key) {
        case .found(let target): return .found(target.section)
        case .needs(let place): return .needs(place)
        case .failed(let why): return .failed(why)
        }
    }

    /// What the values of a quantity refer to; fails for quantities that hold no references.
    package func target(of quantity: Quantity) -> DefinitionLookup<DefinitionTarget> {
        switch quantity.type {
        case .reference(let text), .quantityReference(let text):
            target(text, TargetKey(owner: quantity.owner, isQuantity: true, position: quantity.position))
        default: .failed("Quantity \(quantity.name) is no reference")
        }
    }

    private func target(_ text: String, _ key: TargetKey) -> DefinitionLookup<DefinitionTarget> {
        if let target = targets[key] { return .found(target) }
        let found = target(text, in: key.owner.package, from: key.owner.section)
        if case .found(let target) = found { targets[key] = target }
        return found
    }

    /// Puts a section together. The second value is false when it is its own base section.
    private func assemble(_ id: SectionID) -> (Section, isWhole: Bool) {
        let package = package(id.package)
        let stored = package.sections[id.section]
        inProgress.insert(id)
        defer { inProgress.remove(id) }

        var inherited = Inherited()
        var isWhole = true
        for item in stored.definition["base_sections"]?.items ?? [] {
            guard let text = item.text else { continue }
            switch target(text, in: id.package, from: id.section) {
            case .found(let target):
                if inProgress.contains(target.section) {
                    isWhole = false
                } else if inProgress.count < Self.depthLimit {
                    inherited.add(section(target.section))
                }
            case .needs(let place): inherited.needs.insert(place)
            case .failed: continue
            }
        }
        inherited.addOwn(of: id, stored, extensions: extensions(of: stored, package))
        let section = Section(
            id: id, stored: stored, package: package, bases: inherited.bases, ancestors: inherited.ancestors,
            properties: inherited.properties, labelQuantities: inherited.labelQuantities, needs: inherited.needs)
        return (section, isWhole)
    }

    /// Sub-sections that plugins add to a built-in section.
    private func extensions(of stored: StoredSection, _ package: StoredPackage) -> [Value] {
        guard case .builtIn = package.key, !catalogue.builtIn.extensions.isEmpty else { return [] }
        return catalogue.builtIn.extensions[(package.key.path + stored.path).text]?["sub_sections"]?.items ?? []
    }
}

extension ArchivePlace {
    /// That there is nothing at this place.
    fileprivate var absence: String {
        switch self {
        case .archive(let key): "Archive \(key.entry) does not exist in upload \(key.upload)"
        case .rawFile(let upload, let path, _): "File \(path) does not exist in upload \(upload)"
        case .entry(let entry, _): "Archive \(entry) does not exist"
        }
    }
}

/// Sections by package and number. Walks ask at every step, which is too often to hash.
private struct SectionTable {
    private var packages: [[Section?]] = []

    subscript(id: SectionID) -> Section? {
        get {
            guard id.package < packages.count, id.section < packages[id.package].count else { return nil }
            return packages[id.package][id.section]
        }
        set {
            while packages.count <= id.package { packages.append([]) }
            while packages[id.package].count <= id.section { packages[id.package].append(nil) }
            packages[id.package][id.section] = newValue
        }
    }
}

/// What a section has from its base sections, and then of its own.
private struct Inherited {
    var bases: [SectionID] = []
    var ancestors: [SectionID] = []
    var properties: [Property] = []
    var labelQuantities: [String] = []
    var needs: Set<ArchivePlace> = []
    private var known: Set<SectionID> = []
    private var positions: [UTF8Key: Int] = [:]

    mutating func add(_ base: Section) {
        bases.append(base.id)
        for ancestor in base.ancestors + [base.id] where known.insert(ancestor).inserted { ancestors.append(ancestor) }
        for property in base.properties { add(property) }
        for label in base.labelQuantities where !labelQuantities.contains(label) { labelQuantities.append(label) }
        needs.formUnion(base.needs)
    }

    mutating func addOwn(of id: SectionID, _ stored: StoredSection, extensions: [Value]) {
        for (position, item) in (stored.definition["quantities"]?.items ?? []).enumerated() {
            guard let object = item.object else { continue }
            add(.quantity(Quantity(object, owner: id, ownerName: stored.qualifiedName, position: position)))
        }
        for (position, item) in ((stored.definition["sub_sections"]?.items ?? []) + extensions).enumerated() {
            guard let object = item.object else { continue }
            add(.subSection(SubSection(object, owner: id, position: position)))
        }
        if let label = stored.definition["more"]?["label_quantity"]?.text, !labelQuantities.contains(label) {
            labelQuantities.append(label)
        }
    }

    /// A property replaces an inherited one of its name, in its place.
    private mutating func add(_ property: Property) {
        if let index = positions[UTF8Key(property.name)] {
            properties[index] = property
        } else {
            positions[UTF8Key(property.name)] = properties.count
            properties.append(property)
        }
    }
}
