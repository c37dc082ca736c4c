import RutileJSON
package import RutileModel
package import RutileStore
import Synchronization

/// What came of the files of a job.
package struct UploadOutcome: Sendable {
    /// Entries that the files make.
    package var entries: Int
    /// What could not be read, and why.
    package var errors: [String]
    package var warnings: [String]

    /// All three.
    package init(entries: Int, errors: [String], warnings: [String]) {
        self.entries = entries
        self.errors = errors
        self.warnings = warnings
    }
}

/// Imports the files of a job.
package protocol UploadProcessor: Sendable {
    /// Imports the files of `job` as `author`, in one change, to which `conclude` adds what is to happen with it.
    ///
    /// - Throws: ``UploadFailure``; errors of the store; `CancellationError`.
    func process(
        _ job: UploadJob, author: UserID, conclude: @escaping @Sendable (UploadOutcome, inout RecordChange) -> Void
    ) async throws
}

/// Why nothing was made of the files of a job.
package enum UploadFailure: Error, Hashable {
    /// Something is wrong with them; the text is for whoever sent them.
    case refused(String)
    /// Somebody else works on the upload: the job has to wait.
    case busy
}

/// Processes uploads in the background, so many at a time, in the order in which they came.
///
/// What waits and what runs is in the records and in the folder of incoming files, not here: a server that starts takes
/// up what an earlier one has left, whatever ended it. A job ends with one change of the records, which says how it went
/// and removes its files.
package final class UploadQueue: Sendable {
    /// The name of the process, as documents show it.
    static let process = "process_upload"
    /// The process of an upload whose job waits.
    static let pending = ProcessRecord(
        current: process, status: .pending, lastStatusMessage: "Pending: \(process)")

    private struct State {
        var waiting: [UploadID] = []
        var running: [UploadID: Task<Void, Never>] = [:]
    }

    private let records: any CurationRecords
    private let directory: DataDirectory
    private let processor: any UploadProcessor
    private let width: Int
    private let now: @Sendable () -> Timestamp
    private let report: @Sendable (UploadID, any Error) -> Void
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// An empty queue.
    ///
    /// - Parameters:
    ///   - width: jobs that run at once.
    ///   - report: hears of faults of the server, whose texts are not for clients.
    package init(
        records: any CurationRecords, directory: DataDirectory, processor: any UploadProcessor, width: Int,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now,
        report: @escaping @Sendable (UploadID, any Error) -> Void = { _, _ in }
    ) {
        self.records = records
        self.directory = directory
        self.processor = processor
        self.width = max(1, width)
        self.now = now
        self.report = report
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Lets the job that waits for `upload` run when its turn has come.
    package func add(_ upload: UploadID) {
        state.withLock { state in
            guard !state.waiting.contains(upload) else { return }
            state.waiting.append(upload)
        }
        signal.yield()
    }

    /// The uploads whose jobs run, by id, and those that wait, in the order in which their turn comes.
    package var jobs: (running: [UploadID], waiting: [UploadID]) {
        let (running, waiting) = state.withLock { (Array($0.running.keys), $0.waiting) }
        return (running.sorted { UTF8Key($0.text) < UTF8Key($1.text) }, waiting)
    }

    /// Breaks the job of `upload` off. When the call returns, nothing works on it.
    package func cancel(_ upload: UploadID) async {
        let task = state.withLock { state in
            state.waiting.removeAll { $0 == upload }
            return state.running[upload]
        }
        task?.cancel()
        await task?.value
    }

    /// Takes up what an earlier server has left, and then runs jobs as they come, until it is cancelled.
    ///
    /// - Throws: `StoreError`, when it is not known what was left.
    package func run() async throws {
        for upload in try await left() { add(upload) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.watch() }
            for await _ in signals {
                while let (upload, task) = next() {
                    group.addTask {
                        await withTaskCancellationHandler {
                            await task.value
                        } onCancel: {
                            task.cancel()
                        }
                        self.state.withLock { $0.running[upload] = nil }
                        self.signal.yield()
                    }
                }
            }
        }
    }

    /// What an earlier server has left, in the order in which it came, behind what that had begun with. All of it waits
    /// now, and its documents say so.
    private func left() async throws -> [UploadID] {
        let waiting = try await blocking { [directory, now] in
            try FileTree.names(in: directory.incoming)
                .filter { !$0.utf8.reversed().starts(with: DataDirectory.stagingSuffix.utf8.reversed()) }
                .map { name in
                    let job = IncomingFolder(of: UploadID(name), in: directory).job
                    return (upload: UploadID(name), time: FileTree.modificationTime(of: job) ?? now())
                }
        }
        let begun = try await records.uploads(Set(waiting.map(\.upload))).filter { $1.process.status == .running }
        for upload in begun.keys {
            do {
                try await set(Self.pending, of: upload)
            } catch is CancellationError {
                // It is deleted; its files go when its turn comes.
                try Task.checkCancellation()
            }
        }
        func place(_ job: (upload: UploadID, time: Timestamp)) -> (Int, Timestamp, UploadID) {
            (begun[job.upload] == nil ? 1 : 0, job.time, job.upload)
        }
        return waiting.sorted { place($0) < place($1) }.map(\.upload)
    }

    /// Breaks off jobs of uploads that other processes delete, until it is cancelled.
    private func watch() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let running = state.withLock { $0.running }
            guard !running.isEmpty, let known = try? await records.uploads(Set(running.keys)) else { continue }
            for (upload, task) in running where known[upload] == nil { task.cancel() }
        }
    }

    /// Begins with the upload whose turn it is.
    private func next() -> (UploadID, Task<Void, Never>)? {
        state.withLock { state in
            guard state.running.count < width,
                let index = state.waiting.firstIndex(where: { state.running[$0] == nil })
            else { return nil }
            let upload = state.waiting.remove(at: index)
            let task = Task { await self.work(on: upload) }
            state.running[upload] = task
            return (upload, task)
        }
    }

    /// Does the job of `upload`. Where that is broken off, the job stays for the next server.
    private func work(on id: UploadID) async {
        do {
            while true {
                do {
                    return try await attempt(id)
                } catch UploadFailure.busy {
                    try await Task.sleep(for: .seconds(1))
                }
            }
        } catch is CancellationError {
            return
        } catch {
            report(id, error)
        }
    }

    private func attempt(_ id: UploadID) async throws {
        guard let upload = try await records.uploads([id])[id] else { return try await removeFiles(of: id) }
        let folder = IncomingFolder(of: id, in: directory)
        let removal = FileChange.remove(directory.relative(folder.path))
        let isNew = upload.process.status == .pending
        if isNew {
            do {
                try await records.finishFiles()
            } catch {
                // Its files may be among those that cannot take their places yet.
                report(id, error)
                throw UploadFailure.busy
            }
        }
        guard let job = try await blocking({ [directory] in try UploadJob(waitingFor: id, in: directory) }) else {
            if isNew { try await set(failure("its files are lost; send them again"), of: id) }
            return try await removeFiles(of: id)
        }
        var started = upload.process
        started.status = .running
        started.lastStatusMessage = "Process \(Self.process) is running"
        try await set(started, of: id)
        do {
            try await processor.process(job, author: upload.mainAuthor) { [now] outcome, change in
                let process = Self.process(of: outcome, at: now())
                change.processes[id] = process
                change.files.append(removal)
                let isGood = process.status == .success && outcome.entries > 0
                if job.publishes && isGood { change.publications[id] = now() }
            }
        } catch StoreError.missing(let kind, _) where kind == "upload" {
            // It was deleted, and this is what it left.
            try await removeFiles(of: id)
        } catch StoreError.unfinished(let reason) {
            report(id, StoreError.unfinished(reason))
            // As a rule the job has ended, and the records say how. Where they do not, the change was lost on the medium.
            if try await records.uploads([id])[id]?.process.status == .running { throw UploadFailure.busy }
        } catch let error where !(error is CancellationError) && !Self.isBusy(error) {
            if !(error is UploadFailure) { report(id, error) }
            var change = RecordChange(existing: .replace)
            change.processes = [id: failure(Self.text(of: error))]
            change.files = [removal]
            do {
                try await records.apply(change)
            } catch StoreError.missing {
                try await removeFiles(of: id)
            }
        }
    }

    private static func isBusy(_ error: any Error) -> Bool { error as? UploadFailure == .busy }

    private func set(_ process: ProcessRecord, of id: UploadID) async throws {
        var change = RecordChange(existing: .replace)
        change.processes = [id: process]
        do {
            try await records.apply(change)
        } catch StoreError.missing {
            throw CancellationError()
        }
    }

    private func removeFiles(of id: UploadID) async throws {
        try await blocking { [directory] in try FileTree.remove(IncomingFolder(of: id, in: directory).path) }
    }

    /// Messages that are kept of a job; the others are counted.
    private static let mostMessages = 100

    private static func process(of outcome: UploadOutcome, at time: Timestamp) -> ProcessRecord {
        var process = ProcessRecord(current: process, status: .success, completeTime: time)
        process.errors = capped(outcome.errors)
        process.warnings = capped(outcome.warnings)
        if outcome.entries == 0 && !outcome.errors.isEmpty {
            process.status = .failure
            process.lastStatusMessage = "Process \(Self.process) failed: nothing could be read"
        } else {
            process.lastStatusMessage = "Process \(Self.process) completed successfully"
        }
        return process
    }

    private func failure(_ text: String) -> ProcessRecord {
        ProcessRecord(
            current: Self.process, status: .failure, lastStatusMessage: "Process \(Self.process) failed: \(text)",
            errors: [text], completeTime: now())
    }

    private static func capped(_ messages: [String]) -> [String] {
        guard messages.count > mostMessages else { return messages }
        return messages.prefix(mostMessages) + ["… and \(messages.count - mostMessages) more"]
    }

    /// What a client may know of `error`; paths of the server are not among it.
    private static func text(of error: any Error) -> String {
        switch error {
        case UploadFailure.refused(let text): text
        case CurationError.noSpace: "there is no space left on the server"
        default: "a fault of the server; its log says more"
        }
    }
}
