import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileStore

/// Files of uploads in an answer. Source: NOMAD 2.0.0, measured.
extension GraphWalk {
    /// Writes what `plan` asks for of the files of `upload`, which the caller may read, into the place of `files`.
    func files(_ plan: ReadPlan.FilePlan, of upload: Kept<UploadRecord>, into slot: Slot) throws {
        try file(plan, at: RawPlace(upload.record.id, .root), into: slot)
    }

    /// Writes what `plan` asks for of the main file of `entry`, into the place of `mainfile`: folder by folder down to
    /// the file, and what is named from the file below it.
    func mainfile(_ plan: ReadPlan.FilePlan, of entry: Kept<EntryRecord>, into slot: Slot) throws {
        // The upload of an entry is read with it.
        let id = entry.record.upload
        guard let upload = loaded.uploads[id] ?? nil, policy.mayRead(upload.record, as: caller) else {
            let problems = ProblemList()
            problems.add(NodeProblem(.noAccess, "Current user does not have access to upload \(id)."))
            return try problems.write(to: slot)
        }
        let path = RawPath(names: [entry.record.mainfile])
        try file(plan, at: RawPlace(id, path), into: slot.place(path.names.map(PathStep.key)))
    }

    /// A file or folder. Nothing is written where there is none.
    private func file(_ plan: ReadPlan.FilePlan, at place: RawPlace, into slot: Slot) throws {
        try visit(1 + plan.children.count)
        guard let known = loaded.rawItems[place] else {
            needs.rawItems.insert(place)
            return notePages(below: plan, at: place)
        }
        guard let item = known else { return }
        if item.isFolder { try slot.write(.value(.string("Directory")), to: "m_is") }
        if let page = plan.page {
            let named = Set(plan.request.children.map { UTF8Key($0.key.text) })
            try self.page(page, at: place, named: named, into: slot)
        }
        if !item.isFolder, let entry = plan.entry, case .found(let id) = mainfileEntry(at: place) {
            try document(entry, id: id.text, into: slot.member("entry"))
        }
        for child in plan.children {
            try file(child.plan, at: place.following(child.key), into: slot.member(child.key))
        }
    }

    /// A part of what a folder holds, or a file itself. The entry of a file in a folder is not shown where one of the
    /// `named` keys is the end of the file's path: it is asked for on its own.
    private func page(
        _ page: ReadPlan.FilePlan.Page, at place: RawPlace, named: Set<UTF8Key>, into slot: Slot
    ) throws {
        let request = RawPageRequest(page, at: place)
        guard let known = loaded.rawPages[request] else {
            needs.rawPages.insert(request)
            return
        }
        guard let found = known else { return }
        let config = page.config
        var response = config.echo
        response["query"] = config.query
        response["pagination"] = config.filePagination(total: found.total)
        try slot.write(.value(.object(response)), to: "m_response")
        let level = place.path.names.count
        for item in found.items {
            let steps = item.path.names.dropFirst(level).map(PathStep.key)
            try visit(1 + steps.count)
            guard config.keys.admits(item.path.text) else { continue }
            let target = slot.place(steps)
            try write(item, into: target)
            guard config.directive == .resolved, !item.isFolder, !item.path.ends(withOneOf: named),
                case .found(let id) = mainfileEntry(at: RawPlace(place.upload, item.path)),
                case .found(let document) = lookUp(.entry, id.text)
            else { continue }
            try target.write(.value(wholeDocument(document)), to: "entry")
        }
    }

    private func write(_ item: RawItem, into slot: Slot) throws {
        guard let size = item.size else { return try slot.write(.value(.string("Directory")), to: "m_is") }
        let file = Value.members([
            "path": .string(item.path.text), "size": .integer(Int64(size)), "m_is": .string("File"),
        ])
        try slot.write(.value(file))
    }

    /// Notes all that is needed below a place that has not been read, for one batch.
    private func notePages(below plan: ReadPlan.FilePlan, at place: RawPlace) {
        if let page = plan.page { needs.rawPages.insert(RawPageRequest(page, at: place)) }
        for child in plan.children {
            let place = place.following(child.key)
            needs.rawItems.insert(place)
            notePages(below: child.plan, at: place)
        }
    }

    private enum MainfileEntry {
        case found(EntryID)
        case none
        /// Not read yet; noted as needed.
        case missing
    }

    /// The entry whose main file is at `place`.
    private func mainfileEntry(at place: RawPlace) -> MainfileEntry {
        let place = MainfilePlace(upload: place.upload, path: place.path.text)
        guard let known = loaded.places[place] else {
            needs.places.insert(place)
            return .missing
        }
        return known.map(MainfileEntry.found) ?? .none
    }
}

extension RawPageRequest {
    /// A page as planned. A depth of 0 is none, and each folder counts afresh.
    fileprivate init(_ page: ReadPlan.FilePlan.Page, at place: RawPlace) {
        let depth = page.config.depth ?? 0
        self.init(
            place: place, depth: depth > 0 ? depth : nil,
            isDescending: page.config.listPagination?.order == .descending, positions: page.positions)
    }
}

extension RequestConfig {
    /// How a page of `total` files is shown: without what was not given; the first page where nothing was.
    fileprivate func filePagination(total: Int) -> Value {
        var shown = ObjectValue()
        if listPagination == nil { shown["page"] = .integer(1) }
        for (name, value) in (listPagination ?? ListPagination()).echo(total: total, next: nil).object?.members
            ?? zip([], [])
        {
            if !value.isNull { shown[name] = value }
        }
        return .object(shown)
    }
}

extension RawPath {
    /// Whether a `/` and one of `keys` are the end of it.
    fileprivate func ends(withOneOf keys: Set<UTF8Key>) -> Bool {
        let names = names
        return names.indices.dropFirst().contains { keys.contains(UTF8Key(names[$0...].joined(separator: "/"))) }
    }
}

extension RawPlace {
    /// The place that `key` names from here: names with `/` between them, `.`, `..` for the folder above, `...` for the
    /// folder of all files. Nothing lies above that.
    func following(_ key: String) -> RawPlace {
        var names = path.names
        for name in key.utf8.split(separator: UInt8(ascii: "/")) {
            switch String(Substring(name)) {
            case ".": break
            case "..": if !names.isEmpty { names.removeLast() }
            case "...": names = []
            case let name: names.append(name)
            }
        }
        return RawPlace(upload, RawPath(names: names))
    }
}
