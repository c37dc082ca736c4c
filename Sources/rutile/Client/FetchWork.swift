import ArgumentParser
import Glibc
import RutileClient
import RutileJSON
import RutileStore

/// What `rutile fetch` has downloaded so far, in files that survive it.
///
/// Archives are lines of `FILE.partial`. `FILE.state`, one JSON object, says how long that was and what is open; it is
/// replaced now and then, never changed. Whoever goes on cuts the lines at that length and asks for what is open: so each
/// archive is there once, whenever the program was killed. At the end the lines become the file, in its format.
final class FetchWork {
    /// Time between two states.
    private static let interval = Duration.milliseconds(200)
    /// No state says that more was downloaded: bytes, or archives.
    private static let greatest = Int64.max / 2
    private let output: String
    private let format: FetchFormat
    private let question: FetchQuestion
    private var file: FetchFile?
    private var lastSaved: ContinuousClock.Instant?
    /// Archives that are there.
    private(set) var count = 0
    /// Those of them that this run has brought.
    private(set) var countOfThisRun = 0
    /// What is open, where the work goes on.
    private(set) var snapshot: DownloadSnapshot?
    /// Whether an earlier run had downloaded everything, and only the end of it was missing.
    private(set) var isDone = false

    private var partial: String { output + ".partial" }
    private var state: String { output + ".state" }
    /// The file while it is written, at the end.
    private var unfinished: String { FetchFormat.temporary(output) }
    private var isKept: Bool { output != "-" }

    /// Begins, or with `resumes` goes on.
    ///
    /// - Throws: `ExitCode`, `StoreError`.
    init(output: String, format: FetchFormat, question: FetchQuestion, resumes: Bool) throws {
        self.output = try output == "-" ? output : Self.target(of: output)
        self.format = format
        self.question = question
        guard isKept else {
            if format != .jsonl { file = try FetchFile.unnamed() }
            return
        }
        let kept = [partial, state, unfinished].first(where: exists)
        if !resumes, let kept {
            throw ExitCode.after(
                saying: ["\(kept) is there from an earlier run: --resume goes on with it; remove it to begin again"],
                status: 2)
        }
        if resumes { try takeUp() }
    }

    /// The file that `output` names. Nothing else can be replaced by what was downloaded.
    private static func target(of output: String) throws -> String {
        guard case .file(let target) = OutputPlace(output) else {
            throw ExitCode.after(
                saying: ["--output: \(output) is no file; without --output archives go to standard output"], status: 2)
        }
        return target
    }

    private func takeUp() throws {
        guard exists(state) else {
            // Killed before the first state, or there was no earlier run.
            guard exists(partial) || !exists(output) else {
                throw ExitCode.after(
                    saying: [
                        "\(output) is there, and nothing that --resume could go on with: it is kept; without --resume it "
                            + "is replaced"
                    ], status: 2)
            }
            return
        }
        guard let kept = try? Value(json: FileTree.read(state), limits: .file), let length = kept["bytes"]?.integer,
            let count = kept["count"]?.integer, let open = kept["open"], (0...Self.greatest).contains(length),
            (0...Self.greatest).contains(count)
        else { throw ExitCode.after(saying: ["\(state) cannot be read; remove it to begin again"], status: 2) }
        guard kept["question"] == question.value else {
            let differing = question.value.object?.keys.filter { kept["question"]?[$0] != question.value[$0] } ?? []
            throw ExitCode.after(
                saying: [
                    "\(state) belongs to another download (\(differing.joined(separator: ", ")) differ): ask as then, "
                        + "choose another --output, or remove it to begin again"
                ], status: 2)
        }
        self.count = Int(count)
        if kept["complete"]?.bool == true {
            try complete(Int(length))
            return
        }
        snapshot = try DownloadSnapshot(json: String(decoding: open.json(), as: UTF8.self))
        file = try FetchFile(partial, length: Int(length))
    }

    /// Ends what an earlier run had downloaded, but not ended.
    private func complete(_ length: Int) throws {
        if exists(partial) {
            file = try FetchFile(partial, length: length)
            try publish(isComplete: true)
        } else if !exists(output) {
            throw ExitCode.after(saying: ["\(output) is gone; remove \(state) to begin again"], status: 2)
        }
        _ = unsafe unlink(state)
        isDone = true
    }

    // MARK: Archives

    /// Adds an archive.
    ///
    /// - Throws: `StoreError`.
    func append(_ archive: Archive) throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("entry_id")
        writer.string(archive.entryID)
        writer.key("upload_id")
        writer.string(archive.uploadID)
        writer.key("archive")
        archive.data.write(to: &writer)
        writer.endObject()
        writer.endLine()
        let file = try file ?? (isKept ? FetchFile(partial, length: 0) : FetchFile.standardOutput())
        self.file = file
        try file.append(writer.takeBytes())
        count += 1
        countOfThisRun += 1
    }

    /// Keeps how far the download is, unless that was done a moment ago.
    func saveNowAndThen(_ snapshot: () -> DownloadSnapshot) throws {
        let now = ContinuousClock.now
        if let lastSaved, lastSaved.duration(to: now) < Self.interval { return }
        lastSaved = now
        try save(snapshot())
    }

    /// Keeps how far the download is.
    func save(_ snapshot: DownloadSnapshot) throws { try save(snapshot, isComplete: false) }

    private func save(_ snapshot: DownloadSnapshot, isComplete: Bool) throws {
        guard let file else { return }
        try file.flush(durably: isKept)
        guard isKept else { return }
        let open = try Value(json: snapshot.json, limits: .file)
        let value = Value.members([
            "question": question.value, "bytes": .integer(Int64(file.length)), "count": .integer(Int64(count)),
            "complete": .bool(isComplete), "open": open,
        ])
        let replacement = try FetchFile(state + ".new", length: 0)
        try replacement.append(value.json())
        try replacement.flush(durably: true)
        try FileTree.rename(state + ".new", to: state)
    }

    /// What to do when the download has ended early.
    var invitation: String {
        isKept
            ? "\(count) archives are in \(partial); the same command with --resume goes on"
            : "\(count) archives were written; with --output FILE a download can be resumed"
    }

    /// What to do when no more can be written.
    var invitationToMakeRoom: String? {
        isKept ? "\(partial) is kept; when it can be written again, the same command with --resume goes on" : nil
    }

    /// What to do when the list was not as it should be.
    var invitationToBeginAgain: String? {
        isKept ? "To list them once more, remove \(partial) and \(state), and begin again." : nil
    }

    // MARK: End

    /// Makes the file of what was downloaded. Where something is open, lines and state stay for another run.
    func finish(_ snapshot: DownloadSnapshot, isComplete: Bool) throws {
        if file == nil { file = try isKept ? FetchFile(partial, length: 0) : FetchFile.standardOutput() }
        try save(snapshot, isComplete: isComplete)
        try publish(isComplete: isComplete)
        if isKept && isComplete { _ = unsafe unlink(state) }
    }

    private func publish(isComplete: Bool) throws {
        guard let file else { return }
        try file.flush(durably: false)
        guard isKept || format != .jsonl else { return }
        // A run that was killed may have left it; nobody else writes it, for the lines are this process's alone.
        if isKept { _ = unsafe unlink(unfinished) }
        if format == .jsonl && isComplete { return try FileTree.rename(partial, to: output) }
        try format.write(file, to: output)
        if isKept && isComplete { _ = unsafe unlink(partial) }
    }
}

private func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
