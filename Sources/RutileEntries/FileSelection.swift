package import NomadAPI
package import RutileJSON
import RutileModel
import RutileStore

/// Which files of a folder are wanted, and how they are sent.
package struct FileSelection: Sendable {
    /// Whether they are compressed.
    package let compresses: Bool
    /// Names of files; empty where any is wanted. Where there are names, patterns do not count.
    private let names: Set<UTF8Key>
    /// A pattern of the end of a path.
    private let glob: Glob?
    /// A pattern of any part of a path.
    private let pattern: TextPattern?

    /// All files.
    package static let all = FileSelection()

    private init() {
        compresses = false
        names = []
        glob = nil
        pattern = nil
    }

    /// Reads the `files` of a body; nothing and null mean all files.
    package init(_ given: Value?) throws(EntriesProblem) {
        guard let given, !given.isNull else {
            self.init()
            return
        }
        guard let members = given.object else { throw EntriesProblem(422, "files is an object") }
        func text(_ name: String) throws(EntriesProblem) -> String? {
            guard let value = members[name], !value.isNull else { return nil }
            guard let text = value.text else { throw EntriesProblem(422, "\(name) of files is a text") }
            return text
        }
        let names: Value = members["include_files"].flatMap { $0.isNull ? nil : $0 } ?? .list([])
        guard let items = names.items, items.allSatisfy({ $0.text != nil }) else {
            throw EntriesProblem(422, "include_files of files is a list of texts")
        }
        let flag: Value = members["compress"].flatMap { $0.isNull ? nil : $0 } ?? .bool(false)
        guard let compresses = flag.bool else { throw EntriesProblem(422, "compress of files is true or false") }
        try self.init(
            compresses: compresses, names: items.compactMap(\.text), glob: text("glob_pattern"),
            pattern: text("re_pattern"))
    }

    /// Files of one of `names`, or those that match the patterns.
    package init(
        compresses: Bool, names: [String], glob: String?, pattern: String?
    ) throws(EntriesProblem) {
        self.compresses = compresses
        self.names = Set(names.map(UTF8Key.init))
        self.glob = glob.map { Glob("*" + $0) }
        do {
            self.pattern = try pattern.map { (text) throws(TextPattern.Refusal) in try TextPattern(text) }
        } catch {
            throw EntriesProblem(422, "re_pattern is no regular expression: \(error.reason)")
        }
    }

    /// Whether the file at `path` is wanted.
    func admits(_ path: RawPath) -> Bool {
        if !names.isEmpty { return names.contains(UTF8Key(path.names.last ?? "")) }
        return glob?.matches(path.text) ?? true && pattern?.matches(path.text) ?? true
    }
}
