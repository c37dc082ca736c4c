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
        guard let members = given.object else {
            throw EntriesProblem.value(
                "model_attributes_type", "Input should be a valid dictionary", at: ["files"], input: given)
        }
        let reader = FieldReader(members, at: ["files"])
        self.init(
            compresses: try reader.flag("compress") ?? false, names: try reader.texts("include_files") ?? [],
            glob: try reader.text("glob_pattern"), try Self.pattern(reader.text("re_pattern")))
    }

    /// Files of one of `names`, or those that match the patterns, which came as parameters.
    package init(
        compresses: Bool, names: [String], glob: String?, pattern: String?
    ) throws(EntriesProblem) {
        let read: TextPattern?
        do {
            read = try Self.pattern(pattern)
        } catch {
            throw error.ofParameters
        }
        self.init(compresses: compresses, names: names, glob: glob, read)
    }

    private init(compresses: Bool, names: [String], glob: String?, _ pattern: TextPattern?) {
        self.compresses = compresses
        self.names = Set(names.map(UTF8Key.init))
        self.glob = glob.map { Glob("*" + $0) }
        self.pattern = pattern
    }

    private static func pattern(_ text: String?) throws(EntriesProblem) -> TextPattern? {
        guard let text else { return nil }
        do {
            return try TextPattern(text)
        } catch {
            throw EntriesProblem.value(
                "bad_pattern", "Input should be a regular expression: \(error.reason)", at: ["files", "re_pattern"],
                input: .string(text))
        }
    }

    /// Whether the file at `path` is wanted.
    func admits(_ path: RawPath) -> Bool {
        if !names.isEmpty { return names.contains(UTF8Key(path.names.last ?? "")) }
        return glob?.matches(path.text) ?? true && pattern?.matches(path.text) ?? true
    }
}
