import NomadAPI
import RutileArchive
import RutileJSON
import RutileMetainfo
import RutileModel

/// One pass over a plan: reads what has been loaded, writes the answer, and notes what it misses.
///
/// Pure apart from its own state and its task's cancellation: no store, no file, no clock. Where something is missing
/// the pass goes on without it; its answer counts only if ``needs`` is empty at the end.
///
/// One file per kind of node: documents here and, for what their fields hold, in `FieldWalk`; lists, files, definitions,
/// archives and entries of other databases in `ListWalk`, `FileWalk`, `MetainfoWalk`, `ArchiveWalk` and `ForeignWalk`.
final class GraphWalk {
    private(set) var loaded: Loaded
    /// Definitions: built in, installed, and of the archives that have been opened for theirs.
    let definitions: DefinitionScope
    var needs = Needs() { didSet { misses += 1 } }
    /// How often something was missing.
    private(set) var misses = 0
    /// References behind which something was missing, each as the work that follows it again.
    private var postponed: [() throws -> Void] = []
    let caller: Caller
    let policy: AccessPolicy
    let userEmail: UserEmailVisibility
    /// The top level of the answer; resolved data are written below its `uploads` and `metainfo`.
    private let root: Slot
    private let visits: Visits
    /// Whether other walks read other documents of the same request at the same time.
    private let isPart: Bool
    /// Definitions that stand in the answer.
    var writtenDefinitions: [WrittenDefinition: WrittenDefinition.Place] = [:]
    /// The upload whose entries were asked for last, and whether the caller may read their documents: those of a list
    /// are most often of one upload.
    private var lastUpload: (id: UploadID, mayRead: Bool)?
    /// What was picked of the search document before: those of a list are picked alike.
    var lastSelection: QuantitySelection?

    init(
        loaded: Loaded, definitions: DefinitionScope, caller: Caller, policy: AccessPolicy,
        userEmail: UserEmailVisibility, attempt: Attempt, isPart: Bool = false
    ) {
        self.loaded = loaded
        self.definitions = definitions
        self.isPart = isPart
        self.caller = caller
        self.policy = policy
        self.userEmail = userEmail
        visits = Visits(attempt)
        root = Slot(visits)
    }

    /// The answer to `plan`, complete if ``needs`` is empty afterwards.
    ///
    /// - Throws: what the attempt says when it goes too far, `ArchiveError` never: damaged archives are problems at
    ///   their place.
    func run(_ plan: ReadPlan) throws -> AnswerContainer {
        let problems = ProblemList()
        for part in plan.parts { try read(part, of: nil, into: root, problems: problems) }
        try problems.write(to: root)
        return try root.open(.object)
    }

    /// The top level, for what stands there although it was met elsewhere.
    ///
    /// - Throws: as ``mustBeWhole()``.
    func top() throws -> Slot {
        try mustBeWhole()
        return root
    }

    /// Called before what depends on all documents that are read, or may stand where others write.
    ///
    /// - Throws: ``WalkPart/Entangled`` in a walk that is one of several.
    func mustBeWhole() throws {
        if isPart { throw WalkPart.Entangled() }
    }

    /// Nodes that were visited.
    var visitCount: Int { visits.count }

    /// Follows a reference by `work`, and remembers it where something behind it is missing, for ``readOn(with:)``.
    func following(_ work: @escaping () throws -> Void) throws {
        let (missesBefore, postponedBefore) = (misses, postponed.count)
        try work()
        // What is remembered already lies nearer to what is missing.
        if misses > missesBefore, postponed.count == postponedBefore { postponed.append(work) }
    }

    /// Whether ``readOn(with:)`` would find more that is needed.
    var canReadOn: Bool { !postponed.isEmpty }

    /// Follows once more the references behind which something was missing, to learn what is needed further on.
    ///
    /// So a chain of references through many archives is read once, not once from the start for each of its links. What
    /// is written is of no use: which of several values comes last is known only to a pass from the start.
    func readOn(with loaded: Loaded) throws {
        self.loaded = loaded
        let work = postponed
        (needs, postponed) = (Needs(), [])
        visits.restart()
        try Task.checkCancellation()
        for follow in work { try following(follow) }
    }

    /// Lets go of all that ``readOn(with:)`` would do: it holds the walk, so that neither would ever go away.
    func forget() { postponed = [] }

