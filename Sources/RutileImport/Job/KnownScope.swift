import RutileJSON
import RutileMetainfo
import RutileModel

/// Definitions for one survey, which come from known archives where the archive itself and the catalogue have none.
struct KnownScope {
    /// What came of looking for a section by the name that an archive gives.
    enum Lookup {
        case found(SectionID)
        /// It would be in another archive, which is not there or has none of this name.
        case absent
        /// Nobody has looked for its archive, or it is in no archive.
        case none
    }

    private let scope: DefinitionScope
    private let known: KnownArchives
    /// Places that somebody has to look for, and then survey the archive again.
    private(set) var needs: Set<ArchivePlace> = []
    /// Archives that definitions are in, of those that were looked for in vain, as the names of definitions begin.
    private(set) var absent: Set<UTF8Key> = []

    init(_ scope: DefinitionScope, _ known: KnownArchives) {
        self.scope = scope
        self.known = known
    }

    /// The section that an `m_def` in `archive` names.
    mutating func section(mDef text: String, in archive: ArchiveKey) -> Lookup {
        switch settled({ [scope] in scope.section(mDef: text, in: archive) }) {
        case .found(let section): return .found(section)
        case .needs: return .none
        case .failed:
            let own = PackageKey.archivePrefix + archive.entry.text + "."
            if text.utf8.starts(with: own.utf8) { return .none }
            if text.utf8.starts(with: PackageKey.archivePrefix.utf8) { return .absent }
            if case .archive(let place, _) = ArchiveReference(text, in: archive), place.installation == nil,
                place != .archive(archive)
            {
                return .absent
            }
            return .none
        }
    }

    /// The section `id`, with what it inherits as far as that is known.
    mutating func section(_ id: SectionID) -> Section {
        while true {
            let section = scope.section(id)
            // Not lazily: everything missed is looked for at once.
            let supplied = section.needs.filter { supply($0) }
            if supplied.count < section.needs.count || section.needs.isEmpty { return section }
        }
    }

    /// The section that a sub-section holds.
    mutating func target(of subSection: SubSection) -> SectionID? {
        if case .found(let section) = settled({ [scope] in scope.target(of: subSection) }) { section } else { nil }
    }

    /// The id of a section's definition; `nil` where it depends on what is not known.
    mutating func definitionID(of section: SectionID) -> String? {
        if case .found(let id) = settled({ [scope] in scope.definitionID(of: section) }) { id } else { nil }
    }

    /// What is known of the entry at `place`, as members of `entry_references`; `nil` where it is `entry` itself.
    mutating func reference(to place: ArchivePlace, from entry: ArchiveKey) -> ObjectValue? {
        var members = ObjectValue()
        switch known[place] {
        case .some(.some(let archive)):
            guard archive.key != entry else { return nil }
            members["target_upload_id"] = .string(archive.key.upload.text)
            members["target_entry_id"] = .string(archive.key.entry.text)
            members["target_mainfile"] = .string(archive.mainfile)
        case .some(.none):
            switch place {
            case .archive(let key):
                members["target_upload_id"] = .string(key.upload.text)
                members["target_entry_id"] = .string(key.entry.text)
            case .entry(let entry, _): members["target_entry_id"] = .string(entry.text)
            case .rawFile(let upload, let path, _):
                members["target_upload_id"] = .string(upload.text)
                members["target_mainfile"] = .string(path)
            }
        case .none:
            if case .archive(entry) = place { return nil }
            needs.insert(place)
        }
        return members
    }

    /// Repeats `look` while it needs archives that are known.
    private mutating func settled<Found>(_ look: () -> DefinitionLookup<Found>) -> DefinitionLookup<Found> {
        while true {
            let lookup = look()
            guard case .needs(let place) = lookup, supply(place) else { return lookup }
        }
    }

    /// Tells the scope what is at `place`; `false` while nobody has looked for it, which is noted.
    private mutating func supply(_ place: ArchivePlace) -> Bool {
        switch (known[place], place) {
        case (.none, _):
            needs.insert(place)
            return false
        case (.some(.some(let archive)), _):
            scope.add(archive: archive.key, archive.definitions)
            if place != .archive(archive.key) { scope.locate(place, as: archive.key) }
        case (.some(.none), .archive(let key)):
            absent.insert(UTF8Key(PackageKey.archivePrefix + key.entry.text))
            scope.markUnavailable(archive: key, why: "Archive \(key.entry) does not exist")
        case (.some(.none), .entry(let entry, _)):
            absent.insert(UTF8Key(PackageKey.archivePrefix + entry.text))
            scope.locate(place, as: nil)
        case (.some(.none), .rawFile(_, let path, _)):
            absent.insert(UTF8Key("raw/" + path))
            scope.locate(place, as: nil)
        }
        return true
    }
}
