import RutileJSON
package import RutileModel

/// Which archive a reference points into, once the place where the reference stands is known.
package enum ArchivePlace: Hashable, Sendable {
    /// The archive of an entry of an upload.
    case archive(ArchiveKey)
    /// The archive of the first entry of an upload that has this main file.
    case rawFile(UploadID, path: String)
    /// The archive of an entry whose upload has to be looked up.
    case entry(EntryID)

    /// Paths are equal where their bytes are.
    package static func == (left: ArchivePlace, right: ArchivePlace) -> Bool {
        switch (left, right) {
        case (.archive(let key), .archive(let other)): key == other
        case (.rawFile(let upload, let path), .rawFile(let other, let otherPath)):
            upload == other && path.hasSameUTF8(as: otherPath)
        case (.entry(let entry), .entry(let other)): entry == other
        case (.archive, _), (.rawFile, _), (.entry, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .archive(let key): hasher.combine(key)
        case .rawFile(let upload, let path):
            hasher.combine(upload)
            hasher.combine(UTF8Key(path))
        case .entry(let entry): hasher.combine(entry)
        }
    }
}

/// A reference as archives store it, parsed.
///
/// Paths are steps from the top of the target archive; a step of digits is an index where it meets a list.
/// *Source*: the spellings that NOMAD 2.0.0 accepts, found by trying, and `/entries/E/archive#/…`,
/// `/uploads/U/archive/E#/…`, which it takes for paths.
package enum ArchiveReference: Hashable, Sendable {
    /// A path in the archive that contains the reference: `#/a/b`, `/a/b`, `#a/b`.
    case local(path: [String])
    /// A path in another archive of this installation, or in the same one, spelled out.
    case archive(ArchivePlace, path: [String])
    /// A path in an archive of another installation, whose URL is `base`.
    case remote(base: String, ArchivePlace, path: [String])
    /// No reference.
    case invalid

    /// Parses `text`, which stands in the archive `current`: the target of `../upload/…` depends on it.
    package init(_ text: String, in current: ArchiveKey) {
        if let parsed = Self.external(text, upload: current.upload) {
            self = parsed
        } else if text.utf8.first == UInt8(ascii: "#") || text.utf8.first == UInt8(ascii: "/") {
            self = .local(path: steps(of: text.drop { $0 == "#" || $0 == "/" }))
        } else {
            self = .invalid
        }
    }

    /// The forms with a part before `#` that names an archive.
    private static func external(_ text: String, upload: UploadID) -> ArchiveReference? {
        guard !text.utf8.contains(UInt8(ascii: "?")), let hash = text.utf8.firstIndex(of: UInt8(ascii: "#")) else {
            return nil
        }
        let fragment = text[text.utf8.index(after: hash)...]
        guard !fragment.isEmpty else { return nil }
        let parts = text[..<hash].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return nil }
        for start in 1..<parts.count {
            guard let place = place(parts[start...].filter { !$0.isEmpty }, upload: upload) else { continue }
            let base = parts[..<start].joined(separator: "/")
            switch base {
            case "..", "": return .archive(place, path: steps(of: fragment))
            // An entry without its upload cannot be named elsewhere.
            default: if case .entry = place { continue }
            }
            return .remote(base: base, place, path: steps(of: fragment))
        }
        return nil
    }

    /// `upload/archive/E`, `uploads/U/raw/path` and so on.
    private static func place(_ parts: [Substring], upload: UploadID) -> ArchivePlace? {
        switch parts.first {
        case "entries" where parts.count == 3 && parts[2] == "archive": .entry(EntryID(String(parts[1])))
        case "upload": place(parts.dropFirst(), in: upload)
        case "uploads" where parts.count > 1: place(parts.dropFirst(2), in: UploadID(String(parts[1])))
        default: nil
        }
    }

    private static func place(_ parts: ArraySlice<Substring>, in upload: UploadID) -> ArchivePlace? {
        guard let kind = parts.first, let name = parts.dropFirst().first else { return nil }
        let rest = parts.dropFirst()
        switch kind {
        case "raw": return .rawFile(upload, path: rest.joined(separator: "/"))
        case "archive" where rest.count == 1: return .archive(ArchiveKey(upload: upload, entry: EntryID(String(name))))
        case "archive" where name == "mainfile":
            let mainfile = rest.dropFirst().joined(separator: "/")
            return .archive(ArchiveKey(upload: upload, entry: EntryID(upload: upload, mainfile: mainfile)))
        default: return nil
        }
    }
}

/// The segments of a path; empty ones are dropped.
private func steps(of text: Substring) -> [String] { text.split(separator: "/").map(String.init) }
