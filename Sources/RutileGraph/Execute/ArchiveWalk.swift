import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

/// Reads one requested archive, and whatever its references lead to.
///
/// Sections are walked with their definitions (`ArchiveWalk+definitions`): *explicit* keys here, the rest of a section
/// by its config in `ArchiveWalk+keys`, values that are no sections in `ArchiveWalk+quantities`, references in
/// `ArchiveWalk+references`. Source: NOMAD 2.0.0, measured.
final class ArchiveWalk {
    let walk: GraphWalk
    /// Problems of this archive and of all that was followed from it.
    let problems: ProblemList
    /// Targets of references, each as it was read.
    var followed = FollowedTargets()

    init(walk: GraphWalk, problems: ProblemList) {
        self.walk = walk
        self.problems = problems
    }

    /// A place in an archive that is being read.
    struct Place {
        let archive: ArchiveKey
        let node: ArchiveNode
        let path: ArchivePath
        let section: SectionContext

        /// The place at a child.
        func child(_ segment: String, _ node: ArchiveNode, section: SectionContext) -> Place {
            Place(archive: archive, node: node, path: path.appending(segment), section: section)
        }

        /// How NOMAD writes the place: `../uploads/U/archive/E#/data/parts/0`.
        var reference: String { archive.reference(to: path.text) }
    }

    /// What travels along the walk.
    struct Route {
        /// The references that led here; absent where there were none.
        var chain: ReferenceChain?
        /// With `required`: those of them within one archive, since the last between archives, which alone are in `chain`.
        var localChain: ReferenceChain?
        /// Section levels below the node that has the config.
        var level = 0
        /// Sections entered on the way here, through references too.
        var nesting = 0
        /// How many references led here.
        var references: Int { chain?.length ?? 0 }

        /// Whether a reference may be followed from here: long chains of them leave room for the sections of the archive
        /// that they reach.
        var mayFollow: Bool { nesting <= GraphLimits.nestingOfReferences }

        /// One section further down.
        func deeper() throws(GraphProblem) -> Route {
            guard nesting < GraphLimits.nesting else {
                throw GraphProblem(
                    .limitExceeded,
                    "The request goes through more than \(GraphLimits.nesting) nested sections."
                )
            }
            var route = self
            route.level += 1
            route.nesting += 1
            return route
        }

        /// Levels are counted from here.
        func restarted() -> Route {
            var route = self
            route.level = 0
            return route
        }
    }

    /// Reads what `request` asks of a section.
    func section(_ request: RequestNode, at place: Place, into slot: Slot, route: Route) throws {
        try walk.visit(1 + request.children.count)
        if let config = request.ownConfig {
            let named = Set(request.children.map { UTF8Key($0.key.name) })
            try keys(of: place, config: config, omitting: named, into: slot, route: route.restarted())
        } else if request.settings.value.showsDefinitions {
            try noteDefinition(of: place, config: request.config, into: slot)
        }
        // In short form `m_def` is there already, whatever is asked of it.
        let isShort = request.settings.value.definitionFormat == .short
        for child in request.children {
            if child.key.text == "m_def" {
                if !isShort, child.node.form != .ignored { try definition(child.node, of: place, into: slot) }
            } else {
                try explicit(child, beside: request.children, at: place, into: slot, route: route)
            }
        }
    }

