package import RutileModel

extension ArchiveReference {
    /// The form that `always_rewrite_references` asks for, for a reference `text` that stands in `current`.
    ///
    /// `uploads/<U>/entries/<E>/archive/<path>`, `uploads/<U>/files/<file>/entries/archive/<path>` for a main file
    /// given as such, the installation's URL in front where there is one. An entry of another installation that is named
    /// alone, and what is no reference, stay as they are, except that word-like text becomes `metainfo/…`, as in NOMAD
    /// 2.0.0.
    ///
    /// - Parameter uploads: the uploads of entries that references name alone (``ArchivePlace/entry(_:on:)``), as far as
    ///   they are known; for the others `current.upload` is assumed.
    package static func rewritten(
        _ text: String, in current: ArchiveKey, uploads: [EntryID: UploadID] = [:]
    ) -> String {
        switch ArchiveReference(text, in: current) {
        case .local(let path): (archivePath(current) + path).joined(separator: "/")
        // Which upload it is in only its installation knows.
        case .archive(.entry(_, _?), _): text
        case .archive(let place, let path):
            (location(of: place, current, uploads) + path).joined(separator: "/")
        case .invalid: definitionPath(text) ?? text
        }
    }

    /// Steps from the top of a response to the archive `key`. What is on another installation stands below its address.
    package static func archivePath(_ key: ArchiveKey) -> [String] {
        top(key.installation) + ["uploads", key.upload.text, "entries", key.entry.text, "archive"]
    }

    private static func top(_ installation: InstallationID?) -> [String] { installation.map { [$0.text] } ?? [] }

    private static func location(
        of place: ArchivePlace, _ current: ArchiveKey, _ uploads: [EntryID: UploadID]
    ) -> [String] {
        switch place {
        case .archive(let key): archivePath(key)
        case .entry(let entry, _):
            archivePath(ArchiveKey(upload: uploads[entry] ?? current.upload, entry: entry))
        case .rawFile(let upload, let path, let installation):
            top(installation) + ["uploads", upload.text, "files", path, "entries", "archive"]
        }
    }

    /// `package.module.Name`, with an optional `@id`, as `metainfo/package.module/Name`; `nil` for anything else.
    private static func definitionPath(_ text: String) -> String? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2, let qualified = parts.first, parts.dropFirst().allSatisfy(isWord) else { return nil }
        let dot = qualified.lastIndex(of: ".")
        let package = dot.map { qualified[..<$0] } ?? ""
        let name = dot.map { qualified[qualified.index(after: $0)...] } ?? qualified
        guard isWord(name), package.allSatisfy({ $0 == "." || $0 == ":" || isWordCharacter($0) }) else { return nil }
        return "metainfo/\(package)/\(name)"
    }

    private static func isWord(_ text: Substring) -> Bool { text.allSatisfy(isWordCharacter) }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character == "_" || character.isLetter || character.isNumber
    }
}
