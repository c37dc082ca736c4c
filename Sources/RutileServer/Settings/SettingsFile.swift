import RutileStore
import Yams

/// A configuration file: YAML, a mapping of sections to mappings of keys to values. `server.port: 80` may also be
/// written in one line.
package struct SettingsFile: Sendable {
    /// What the file sets, in its order. Names are not checked yet.
    package let entries: [SettingEntry]
    /// What is no setting at all: a list where a value should stand, a key without one. The entries are beside these.
    package let problems: [String]

    /// The file at `path`.
    ///
    /// - Throws: ``SettingsError`` when it cannot be read or is no YAML.
    package init(path: String) throws(SettingsError) {
        let bytes: [UInt8]
        do {
            bytes = try FileTree.read(path)
        } catch {
            throw SettingsError(["\(path): the configuration file cannot be read: \(error)"])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError(["\(path): the configuration file is not UTF-8"])
        }
        try self.init(text: text, path: path)
    }

    /// The file with the contents `text`; `path` is for messages.
    ///
    /// - Throws: ``SettingsError`` when it is no YAML.
    package init(text: String, path: String) throws(SettingsError) {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw SettingsError([(error as? YamlError).map { $0.problem(in: path) } ?? "\(path): not YAML: \(error)"])
        }
        var reader = NodeReader(path: path)
        if let root, !root.isNull { reader.read(root, under: nil) }
        entries = reader.entries
        problems = reader.problems
    }
}

/// Flattens a tree of YAML nodes.
private struct NodeReader {
    let path: String
    var entries: [SettingEntry] = []
    var problems: [String] = []

    init(path: String) { self.path = path }

    /// Reads what stands at `key`; absent at the root.
    mutating func read(_ node: Node, under key: String?) {
        let origin = SettingEntry.Origin.file(path, line: node.mark?.line)
        switch (node, key) {
        case (.mapping(let mapping), _):
            for (name, child) in mapping {
                guard let name = name.scalar?.string else {
                    problems.append("\(origin): a setting's name must be a text")
                    continue
                }
                read(child, under: key.map { $0 + "." + name } ?? name)
            }
        case (_, let key?) where entries.contains { $0.key == key }:
            problems.append("\(origin): \(key) is set a second time")
        case (.scalar(let scalar), let key?) where !node.isNull:
            entries.append(SettingEntry(key, scalar.string, from: origin))
        case (.scalar, let key?):
            problems.append("\(origin): \(key) has no value")
        case (.sequence(let items), let key?) where Setting.named(key)?.isList == true:
            let texts = items.compactMap { $0.isNull ? nil : $0.scalar?.string }
            guard texts.count == items.count, !texts.contains(where: { $0.utf8.contains(UInt8(ascii: ",")) }) else {
                problems.append("\(origin): each item of \(key) must be a single value")
                return
            }
            entries.append(SettingEntry(key, texts.joined(separator: ","), from: origin))
        case (_, let key?):
            problems.append("\(origin): \(key) must be a single value")
        case (_, nil):
            problems.append("\(origin): a configuration file is a mapping of sections, such as “server:”")
        }
    }
}

extension YamlError {
    /// What is wrong with the file at `path`, and in which line, as far as that is known.
    fileprivate func problem(in path: String) -> String {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(path):\(mark.line): not YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, let context):
            "\(path):\(context.mark.line): not YAML: “\(keys.first ?? "")” stands twice in one mapping"
        case .reader(let problem, _, _, _): "\(path): not YAML: \(problem)"
        default: "\(path): not YAML"
        }
    }
}

extension Node {
    /// Whether this is YAML's null: `~`, `null`, or nothing at all.
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
