import RutileCuration
import RutileModel
import RutileStore
import Synchronization
import Testing

/// What a fake processor does with a job.
private struct FakeProcessor: UploadProcessor {
    let records: MemoryRecords
    /// What comes of the files; called while the job runs.
    let outcome: @Sendable (UploadJob) async throws -> UploadOutcome

    func process(
        _ job: UploadJob, author: UserID, conclude: @escaping @Sendable (UploadOutcome, inout RecordChange) -> Void
    ) async throws {
        let outcome = try await outcome(job)
        var change = RecordChange(existing: .replace)
        if outcome.entries > 0 {
            change.entries = (0..<outcome.entries).map { number in
                var entry = EntryRecord(
                    id: EntryID("\(job.upload)-\(number)"), upload: job.upload, mainfile: "\(number)", parserName: "p",
                    createTime: CurationLaboratory.now)
                entry.process = ProcessRecord(status: .success)
                return .init(entry)
            }
        }
        conclude(outcome, &change)
        try await records.apply(change)
    }
}

/// A desk with a queue over a laboratory.
private struct Office {
    let lab: CurationLaboratory
    let queue: UploadQueue
    let desk: UploadDesk

    init(
        _ lab: CurationLaboratory, width: Int = 1, limits: UploadDesk.Limits = .init(),
        _ outcome: @escaping @Sendable (UploadJob) async throws -> UploadOutcome = { _ in
            UploadOutcome(entries: 2, errors: [], warnings: [])
        }
    ) {
        self.lab = lab
        queue = UploadQueue(
            records: lab.records, directory: lab.directory,
            processor: FakeProcessor(records: lab.records, outcome: outcome), width: width,
            now: { CurationLaboratory.now })
        desk = UploadDesk(lab.curation, queue: queue, limits: limits)
    }

    /// Sends one file.
    func send(
        _ name: String = "a.cif", _ text: String = "data", _ new: NewUpload = NewUpload(),
        as caller: Caller = CurationLaboratory.ada
    ) async throws -> UploadID {
        let incoming = try await desk.receive(new, as: caller)
        try await incoming.begin(name)
        try await incoming.write(Array(text.utf8))
        return try await desk.accept(incoming).upload.id
    }

    func upload(_ id: UploadID) async throws -> UploadRecord? { try await lab.records.uploads([id])[id] }

