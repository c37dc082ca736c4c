import ArgumentParser
import CProcess
import Glibc
import RutileClient
import RutileJSON
import RutileStore

/// `rutile fetch`: archives of a server, one line each.
struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Download archives, or parts of them, from Rutile or an installation of NOMAD.",
        discussion: """
            QUERY is NOMAD's query language, REQUIRED says which parts of archives are wanted; both are JSON, or @FILE. \
            With --output a file grows beside it (FILE.partial), and what was downloaded is kept when the command is \
            broken off: the same command with --resume goes on there.

            Exit code: 0 all archives are there, 3 some could not be had (they are listed), 1 the server could not be \
            asked, or no longer, 2 the request is wrong, or what --resume would go on with belongs to another one, or \
            is a finished file.
            """)

    @OptionGroup var options: ServerOptions
    @Option(help: "Whose entries: public, visible, shared, user, staging or admin.")
    var owner = "visible"
    @Option(help: ArgumentHelp("Which entries; without it all.", valueName: "json"))
    var query: JSONArgument?
    @Option(help: ArgumentHelp("Which parts of archives; without it, or with {} or *, all of them.", valueName: "json"))
    var required: JSONArgument?
    @Option(
        // Ids and negative numbers may begin with “-”.
        parsing: .unconditional, help: ArgumentHelp("Begin after the entry with this id.", valueName: "entry"))
    var after: String?
    @Option(parsing: .unconditional, help: "Entries to download at most; 0 for all.")
    var resultsMax = 0
    @Option(parsing: .unconditional, help: "Entries of a page of the list, 1 to 10000.")
    var pageSize = 1_000
    @Option(parsing: .unconditional, help: "Archives of one request at most; fewer where archives are large.")
    var batchSize = 100
    @Option(
        help: """
            What is written: jsonl, json, csv, or archive (a file for 'rutile archive'; \
            named *.msg and of one upload, also for 'rutile import').
            """)
    var format = FetchFormat.jsonl
    @Option(name: .shortAndLong, help: "The file to write, or - for standard output.")
    var output = "-"
    @Flag(help: "Go on with what an earlier run has left.")
    var resume = false
    @Flag(help: "Print how many entries would be downloaded, and end.")
    var count = false
    @Flag(help: "Print what would be downloaded, and end.")
    var dryRun = false
    @Option(parsing: .unconditional, help: "Requests in a second at most; 0 for no limit.")
    var rate = 20.0
    @Option(parsing: .unconditional, help: "Requests at once.")
    var concurrency = 8
    @Flag(help: "Show no progress and no warnings.")
    var quiet = false

    /// What `--required` takes without quotes.
    private static let directives = ["*", "include", "include-resolved"]

    func validate() throws {
        guard resultsMax >= 0 else { throw ValidationError("--results-max must not be negative.") }
        guard (1...10_000).contains(pageSize) else { throw ValidationError("--page-size must be 1 to 10000.") }
        guard (1...10_000).contains(batchSize) else { throw ValidationError("--batch-size must be 1 to 10000.") }
        guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency must be 1 to 64.") }
        guard rate >= 0 else { throw ValidationError("--rate must not be negative.") }
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a file, or -.") }
        guard output != "-" || !resume else { throw ValidationError("--resume needs --output FILE.") }
        guard output != "-" || format != .archive else {
            throw ValidationError("--format archive needs --output FILE.")
        }
    }

    func run() async throws {
        rutile_keep_little_memory()
        let progress = ProgressLine(isShown: !quiet && !count && !dryRun)
        let server = try options.server(requestsPerSecond: rate, concurrency: concurrency) { [quiet] line in
            guard !quiet else { return }
            progress.clear()
            printError("  \(line)".visible)
        }
        let question = FetchQuestion(
            address: server.address, owner: owner, query: try query?.value(of: "--query") ?? [:],
            required: try required?.value(of: "--required", words: Self.directives) ?? "*", after: after,
            resultsMax: resultsMax)
        do {
            if count || dryRun {
                try await look(server, question)
            } else {
                try await download(server, question, progress)
            }
        } catch let error as ClientError {
            progress.clear()
            let isWrong = error.code == .refused || error.code == .badAddress || error.code == .badState
            throw ExitCode.after(saying: ["\(error)"], status: isWrong ? 2 : 1)
        }
    }

    private func look(_ server: NomadServer, _ question: FetchQuestion) async throws {
        let query = archives(server, question, resuming: nil)
        let following = try await archives(server, question.behindAfter, resuming: nil).count()
        let wanted = resultsMax == 0 ? following : min(following, resultsMax)
        if count { return print(wanted) }
        let matching = after == nil ? following : try await query.count()
        print("\(server.address): \(matching) entries match, \(wanted) would be downloaded")
        print("owner: \(owner)")
        print("query: \(String(decoding: question.query.json(), as: UTF8.self))")
        print("required: \(String(decoding: query.required.json(), as: UTF8.self))")
    }

    private func archives(
        _ server: NomadServer, _ question: FetchQuestion, resuming snapshot: DownloadSnapshot?
    ) -> ArchiveQuery {
        var settings = ArchiveQuery.Options()
        settings.owner = ArchiveQuery.Owner(question.owner)
        settings.after = question.after
        settings.resultsMax = question.resultsMax
        settings.pageSize = pageSize
        settings.batchSize = batchSize
        return ArchiveQuery(
            server, query: question.query, required: question.required, options: settings, resuming: snapshot)
    }

    // MARK: Downloading

    private func download(_ server: NomadServer, _ question: FetchQuestion, _ progress: ProgressLine) async throws {
        let work = try FetchWork(output: output, format: format, question: question, resumes: resume)
        guard !work.isDone else { return printError("\(output) is complete") }
        let query = archives(server, question, resuming: work.snapshot)
        do {
            for try await archive in query.archives() {
                try work.append(archive)
                try work.saveNowAndThen { query.snapshot }
                show(work, query, progress)
            }
            progress.clear()
            try work.finish(query.snapshot, isComplete: query.failures.isEmpty && query.unlistedCount == 0)
        } catch let error as ClientError where work.count > 0 {
            progress.clear()
            try work.save(query.snapshot)
            throw ExitCode.after(saying: ["\(error)", work.invitation])
        } catch let error as StoreError where work.count > 0 {
            progress.clear()
            throw ExitCode.after(saying: ["\(error)"] + [work.invitationToMakeRoom].compactMap(\.self))
        }
        if !quiet {
            let place = output == "-" ? "" : " in \(output)"
            printError("\(work.count) \(work.count == 1 ? "archive" : "archives")\(place)")
        }
        try conclude(query, work)
    }

    private func show(_ work: FetchWork, _ query: ArchiveQuery, _ progress: ProgressLine) {
        let matching = query.total ?? work.count
        // Those in front of --after match as well: then nobody knows how many there will be.
        let isKnown = after == nil || resultsMax != 0
        let total = max(work.count, resultsMax == 0 ? matching : min(matching, resultsMax))
        progress.show(output, done: isKnown ? work.count : 0, of: isKnown ? total : 0) { elapsed in
            let count = (isKnown ? "\(work.count) of \(total)" : "\(work.count)") + " archives"
            // The time begins with the first archive: a rate from that moment on says nothing.
            guard elapsed >= .seconds(1) else { return count }
            let rate = Double(work.countOfThisRun) / (elapsed / Duration.seconds(1))
            let text = count + ", \(Int(rate.rounded())) per second"
            guard isKnown, rate > 0 else { return text }
            return text + ", \(Int((Double(total - work.count) / rate).rounded(.up))) s left"
        }
    }

    private func conclude(_ query: ArchiveQuery, _ work: FetchWork) throws {
        let failures = query.failures
        if !failures.isEmpty {
            let shown = 20
            printError("\(failures.count) entries could not be downloaded:")
            for failure in failures.prefix(shown) {
                printError("  \(failure.entry.entryID): \(failure.reason)".visible)
            }
            if failures.count > shown { printError("  … and \(failures.count - shown) more") }
            if output != "-" { printError("The same command with --resume tries them again.") }
        }
        if query.unlistedCount > 0 {
            let total = query.total ?? 0
            printError(
                "\(query.server.address) says that \(total) entries match, but \(query.unlistedCount) of them are on none "
                    + "of its pages.")
            if let kept = work.invitationToBeginAgain { printError(kept) }
        }
        guard failures.isEmpty, query.unlistedCount == 0 else { throw ExitCode(3) }
    }
}

/// What `rutile fetch` is asked; two runs with the same question download the same.
struct FetchQuestion: Hashable {
    let address: String
    let owner: String
    let query: Value
    let required: Value
    let after: String?
    let resultsMax: Int

    /// The question whose query, and not only the place where its list begins, leaves out what stands in front.
    var behindAfter: FetchQuestion {
        guard let after else { return self }
        return FetchQuestion(
            address: address, owner: owner, query: ["and": [query, ["entry_id": ["gt": .string(after)]]]],
            required: required, after: after, resultsMax: resultsMax)
    }

    /// As JSON, for comparing.
    var value: Value {
        .members([
            "address": .string(address), "owner": .string(owner), "query": query, "required": required,
            "after": after.map { .string($0) } ?? .null, "results_max": .integer(Int64(resultsMax)),
        ])
    }
}