    /// Whether the caller may read the documents of entries of `upload`; never where it is not known.
    func mayReadEntries(of upload: UploadID) -> Bool {
        if let lastUpload, lastUpload.id == upload { return lastUpload.mayRead }
        guard let kept = loaded.uploads[upload] ?? nil else { return false }
        let mayRead = policy.mayReadEntryDocuments(of: kept.record, as: caller)
        lastUpload = (upload, mayRead)
        return mayRead
    }

    /// Counts nodes that are about to be visited against `limits.answer_nodes`, and stops when the caller has gone or
    /// the time is up.
    ///
    /// What costs anything for each part of a container counts its parts here first, and begins only then.
    func visit(_ count: Int = 1) throws {
        try visits.add(count)
    }

    /// Reads one key of a document, or of the top level where `document` is absent.
    func read(_ part: ReadPlan.Part, of document: Document?, into slot: Slot, problems: ProblemList) throws {
        try visit()
        var place: Slot { slot.member(part.key.text) }
        switch part.read {
        case .documents(let documents, let response):
            let place = place
            if let response { try place.write(.value(.object(response)), to: "m_response") }
            try self.documents(documents, into: place)
        case .list(let list): try self.list(list, below: document, into: place, problems: problems)
        case .linked(let plan):
            guard let id = document?.id(of: plan.kind) else { return }
            try self.document(plan, id: id, into: place)
        case .archive(let request):
            guard case .entry(let entry)? = document else { return }
            try archive(request, of: entry, entrySlot: slot, place: place, problems: problems)
        case .files(let plan):
            guard case .upload(let upload)? = document else { return }
            try files(plan, of: upload, into: place)
        case .mainfile(let plan):
            guard case .entry(let entry)? = document else { return }
            try mainfile(plan, of: entry, into: place)
        case .metainfo(let plan): try metainfo(plan, into: place, problems: problems)
        case .foreign(let gateways): try foreign(gateways, into: place)
        case .field(let config):
            guard let value = document?.value(of: part.key.name, in: self) else { return }
            try writeField(
                value, config: config, index: config?.index ?? part.key.index, as: part.key.name, into: slot,
                problems: problems)
        case .users(let plan):
            guard let ids = document?.users(of: part.key.name, in: self) else { return }
            try users(ids, plan: plan, into: slot.member(part.key.name))
        case .members where part.key.isWildcard:
            problems.add(
                NodeProblem(
                    .general, "The fields of a document have no parts in common: name them in place of '*'."))
        case .members(let plan):
            guard let value = document?.value(of: part.key.name, in: self) else { return }
            try members(of: value, plan, into: slot.member(part.key.name), problems: problems)
        }
    }

    /// Reads documents by id.
    func documents(_ documents: [ReadPlan.Named], into slot: Slot) throws {
        for named in documents { try document(named.document, id: named.id, into: slot.member(named.id)) }
    }

    /// Reads the document of `plan`'s kind that `id` names, or says why not.
    ///
    /// Links of other kinds of nodes (a file's entry) come here too. What a list shows (`isListed`) may be read: below an
    /// entry, datasets of others may; and it is left out where it is only filtered and nothing is kept of it.
    func document(_ plan: ReadPlan.DocumentPlan, id: String, into slot: Slot, isListed: Bool = false) throws {
        try visit(GraphLimits.documentNodes)
        let problems = ProblemList()
        let isFiltered = plan.parts.isEmpty && plan.whole.map { $0.keys != .everything } ?? false
        if !(isListed && isFiltered) { try slot.open(.object) }
        switch plan.kind == .user && id == "me" ? me() : lookUp(plan.kind, id, isListed: isListed) {
        case .found(let document):
            try fields(of: selection(plan.required, of: document), plan, into: slot, problems: problems)
        case .refused(let refusals): for refusal in refusals { problems.add(refusal) }
        case .missing: break
        }
        try problems.write(to: slot)
    }

    /// The user who asks.
    private func me() -> DocumentLookUp { caller.user.map { lookUp(.user, $0.text) } ?? .found(.nobody) }

    /// Writes the fields that `plan` asks for: those of the whole document first, then the named ones.
    func fields(of document: Document, _ plan: ReadPlan.DocumentPlan, into slot: Slot, problems: ProblemList) throws {
        if let whole = plan.whole {
            let named = Set(plan.parts.map { UTF8Key($0.key.name) })
            var each = whole
            each.keys = .everything
            for name in document.fieldNames where whole.keys.admits(name) && !named.contains(UTF8Key(name)) {
                guard let value = document.value(of: name, in: self) else { continue }
                try writeField(value, config: each, index: nil, as: name, into: slot, problems: problems)
            }
        }
        for part in plan.parts { try read(part, of: document, into: slot, problems: problems) }
    }
}
