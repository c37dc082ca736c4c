import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

/// What is known of a section that is being read.
enum SectionContext {
    /// Its definition.
    case defined(SectionID)
    /// Nothing: its keys are read by what their values look like.
    case inferred
}

/// A property of a section, as its definition or its value tells.
enum WalkProperty {
    case section(SectionProperty)
    case quantity(QuantityProperty)
    /// The section's own definition does not list the key.
    case unknown
}

/// A sub-section.
struct SectionProperty {
    /// The definition that the property declares; absent when inferred.
    let declared: SectionID?
    let repeats: Bool
}

/// A quantity.
struct QuantityProperty {
    /// Its type is a reference to a section or quantity.
    let isReference: Bool
    /// It has no definition, so a string in it is a reference if it is spelled like one and leads somewhere.
    let mayBeReference: Bool
    /// The section that references in it lead to.
    let target: SectionID?
    /// Its definition; absent when inferred.
    let definition: Quantity?

    /// A quantity of references to `section`; absent where its definition cannot be found.
    static func reference(to section: SectionID?, _ definition: Quantity) -> QuantityProperty {
        QuantityProperty(isReference: true, mayBeReference: false, target: section, definition: definition)
    }

    /// A quantity without definition.
    static let inferred = QuantityProperty(isReference: false, mayBeReference: true, target: nil, definition: nil)
}

extension ArchiveWalk {
    /// The property that `key` is in a section of which `context` is known; `nil` while a definition has not been read.
    func property(_ key: String, node: ArchiveNode, in context: SectionContext) throws -> WalkProperty? {
        guard case .defined(let id) = context else { return try inferred(node) }
        guard let section = try walk.section(id) else { return nil }
        switch section.property(key) {
        case .subSection(let subSection):
            switch try walk.settled({ walk.definitions.target(of: subSection) }) {
            case .found(let declared): return .section(SectionProperty(declared: declared, repeats: subSection.repeats))
            case .needs: return nil
            case .failed: return .section(SectionProperty(declared: nil, repeats: subSection.repeats))
            }
        case .quantity(let quantity):
            guard quantity.isReference else {
                return .quantity(
                    QuantityProperty(isReference: false, mayBeReference: false, target: nil, definition: quantity))
            }
            switch try walk.settled({ walk.definitions.target(of: quantity) }) {
            case .found(let target): return .quantity(.reference(to: target.section, quantity))
            case .needs: return nil
            case .failed: return .quantity(.reference(to: nil, quantity))
            }
        case nil:
            // Built-in definitions change between releases: what they do not list is read all the same.
            return section.isCustom ? .unknown : try inferred(node)
        }
    }

    private func inferred(_ node: ArchiveNode) throws -> WalkProperty {
        switch try node.kind {
        case .object: return .section(SectionProperty(declared: nil, repeats: false))
        case .list:
            let first = try node.item(0)
            return try first?.kind == .object
                ? .section(SectionProperty(declared: nil, repeats: true)) : .quantity(.inferred)
        default: return .quantity(.inferred)
        }
    }

    /// What is known of the section `node`: its own `m_def`, else what its property declares; `nil` while a definition
    /// has not been read.
    func context(of node: ArchiveNode, declared: SectionProperty, in archive: ArchiveKey) throws -> SectionContext? {
        let fallback = declared.declared.map(SectionContext.defined) ?? .inferred
        guard try node.kind == .object, let name = try node.child("m_def")?.text else { return fallback }
        switch try walk.settled({ walk.definitions.section(mDef: name, in: archive) }) {
        case .found(let id): return .defined(id)
        case .needs: return nil
        case .failed(let why):
            problems.add(NodeProblem(.notFound, "Failed to retrieve definition: \(why)."))
            return .inferred
        }
    }
}

extension GraphWalk {
    /// A section with all that it inherits; `nil` while some of that has not been read.
    func section(_ id: SectionID) throws -> Section? {
        var section = definitions.section(id)
        while !section.needs.isEmpty {
            // Not lazily: everything missed goes into one batch.
            var isSupplied = true
            for place in section.needs { isSupplied = try supply(place) && isSupplied }
            guard isSupplied else { return nil }
            section = definitions.section(id)
        }
        return section
    }

    /// Repeats `look` while it needs definitions of archives that have been read; what then is still needed is noted.
    func settled<Found>(_ look: () -> DefinitionLookup<Found>) throws -> DefinitionLookup<Found> {
        while true {
            let lookup = look()
            guard case .needs(let place) = lookup, try supply(place) else { return lookup }
        }
    }

    /// Tells the scope what is at `place`; `false` while that has not been read.
    private func supply(_ place: ArchivePlace) throws -> Bool {
        // A place without upload names an entry anywhere: which archive it stands in does not matter.
        switch archive(at: place, from: ArchiveKey(upload: UploadID(""), entry: EntryID(""))) {
        case .missing: return false
        case .found(let key):
            if let root = loaded.root(of: key) {
                definitions.add(archive: key, definitions: try root.child("definitions")?.value())
            }
            if place != .archive(key) { definitions.locate(place, as: key) }
        case .absent(let why):
            if case .archive(let key) = place {
                definitions.markUnavailable(archive: key, why: String(why.dropLast()))
            } else if case .entry(let id, nil) = place, let upload = self.upload(of: id) ?? nil {
                // The caller may know where the archive should be: then it is told.
                definitions.locate(place, as: ArchiveKey(upload: upload, entry: id))
            } else {
                definitions.locate(place, as: nil, why: place.installation.map { _ in String(why.dropLast()) })
            }
        }
        return true
    }
}