    /// Reads one key that the request names. Of one with a list only whether it is there matters: a list asks for nothing.
    private func explicit(
        _ child: RequestNode.Child, beside siblings: [RequestNode.Child], at place: Place, into slot: Slot, route: Route
    ) throws {
        switch child.key.text {
        case "m_def_id": return
        case "*" where child.node.form == .ignored: return
        case "*": return try wildcard(child.node, beside: siblings, at: place, into: slot, route: route)
        default: break
        }
        guard let node = try place.node.child(child.key.name), try node.kind != .null else {
            return notFound(child.key.name, at: place)
        }
        guard let property = try property(child.key.name, node: node, in: place.section) else { return }
        let target = slot.member(child.key.name)
        switch property {
        case .unknown: problems.add(NodeProblem(.notFound, "Definition \(child.key.name) is not found."))
        case _ where child.node.form == .ignored: return
        case .quantity(let quantity):
            let value = place.child(child.key.name, node, section: .inferred)
            try explicitQuantity(quantity, child, at: value, in: place, into: target, route: route)
        case .section(let section):
            if try node.kind == .list {
                guard section.repeats else {
                    return problems.add(NodeProblem(.general, "Definition \(child.key.name) is not repeatable."))
                }
                let value = place.child(child.key.name, node, section: .inferred)
                try list(section, child, beside: siblings, at: value, into: target, parent: slot, route: route)
            } else if let context = try context(of: node, declared: section, in: place.archive) {
                let value = place.child(child.key.name, node, section: context)
                try self.section(child.node, at: value, into: target, route: try route.deeper())
            }
        }
    }

    /// A list of sections that the request names.
    private func list(
        _ section: SectionProperty, _ child: RequestNode.Child, beside siblings: [RequestNode.Child], at place: Place,
        into slot: Slot, parent: Slot, route: Route
    ) throws {
        let count = try place.node.count
        let index = child.node.ownIndex ?? child.key.index
        var positions = index?.positions(count: count) ?? 0..<count
        var taken: Set<Int> = []
        if child.node.form == .leaf {
            try slot.open(.list)
            if let page = child.node.settings.value.page, index == nil {
                positions = try self.page(page, of: child.key.name, count: count, into: parent)
            }
            if index == nil {
                // Items that a sibling names by position are read by that sibling alone.
                for sibling in siblings where sibling.key.name == child.key.name && sibling.node != child.node {
                    guard let named = sibling.key.index?.positions(count: count) else { continue }
                    try walk.visit(named.count)
                    taken.formUnion(named)
                }
            }
        }
        try place.node.forEachItem(positions) { position, node in
            guard !taken.contains(position),
                let context = try context(of: node, declared: section, in: place.archive)
            else { return }
            let item = place.child(String(position), node, section: context)
            if child.node.form == .leaf, try node.kind != .object {
                // A value among sections is shown as it is.
                try walkedQuantity(
                    .inferred, at: item, config: child.node.config, into: slot.item(position), route: try route.deeper()
                )
            } else {
                try self.section(child.node, at: item, into: slot.item(position), route: try route.deeper())
            }
        }
    }

    /// `*` as a key: every key of a section that no sibling names.
    private func wildcard(
        _ request: RequestNode, beside siblings: [RequestNode.Child], at place: Place, into slot: Slot, route: Route
    ) throws {
        let named = Set(siblings.filter { !$0.key.isWildcard }.map { UTF8Key($0.key.name) })
        if request.form == .leaf {
            if request.config.index != nil {
                problems.add(NodeProblem(.general, "`index` belongs below the key of a list, not below '*'."))
            }
            return try keys(of: place, config: request.config, omitting: named, into: slot, route: route.restarted())
        }
        try walk.visit(try place.node.count)
        for (key, node) in try place.node.members() where key != "m_def" && key != "m_def_id" {
            // Scalars have no keys; a wildcard over mixed keys is not wrong because of them.
            guard !named.contains(UTF8Key(key)), try node.kind == .object || node.kind == .list else { continue }
            let child = RequestNode.Child(key: RequestKey(literal: key), node: request)
            try explicit(child, beside: [], at: place, into: slot, route: route)
        }
    }

    /// The positions of a page; the parent section gets its `m_response`.
    func page(_ page: RequestConfig.Page, of key: String, count: Int, into parent: Slot) throws -> Range<Int> {
        let number = page.number(total: count)
        let pagination = Value.members([
            "page": .integer(Int64(number)), "page_size": .integer(Int64(page.size)), "total": .integer(Int64(count)),
        ])
        try parent.member("m_response").member("subsection_lists").member(key).write(
            .value(.members(["pagination": pagination])))
        let (start, overflow) = (number - 1).multipliedReportingOverflow(by: page.size)
        guard !overflow, start < count else { return 0..<0 }
        return start..<min(count, start + page.size)
    }

