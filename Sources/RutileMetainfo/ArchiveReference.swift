import RutileJSON
package import RutileModel

/// Which archive a reference points into, once the place where the reference stands is known.
package enum ArchivePlace: Hashable, Sendable {
    /// The archive of an entry of an upload.
    case archive(ArchiveKey)
    /// The archive of the first entry of an upload that has this main file; on this installation where no other is named.
    case rawFile(UploadID, path: String, on: InstallationID? = nil)
    /// The archive of an entry whose upload has to be looked up; on this installation where no other is named.
    case entry(EntryID, on: InstallationID? = nil)

    /// The installation that the archive is on; absent for this one.
    package var installation: InstallationID? {
        switch self {
        case .archive(let key): key.installation
        case .rawFile(_, _, let installation), .entry(_, let installation): installation
        }
    }

    /// Paths are equal where their bytes are.
    package static func == (left: ArchivePlace, right: ArchivePlace) -> Bool {
        switch (left, right) {
        case (.archive(let key), .archive(let other)): key == other
        case (.rawFile(let upload, let path, let place), .rawFile(let other, let otherPath, let otherPlace)):
            upload == other && path.hasSameUTF8(as: otherPath) && place == otherPlace
        case (.entry(let entry, let place), .entry(let other, let otherPlace)): entry == other && place == otherPlace
        case (.archive, _), (.rawFile, _), (.entry, _): false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .archive(let key): hasher.combine(key)
        case .rawFile(let upload, let path, let installation):
            hasher.combine(upload)
            hasher.combine(UTF8Key(path))
            hasher.combine(installation)
        case .entry(let entry, let installation):
            hasher.combine(entry)
            hasher.combine(installation)
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
    /// A path in another archive, or in the same one, spelled out. It is on the installation of the archive that contains
    /// the reference, unless the reference begins with the address of another one.
    case archive(ArchivePlace, path: [String])
    /// No reference.
    case invalid

    /// Parses `text`, which stands in the archive `current`: the target of `../upload/…` depends on it.
    package init(_ text: String, in current: ArchiveKey) {
        if let parsed = Self.external(text, in: current) {
            self = parsed
        } else if text.utf8.first == UInt8(ascii: "#") || text.utf8.first == UInt8(ascii: "/") {
            self = .local(path: steps(of: text.drop { $0 == "#" || $0 == "/" }))
        } else {
            self = .invalid
        }
    }

    /// The forms with a part before `#` that names an archive.
    private static func external(_ text: String, in current: ArchiveKey) -> ArchiveReference? {
        guard !text.utf8.contains(UInt8(ascii: "?")), let hash = text.utf8.firstIndex(of: UInt8(ascii: "#")) else {
            return nil
        }
        let fragment = text[text.utf8.index(after: hash)...]
        guard !fragment.isEmpty else { return nil }
        let parts = text[..<hash].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return nil }
        for start in 1..<parts.count {
            let base = parts[..<start].joined(separator: "/")
            let isRelative = base.isEmpty || base == ".."
            let around = ArchiveKey(
                upload: current.upload, entry: current.entry,
                on: isRelative ? current.installation : InstallationID(base))
            guard let place = place(parts[start...].filter { !$0.isEmpty }, around) else { continue }
            // An entry without its upload cannot be named elsewhere.
            if !isRelative, case .entry = place { continue }
            return .archive(place, path: steps(of: fragment))
        }
        return nil
    }

    /// `upload/archive/E`, `uploads/U/raw/path` and so on, on the installation of the archive `around`.
    private static func place(_ parts: [Substring], _ around: ArchiveKey) -> ArchivePlace? {
        switch parts.first {
        case "entries" where parts.count == 3 && parts[2] == "archive":
            .entry(EntryID(String(parts[1])), on: around.installation)
        case "upload": place(parts.dropFirst(), in: around.upload, on: around.installation)
        case "uploads" where parts.count > 1:
            place(parts.dropFirst(2), in: UploadID(String(parts[1])), on: around.installation)
        default: nil
        }
    }

    private static func place(
        _ parts: ArraySlice<Substring>, in upload: UploadID, on installation: InstallationID?
    ) -> ArchivePlace? {
        guard let kind = parts.first, let name = parts.dropFirst().first else { return nil }
        let rest = parts.dropFirst()
        switch kind {
        case "raw": return .rawFile(upload, path: rest.joined(separator: "/"), on: installation)
        case "archive" where rest.count == 1:
            return .archive(ArchiveKey(upload: upload, entry: EntryID(String(name)), on: installation))
        case "archive" where name == "mainfile":
            let mainfile = rest.dropFirst().joined(separator: "/")
            return .archive(
                ArchiveKey(upload: upload, entry: EntryID(upload: upload, mainfile: mainfile), on: installation))
        default: return nil
        }
    }
}

/// The segments of a path; empty ones are dropped.
private func steps(of text: Substring) -> [String] { text.split(separator: "/").map(String.init) }
