import RutileJSON

/// A kind of file that entries are made of.
package enum SourceFormat: String, Hashable, Sendable, CaseIterable {
    case archiveJSON
    case archiveYAML
    case archiveFile
    case optimadeLines
    case cif
    case poscar
    case xyz

    /// The format of a file by its name; `nil` for files that stay raw.
    ///
    /// `*.archive.json`, `*.archive.yaml`, `*.archive.yml`, `*.msg`, `*.jsonl`, `*.cif`, `*.xyz`, `*.extxyz`, `*.vasp`,
    /// `*.poscar`, and `POSCAR` or `CONTCAR`, alone or followed by `.`, `_` or `-` and anything; all but `*.msg` also with
    /// `.gz` or `.bz2` behind. Suffixes in any case.
    package init?(path: String) {
        var name = String(path.utf8.split(separator: UInt8(ascii: "/")).last.map { Substring($0) } ?? "")
        var lower = name.lowercased()
        let packing = [".gz", ".bz2"].first { lower.hasSuffix($0) }
        if let packing {
            name.removeLast(packing.count)
            lower.removeLast(packing.count)
        }
        for (suffix, format) in Self.suffixes where lower.utf8.count > suffix.utf8.count && lower.hasSuffix(suffix) {
            if packing != nil && format == .archiveFile { return nil }
            self = format
            return
        }
        for stem in ["POSCAR", "CONTCAR"] where name.hasPrefix(stem) {
            guard let next = name.dropFirst(stem.count).first, next != ".", next != "_", next != "-" else {
                self = .poscar
                return
            }
        }
        return nil
    }

    private static let suffixes: [(String, SourceFormat)] = [
        (".archive.json", .archiveJSON), (".archive.yaml", .archiveYAML), (".archive.yml", .archiveYAML),
        (".msg", .archiveFile), (".jsonl", .optimadeLines), (".cif", .cif), (".xyz", .xyz), (".extxyz", .xyz),
        (".vasp", .poscar), (".poscar", .poscar),
    ]

    /// What entries show as `parser_name`.
    package var parserName: String {
        switch self {
        case .archiveJSON, .archiveYAML, .archiveFile: "parsers/archive"
        case .optimadeLines: "parsers/optimade"
        case .cif: "parsers/cif"
        case .poscar: "parsers/poscar"
        case .xyz: "parsers/xyz"
        }
    }

    /// Whether files of it are read in a process of their own: their readers are libraries that were not made for
    /// hostile input, or may take long.
    package var isForeign: Bool {
        switch self {
        case .archiveJSON, .archiveFile, .optimadeLines: false
        case .archiveYAML, .cif, .poscar, .xyz: true
        }
    }

    /// Whether its files are archives as text.
    var isArchiveText: Bool { self == .archiveJSON || self == .archiveYAML }

    /// Whether its entries are crystals and molecules, whose symmetry is looked for.
    var holdsStructures: Bool {
        switch self {
        case .archiveJSON, .archiveYAML, .archiveFile, .optimadeLines: false
        case .cif, .poscar, .xyz: true
        }
    }

    /// Size in bytes above which a file of this format is refused.
    package var largestFile: Int {
        switch self {
        case .archiveJSON: JSONLimits.file.maximumBytes
        case .archiveFile, .optimadeLines: .max
        case .archiveYAML, .cif, .poscar: 64 << 20
        case .xyz: 512 << 20
        }
    }

    /// The entries in `bytes`, in the order of the file.
    ///
    /// - Throws: ``SourceFailure`` when there is none.
    ///
    /// Pure. Not for ``archiveFile``, whose entries stay encoded, and ``optimadeLines``, which are too many.
    /// - Parameter symmetryLimit: sites of the largest crystal whose symmetry is looked for.
    package func entries(
        in bytes: [UInt8], symmetryLimit: Int = CrystalSymmetry.largestSiteCount
    ) throws(SourceFailure) -> FileEntries {
        guard bytes.count <= largestFile else {
            throw SourceFailure("larger than the limit of \(largestFile >> 20) MiB for its format")
        }
        switch self {
        case .archiveJSON: return FileEntries([try ArchiveTextSource.json(bytes)])
        case .archiveYAML: return FileEntries([try ArchiveTextSource.yaml(bytes)])
        case .archiveFile: throw SourceFailure("an archive file holds no text")
        case .optimadeLines: throw SourceFailure("lines are read one by one")
        case .cif, .poscar, .xyz: return try structures(in: bytes, symmetryLimit)
        }
    }

    private func structures(in bytes: [UInt8], _ symmetryLimit: Int) throws(SourceFailure) -> FileEntries {
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw SourceFailure("the text is UTF-16: only UTF-8 and Windows-1252 are read")
        }
        let text = WesternText(bytes)
        var file =
            switch self {
            case .cif: try CIFSource.entries(in: text.bytes, symmetryLimit: symmetryLimit)
            case .poscar: FileEntries([try POSCARSource.entry(in: text.bytes, symmetryLimit: symmetryLimit)])
            default: FileEntries(try XYZSource.entries(in: text.bytes, symmetryLimit: symmetryLimit))
            }
        if let warning = text.warning { file.entries[0].warnings.append(warning) }
        return file
    }
}
