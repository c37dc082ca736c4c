import ArgumentParser
import Glibc
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

/// `rutile archive`: looks into archive files of any version, and converts them.
struct ArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Look into archive files, and convert them.",
        discussion: """
            Files of versions 1, 2 and 3 are read, in MessagePack or CBOR, single or combined. Ends with 1 when the \
            file is damaged or has nothing of the kind asked for, with 2 when a file cannot be opened or written.
            """,
        subcommands: [Info.self, Cat.self, Convert.self])

    /// `rutile archive info`: version, form, sizes and entries.
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a file's version, form, sizes and number of entries.")

        @Argument(help: "The archive file.", completion: .file())
        var file: String

        @Flag(help: "List the entries with the bytes that each takes.")
        var entries = false

        func run() throws {
            try reporting(file) { () throws(ArchiveError) in
                let report = try ArchiveReport(ArchiveFile(path: file))
                print(report)
                if entries { for entry in report.entries ?? [] { print("\(entry.id)\t\(entry.size)") } }
            }
        }
    }

    /// `rutile archive cat`: content as JSON.
    struct Cat: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a file's content, an entry, or a part of it, as JSON.")

        @Argument(help: "The archive file.", completion: .file())
        var file: String

        @Argument(help: "The id of an entry. Without it, the whole content.")
        var entry: String?

        @Argument(help: "A place in the entry, as run/0/calculation/-1/energy; negative indices count from the end.")
        var path: String?

        @Flag(help: "Indent the JSON.")
        var pretty = false

        func run() throws {
            var writer = JSONWriter(pretty: pretty)
            try reporting(file) { () throws(ArchiveError) in
                let archive = try ArchiveFile(path: file)
                var node = archive.root
                if let entry {
                    guard let found = try archive.entry(EntryID(entry)) else { throw .noSuchPath(entry) }
                    node = try found.descendant(ArchivePath(path ?? ""))
                }
                try node.writeJSON(to: &writer)
                writer.endLine()
            }
            do {
                try FileOutput("-").write(writer.takeBytes())
            } catch {
                throw ExitCode.after(saying: ["\(error)"], status: 2)
            }
        }
    }

    /// `rutile archive convert`: a combined version 3 file of the same entries.
    struct Convert: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the entries of a file as a combined file of version 3.",
            discussion: "A file OUT that exists refuses it, unless --replace is given; it is never the file IN.")

        @Argument(help: "The archive file to read.", completion: .file())
        var input: String

        @Argument(help: "The archive file to write.", completion: .file())
        var output: String

        @Flag(help: "Replace OUT, once the new file is complete.")
        var replace = false

        func run() throws {
            try reporting(input) { () throws(ArchiveError) in
                let count = try ArchiveConversion.convert(ArchiveFile(path: input), to: target())
                print("\(output): \(count) \(count == 1 ? "entry" : "entries")")
            }
        }

        /// The path to write to, where that may be.
        private func target() throws(ArchiveError) -> String {
            guard case .file(let target) = OutputPlace(output) else {
                throw .cannotWrite(path: output, reason: "it is no file")
            }
            guard FileTree.kind(of: target) != nil else { return target }
            if FileTree.isSame(target, input) {
                throw .cannotWrite(path: output, reason: "it is the file that is read")
            }
            guard replace else { throw .cannotWrite(path: output, reason: "it exists already; --replace replaces it") }
            return target
        }
    }
}

/// Runs `body`; says what is wrong with the archive file `path`, and where.
private func reporting(_ path: String, _ body: () throws(ArchiveError) -> Void) throws {
    do throws(ArchiveError) {
        try body()
    } catch {
        switch error {
        case .cannotOpen, .cannotWrite: throw ExitCode.after(saying: ["\(error)"], status: 2)
        default: throw ExitCode.after(saying: ["\(path): \(error)"], status: 1)
        }
    }
}
