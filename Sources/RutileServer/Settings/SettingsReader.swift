import NomadAPI

/// A text that somebody wants a setting to have, and where it was said.
package struct SettingEntry: Sendable {
    /// Where a setting was given, for messages.
    package enum Origin: Hashable, Sendable, CustomStringConvertible {
        case file(String, line: Int?)
        case environment(String)
        case flag(String)

        package var description: String {
            switch self {
            case .file(let path, let line?): "\(path):\(line)"
            case .file(let path, nil): path
            case .environment(let variable): variable
            case .flag(let flag): flag
            }
        }
    }

    package let key: String
    package let text: String
    package let origin: Origin

    /// `key` is to have the value that `text` spells.
    package init(_ key: String, _ text: String, from origin: Origin) {
        self.key = key
        self.text = text
        self.origin = origin
    }
}

/// Why the server does not start: every wrong setting, one sentence each.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    package let problems: [String]

    /// All of `problems`.
    package init(_ problems: [String]) { self.problems = problems }

    package var description: String { problems.joined(separator: "\n") }
}

extension Settings {
    /// The defaults, changed by `file`, then by `environment`, then by `flags`.
    ///
    /// Of `environment` only names that begin with `RUTILE_` matter; an empty variable is not set, unless empty is a
    /// value of its setting. Entries of one source are taken in order. `problems` are those that are known already.
    ///
    /// - Throws: ``SettingsError`` with all that is wrong or unknown, not only the first.
    package init(
        file: [SettingEntry] = [], problems known: [String] = [], environment: [String: String] = [:],
        flags: [SettingEntry] = []
    ) throws(SettingsError) {
        self.init()
        var problems = known
        var variables: [SettingEntry] = []
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("RUTILE_") {
            if let setting = Setting.all.first(where: { $0.variable == name }) {
                var copy = self
                if text.isEmpty && !setting.set(text, in: &copy) { continue }
                variables.append(SettingEntry(setting.key, text, from: .environment(name)))
            } else if !Self.otherVariables.contains(name) {
                let known = Setting.all.map { $0.variable.lowercased() }
                problems.append("\(name): unknown setting\(hint(for: name, among: known) { $0.uppercased() })")
            }
        }
        for entry in file + variables + flags {
            guard let setting = Setting.named(entry.key) else {
                let known = Setting.all.map(\.key)
                problems.append("\(entry.origin): unknown setting “\(entry.key)”\(hint(for: entry.key, among: known))")
                continue
            }
            if !setting.set(entry.text, in: &self) {
                problems.append("\(entry.origin): \(entry.key) must be \(setting.typeName), not “\(entry.text)”")
            }
        }
        if !problems.isEmpty { throw SettingsError(problems) }
    }

    /// Variables that are no settings but belong to commands and tests; `docs/configuration.md` lists them.
    package static let otherVariables = [
        "RUTILE_URL", "RUTILE_TOKEN", "RUTILE_PASSWORD", "RUTILE_PYTHON", "RUTILE_SHARED", "RUTILE_CRYSTALS",
        "RUTILE_KILLS",
        "RUTILE_SEED",
    ]
}

/// The end of a message about `name`: the one of `known` (in lower case) that is most like it, as `spelled`.
private func hint(for name: String, among known: [String], spelled: (String) -> String = { $0 }) -> String {
    suggestion(for: name, among: known).map { ", did you mean “\(spelled($0))”?" } ?? ""
}