    /// Runs the queue until `isDone`.
    func run(until isDone: @escaping @Sendable () async throws -> Bool) async throws {
        let running = Task { [queue] in try await queue.run() }
        for _ in 0..<1_000 {
            if try await isDone() { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        running.cancel()
        try await running.value
        #expect(try await isDone())
    }

    /// Runs the queue until the process of `id` has ended.
    func run(_ id: UploadID) async throws -> UploadRecord {
        try await run { try await upload(id)?.process.status.isRunning != true }
        return try #require(try await upload(id))
    }

    /// What lies in the folder of incoming files.
    var waiting: [String] { get throws { try FileTree.names(in: lab.directory.root + "/incoming") } }
}

struct UploadQueueTests {
    private typealias Lab = CurationLaboratory

    @Test func whatIsSentWaitsAndIsProcessed() async throws {
        let seen = Mutex<[String]>([])
        let office = Office(try await Lab()) { job in
            #expect(job.paths.count == 1)
            let text = try String(decoding: FileTree.read(job.paths[0]), as: UTF8.self)
            seen.withLock { $0.append(text) }
            return UploadOutcome(entries: 1, errors: ["b.cif: bad"], warnings: ["odd"])
        }
        let id = try await office.send("a.cif", "some data")
        let pending = try #require(try await office.upload(id))
        #expect(pending.process.status == .pending)
        #expect(pending.name == "a.cif" && pending.mainAuthor == UserID("u-ada") && !pending.isPublished)
        let done = try await office.run(id)
        #expect(seen.withLock { $0 } == ["some data"])
        #expect(done.process.status == .success)
        #expect(done.process.errors == ["b.cif: bad"] && done.process.warnings == ["odd"])
        #expect(done.process.completeTime == Lab.now)
        #expect(try office.waiting == [])
    }

    @Test func filesThatCannotTakeTheirPlaceYetAreProcessedLater() async throws {
        let lab = try await Lab()
        let incoming = lab.directory.root + "/incoming/"
        let office = Office(lab)
        func send() async throws -> String {
            let received = try await office.desk.receive(UploadAddition(), into: Lab.upload, as: Lab.ada)
            try await received.begin("a.cif")
            let staged = try #require(try office.waiting.first)
            // What is in the place cannot be put aside.
            try FileTree.makeFolder(incoming + Lab.upload.text)
            try FileTree.makeFolder(incoming + staged + ".old/full")
            let error = await #expect(throws: StoreError.self) { try await office.desk.accept(received) }
            #expect(error.map { if case .unfinished = $0 { true } else { false } } == true)
            return staged
        }
        let staged = try await send()
        #expect(try await lab.stored?.process.status == .pending)
        #expect(FileTree.kind(of: incoming + staged + "/job.json") == .file)
        let running = Task { try await office.queue.run() }
        while office.queue.jobs.running.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await lab.stored?.process.status == .pending)
        try FileTree.remove(incoming + staged + ".old")
        while try await lab.stored?.process.status.isRunning == true { try await Task.sleep(for: .milliseconds(5)) }
        running.cancel()
        try await running.value
        #expect(try await lab.stored?.process.status == .success)
        #expect(try office.waiting == [])
    }

    @Test func whatAnEarlierServerLeftGoesOnInItsOrder() async throws {
        let seen = Mutex<[(upload: UploadID, statuses: [ProcessStatus?])]>([])
        let lab = try await Lab()
        let earlier = Office(lab)
        var sent: [UploadID] = []
        for name in ["a.cif", "b.cif", "c.cif", "d.cif"] {
            sent.append(try await earlier.send(name))
            // The order is told by times of files.
            try await Task.sleep(for: .milliseconds(20))
        }
        var begun = RecordChange(existing: .replace)
        begun.processes[sent[2]] = ProcessRecord(current: "process_upload", status: .running)
        try await lab.records.apply(begun)
        let (uploads, records) = (sent, lab.records)
        let office = Office(lab) { job in
            let known = try await records.uploads(Set(uploads))
            seen.withLock { $0.append((job.upload, uploads.map { known[$0]?.process.status })) }
            return UploadOutcome(entries: 1, errors: [], warnings: [])
        }
        try await office.run { seen.withLock { $0.count } == 4 }
        #expect(seen.withLock { $0.map(\.upload) } == [sent[2], sent[0], sent[1], sent[3]])
        #expect(seen.withLock { $0.first?.statuses } == [.pending, .pending, .running, .pending])
        #expect(seen.withLock { $0.last?.statuses } == [.success, .success, .success, .running])
    }

    @Test func anUploadWhoseFilesAreLostEnds() async throws {
        let office = Office(try await Lab())
        let id = try await office.send()
        try FileTree.remove(office.lab.directory.root + "/incoming/" + id.text)
        let done = try await office.run(id)
        #expect(done.process.status == .failure)
        #expect(done.process.errors == ["its files are lost; send them again"])
    }

    @Test func aJobWhoseEndIsLostIsDoneAgain() async throws {
        let isFirst = Mutex(true)
        let office = Office(try await Lab()) { _ in
            let first = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            if first { throw StoreError.unfinished("the medium failed") }
            return UploadOutcome(entries: 1, errors: [], warnings: [])
        }
        let done = try await office.run(try await office.send())
        #expect(done.process.status == .success)
    }

    @Test func anotherServerTakesUpWhatWaits() async throws {
        let lab = try await Lab()
        var new = NewUpload(name: "Mine")
        new.embargo = 4
        new.publishes = true
        let waiting = try await Office(lab).send("a.zip", "x", new)
        let running = try await Office(lab).send()
        var change = RecordChange(existing: .replace)
        change.processes = [running: ProcessRecord(current: "process_upload", status: .running)]
        try await lab.records.apply(change)
        let later = Office(lab)
        try await later.run {
            var areDone = true
            for id in [waiting, running] { areDone = try await later.upload(id)?.process.status == .success && areDone }
            return areDone
        }
        let published = try #require(try await later.upload(waiting))
        #expect(published.publishTime == Lab.now && published.embargoLength == 4 && published.name == "Mine")
        #expect(try await later.upload(running)?.isPublished == false)
        #expect(try later.waiting == [])
    }

    @Test func aJobThatIsBrokenOffIsTakenUpAgain() async throws {
        let lab = try await Lab()
        let isStarted = Mutex(false)
        let first = Office(lab) { _ in
            isStarted.withLock { $0 = true }
            try await Task.sleep(for: .seconds(60))
            return UploadOutcome(entries: 1, errors: [], warnings: [])
        }
        let id = try await first.send()
        try await first.run { isStarted.withLock { $0 } }
        #expect(try await first.upload(id)?.process.status == .running)
        #expect(try await Office(lab).run(id).process.status == .success)
    }

    @Test func whatCannotBeReadFailsAndIsNotPublished() async throws {
        let office = Office(try await Lab()) { _ in UploadOutcome(entries: 0, errors: ["a.zip: broken"], warnings: []) }
        var new = NewUpload()
        new.publishes = true
        let failed = try await office.run(try await office.send("a.zip", "x", new))
        #expect(failed.process.status == .failure && failed.process.errors == ["a.zip: broken"] && !failed.isPublished)
        #expect(try office.waiting == [])
    }

    @Test(arguments: [
        (UploadFailure.refused("twice") as any Error, "twice"),
        (StoreError.medium("/secret/path is gone") as any Error, "a fault of the server; its log says more"),
        (CurationError.noSpace as any Error, "there is no space left on the server"),
    ])
    func aFaultEndsInFailureWithoutSecrets(_ error: any Error, _ text: String) async throws {
        let office = Office(try await Lab()) { _ in throw error }
        let failed = try await office.run(try await office.send())
        #expect(failed.process.status == .failure && failed.process.errors == [text])
        #expect(try office.waiting == [])
    }

    @Test func noMoreRunAtOnceThanAllowed() async throws {
        let counts = Mutex((now: 0, most: 0, done: 0))
        let office = Office(try await Lab(), width: 2) { _ in
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            try await Task.sleep(for: .milliseconds(20))
            counts.withLock {
                $0.now -= 1
                $0.done += 1
            }
            return UploadOutcome(entries: 0, errors: [], warnings: [])
        }
        for _ in 0..<6 { _ = try await office.send() }
        try await office.run { try office.waiting.isEmpty }
        #expect(counts.withLock { $0.most } == 2 && counts.withLock { $0.done } == 6)
    }

    @Test func whatIsNotAcceptedLeavesNothing() async throws {
        let office = Office(try await Lab(), limits: .init(bytes: 10))
        do {
            let incoming = try await office.desk.receive(NewUpload(), as: Lab.ada)
            try await incoming.begin("a")
            try await incoming.write(Array("12345".utf8))
            #expect(try office.waiting.count == 1)
            let error = try await refusal { try await incoming.write(Array("6789012".utf8)) }
            #expect(error == .tooLarge(limit: 10))
        }
        #expect(try office.waiting == [])
        #expect(try await office.lab.records.uploads(of: Lab.ada).count == 1)
    }

    @Test(arguments: ["", "..", "a/b", "a\u{0}b", "x\ny"]) func namesThatCannotBeKeptAreRefused(_ name: String)
        async throws
    {
        let office = Office(try await Lab())
        let incoming = try await office.desk.receive(NewUpload(), as: Lab.ada)
        guard case .invalid? = try await refusal({ try await incoming.begin(name) }) else {
            Issue.record("\(name) was taken")
            return
        }
    }

    @Test func anUploadWithoutFilesIsEmpty() async throws {
        let office = Office(try await Lab())
        let view = try await office.desk.accept(office.desk.receive(NewUpload(name: "Empty"), as: Lab.ada))
        #expect(view.upload.process.status == .ready)
        #expect(try office.waiting == [])
    }

    @Test func anAuthorHasSoManyUnpublishedUploads() async throws {
        // The laboratory's own upload is one.
        let office = Office(try await Lab(), limits: .init(unpublished: 3))
        let coming = try await office.desk.receive(NewUpload(), as: Lab.ada)
        _ = try await office.send()
        let full = try await refusal { _ = try await office.send() }
        #expect(full == .tooManyUploads(limit: 3))
        _ = try await office.send(as: Lab.ben)
        _ = try await office.send(as: Lab.root)
        _ = try await office.desk.accept(coming)
        #expect(try await refusal { _ = try await office.send() } == full)
        #expect(try await refusal { _ = try await office.send(as: .anonymous) } == .loginRequired)
    }

    @Test func filesAreAddedByThoseWhoMay() async throws {
        let jobs = Mutex<[UploadJob]>([])
        let lab = try await Lab()
        let office = Office(lab) { job in
            jobs.withLock { $0.append(job) }
            return UploadOutcome(entries: 0, errors: [], warnings: [])
        }
        func add(_ caller: Caller) async throws {
            let incoming = try await office.desk.receive(UploadAddition(folder: "x/y"), into: Lab.upload, as: caller)
            try await incoming.begin("b.cif")
            _ = try await office.desk.accept(incoming)
        }
        #expect(try await refusal { try await add(Lab.eve) } == .hiddenUpload(Lab.upload))
        try await add(Lab.ben)
        #expect(try await lab.stored?.process.status == .pending)
        #expect(try await refusal { try await add(Lab.ada) } == .processing(Lab.upload))
        _ = try await office.run(Lab.upload)
        #expect(jobs.withLock { $0.map(\.folder) } == ["x/y"])
        var change = RecordChange(existing: .refuse)
        change.publications = [Lab.upload: Lab.now]
        try await lab.records.apply(change)
        #expect(try await refusal { try await add(Lab.ben) } == .published(Lab.upload))
        try await add(Lab.root)
    }

    @Test func workOnWhatAnotherProcessDeletesEnds() async throws {
        let isStarted = Mutex(false)
        let isEnded = Mutex(false)
        let office = Office(try await Lab()) { _ in
            isStarted.withLock { $0 = true }
            defer { isEnded.withLock { $0 = true } }
            try await Task.sleep(for: .seconds(60))
            return UploadOutcome(entries: 1, errors: [], warnings: [])
        }
        let id = try await office.send()
        try await office.run {
            guard isStarted.withLock({ $0 }) else { return false }
            // As another process does it, which knows no queue.
            if try await office.upload(id) != nil { _ = try await office.lab.curation.delete(id, as: Lab.ada) }
            return isEnded.withLock { $0 }
        }
        #expect(try office.waiting == [])
    }

    @Test func whatIsBeingProcessedCanBeDeleted() async throws {
        let isStarted = Mutex(false)
        let office = Office(try await Lab()) { _ in
            isStarted.withLock { $0 = true }
            try await Task.sleep(for: .seconds(60))
            return UploadOutcome(entries: 1, errors: [], warnings: [])
        }
        let id = try await office.send()
        try await office.run {
            guard isStarted.withLock({ $0 }) else { return false }
            if try await office.upload(id) != nil { _ = try await office.desk.delete(id, as: Lab.ada) }
            return try await office.upload(id) == nil
        }
        #expect(try office.waiting == [])
    }
}
