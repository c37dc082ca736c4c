import OptimadeAPI
package import RutileJSON
package import RutileModel

/// Lists what an archive holds, for its metadata.
///
/// The definitions decide what is a section and what a quantity, hence a seam.
package protocol ArchiveSurveyor: Sendable {
    /// The quantities and sections in the archive `root` of `entry`, each once, in alphabetical order.
    func survey(_ root: Value, of entry: ArchiveKey) -> ArchiveSurvey
}

/// What an archive holds.
package struct ArchiveSurvey: Hashable, Sendable {
    /// Dotted paths of sections and quantities, without indices.
    package var quantities: [String]
    /// Qualified names of the definitions of the sections.
    package var sections: [String]
    /// Scalar values below `data` where its definition is no built-in one: items of `metadata.search_quantities`.
    package var searchQuantities: [Value]

    /// The three lists.
    package init(quantities: [String], sections: [String], searchQuantities: [Value] = []) {
        self.quantities = quantities
        self.sections = sections
        self.searchQuantities = searchQuantities
    }
}

/// Gives raw entries their identity: the part of `metadata` that only the importer knows.
struct EntryCompletion {
    let upload: UploadID
    let mainfile: String
    let parserName: String
    let surveyor: any ArchiveSurveyor
    /// When what the entry is made of was found to be new or changed.
    let modified: Timestamp

    /// The archive with completed metadata.
    ///
    /// Identity (`entry_id`, `upload_id`, `mainfile`, `mainfile_key`, `parser_name`) and inventory (`quantities`,
    /// `n_quantities`, `sections`) are the importer's; `entry_name`, `entry_create_time` and the
    /// `last_modified` of the structure and its publication are only added.
    func complete(_ archive: ObjectValue, id: EntryID, key: String?, created: Timestamp) -> ObjectValue {
        var given = archive["metadata"]?.object ?? ObjectValue()
        for name in Self.inventory { given[name] = nil }
        if given["entry_name"] == nil {
            given["entry_name"] = .string(Self.name(archive, mainfile: mainfile, key: key))
        }
        if given[Resource.ArchiveKeys.identity] == nil { date(Resource.ArchiveKeys.attributes, in: &given) }
        date(Resource.ArchiveKeys.publication, in: &given)
        var metadata = identify(given, id: id, key: key, created: created)
        // Metadata come first, where a reader finds them soon.
        var completed = ObjectValue()
        completed["metadata"] = .object(metadata)
        for (name, value) in archive.members where name != "metadata" { completed[name] = value }

        let survey = surveyor.survey(
            .object(completed), of: ArchiveKey(upload: upload, entry: id))
        let own = Self.inventory.map { "metadata." + $0 }
        let quantities = Set((survey.quantities + own).map(UTF8Key.init)).sorted().map(\.string)
        metadata["n_quantities"] = .integer(Int64(quantities.count))
        metadata["quantities"] = .list(quantities.map(Value.string))
        metadata["sections"] = .list(survey.sections.map(Value.string))
        if !survey.searchQuantities.isEmpty { metadata["search_quantities"] = .list(survey.searchQuantities) }
        completed["metadata"] = .object(metadata)
        return completed
    }

    /// Adds `last_modified` to the resource that is kept as `key`.
    private func date(_ key: String, in metadata: inout ObjectValue) {
        guard var attributes = metadata[key]?.object, attributes["last_modified"]?.isNull ?? true else { return }
        attributes["last_modified"] = .string(modified.optimadeText)
        metadata[key] = .object(attributes)
    }

    /// The metadata `given`, with the identity that the importer knows.
    func identify(_ given: ObjectValue, id: EntryID, key: String?, created: Timestamp) -> ObjectValue {
        var metadata = ObjectValue()
        metadata["entry_id"] = .string(id.text)
        metadata["upload_id"] = .string(upload.text)
        metadata["mainfile"] = .string(mainfile)
        metadata["mainfile_key"] = key.map(Value.string)
        metadata["parser_name"] = .string(parserName)
        metadata["entry_name"] = given["entry_name"] ?? .string(Self.name(given, mainfile: mainfile, key: key))
        metadata["entry_create_time"] = given["entry_create_time"] ?? .string(created.text(offset: "+00:00"))
        metadata["processed"] = .bool(true)
        for (name, value) in given.members where metadata[name] == nil && name != "mainfile_key" {
            metadata[name] = value
        }
        return metadata
    }

    private static let inventory = ["n_quantities", "quantities", "sections"]

    /// The name in `data`, else that of the file without its endings, with the key.
    private static func name(_ archive: ObjectValue, mainfile: String, key: String?) -> String {
        if let name = archive["data"]?["name"]?.text, !name.isEmpty { return name }
        let file = RutileImport.name(of: mainfile)
        let stem = file.split(separator: ".").first.map(String.init) ?? file
        return key.map { "\(stem) \($0)" } ?? stem
    }
}