    /// Notes that the section, or value, at `place` has no `key`.
    func notFound(_ key: String, at place: Place) {
        problems.add(NodeProblem(.notFound, "Field \(key) is not found in archive \(place.reference)."))
    }
}

/// The keys and positions from the root of an archive to a place in it.
struct ArchivePath {
    private final class Link: Sendable {
        let parent: ArchivePath
        let segment: String
        init(parent: ArchivePath, segment: String) {
            self.parent = parent
            self.segment = segment
        }
    }

    private let last: Link?

    /// The root.
    static let root = ArchivePath(last: nil)

    private init(last: Link?) { self.last = last }

    /// One step further.
    func appending(_ segment: String) -> ArchivePath { ArchivePath(last: Link(parent: self, segment: segment)) }

    /// The steps, joined by `/`, list positions as numbers; empty for the root.
    var text: String {
        var segments: [String] = []
        var link = last
        while let step = link {
            segments.append(step.segment)
            link = step.parent.last
        }
        return segments.reversed().joined(separator: "/")
    }
}

extension GraphLimits {
    /// Most sections that may be entered one inside the other, references followed included.
    package static let nesting = 1_000
    /// Most sections on the way to a reference that is followed.
    static let nestingOfReferences = 900
}

extension ArchiveNode {
    /// Hands on the items of a list at `positions`, in order. They are read a few at a time: a list can be longer than
    /// what may stand in memory.
    func forEachItem(_ positions: Range<Int>, _ body: (Int, ArchiveNode) throws -> Void) throws {
        var start = positions.lowerBound
        while start < positions.upperBound {
            let end = min(start + 1_024, positions.upperBound)
            for (position, node) in zip(start..<end, try items(start..<end)) { try body(position, node) }
            start = end
        }
    }
}

extension GraphWalk {
    /// Reads an entry's archive as `request` asks; where it cannot be read the entry says why.
    func archive(
        _ request: RequestNode, of entry: Kept<EntryRecord>, entrySlot: Slot, place slot: Slot, problems: ProblemList
    ) throws {
        let (id, upload) = (entry.record.id, entry.record.upload)
        guard let state = loaded.archives[id] else {
            needs.archives.insert(id)
            return
        }
        switch state {
        case .absent:
            problems.add(NodeProblem(.general, "Archive \(id) does not exist in upload \(upload)."))
        case .hidden:
            problems.add(NodeProblem(.general, "Current user does not have access to upload \(upload)."))
        case .damaged:
            problems.add(NodeProblem(.general, "The stored archive of entry \(id) cannot be read."))
        case .open(let node):
            try slot.open(.object)
            let key = ArchiveKey(upload: upload, entry: id)
            let inside = ArchiveWalk(walk: self, problems: ProblemList())
            do {
                let request = try layoutRequest(request, of: node, entrySlot: entrySlot)
                let root = ArchiveWalk.Place(
                    archive: key, node: node, path: .root, section: .defined(definitions.root))
                try inside.section(request, at: root, into: slot, route: ArchiveWalk.Route())
            } catch let error as ArchiveError {
                inside.problems.add(NodeProblem(.general, "The stored archive cannot be read: \(error)."))
            }
            try inside.problems.write(to: slot)
        }
    }
}

extension GraphWalk {
    /// The request itself, or the layout's in its place; the entry then shows which.
    private func layoutRequest(_ request: RequestNode, of node: ArchiveNode, entrySlot: Slot) throws -> RequestNode {
        guard request.ownConfig?.directive == .autoFromLayout else { return request }
        let derived = Layout.request(hasData: try node.child("data") != nil)
        try entrySlot.write(.value(.string(Layout.id)), to: "resolved_layout_id")
        try entrySlot.write(.value(derived), to: "resolved_archive_request")
        return try RequestNode.archiveRequest(derived, pointer: request.pointer)
    }
}
