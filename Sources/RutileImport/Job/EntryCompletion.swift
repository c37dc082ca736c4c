import OptimadeAPI
package import RutileJSON
package import RutileMetainfo
package import RutileModel

/// Lists what an archive holds, for its metadata.
///
/// The definitions decide what is a section and what a quantity, hence a seam.
package protocol ArchiveSurveyor: Sendable {
    /// The quantities and sections in the archive `root` of `entry`, each once, in alphabetical order. What depends on
    /// archives that are not `known` is missing in it, and said to be.
    func survey(_ root: Value, of entry: ArchiveKey, knowing known: KnownArchives) -> ArchiveSurvey
}

/// What an archive holds.
package struct ArchiveSurvey: Hashable, Sendable {
    /// Dotted paths of sections and quantities, without indices.
    package var quantities: [String]
    /// Qualified names of the definitions of the sections.
    package var sections: [String]
    /// Scalar values below `data` that definitions list: items of `metadata.search_quantities`.
    package var searchQuantities: [Value]
    /// Definitions of the sections of `data` and those that they inherit from: items of `metadata.section_defs`.
    package var sectionDefinitions: [Value] = []
    /// References into other archives: items of `metadata.entry_references`.
    package var references: [Value] = []
    /// The texts among ``searchQuantities``, each once: `metadata.text_search_contents`.
    package var texts: [String] = []
    /// Names of definitions that would be in other archives and are not.
    package var missing: [String] = []
    /// Where archives lie that have to be looked for before the survey is complete.
    package var needs: Set<ArchivePlace> = []

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
    /// Other archives that the entry may depend on.
    let known: KnownArchives

    /// The archive with completed metadata, and what was found out about it.
    ///
    /// Identity (`entry_id`, `upload_id`, `mainfile`, `mainfile_key`, `parser_name`) and inventory (`quantities`,
    /// `n_quantities`, `sections` and what searches use) are the importer's; `entry_name`, `entry_create_time` and the
    /// `last_modified` of the structure and its publication are only added.
    func complete(
        _ archive: ObjectValue, id: EntryID, key: String?, created: Timestamp
    ) -> (archive: ObjectValue, survey: ArchiveSurvey) {
        var given = archive["metadata"]?.object ?? ObjectValue()
        for name in Self.inventory + Self.searched { given[name] = nil }
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
            .object(completed), of: ArchiveKey(upload: upload, entry: id), knowing: known)
        let own = Self.inventory.map { "metadata." + $0 }
        let quantities = Set((survey.quantities + own).map(UTF8Key.init)).sorted().map(\.string)
        metadata["n_quantities"] = .integer(Int64(quantities.count))
        metadata["quantities"] = .list(quantities.map(Value.string))
        metadata["sections"] = .list(survey.sections.map(Value.string))
        let lists = [
            survey.searchQuantities, survey.sectionDefinitions, survey.references, survey.texts.map(Value.string),
        ]
        for (name, found) in zip(Self.searched, lists) where !found.isEmpty { metadata[name] = .list(found) }
        completed["metadata"] = .object(metadata)
        return (completed, survey)
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
    private static let searched = ["search_quantities", "section_defs", "entry_references", "text_search_contents"]

    /// The name in `data`, else that of the file without its endings, with the key.
    private static func name(_ archive: ObjectValue, mainfile: String, key: String?) -> String {
        if let name = archive["data"]?["name"]?.text, !name.isEmpty { return name }
        let file = RutileImport.name(of: mainfile)
        let stem = file.split(separator: ".").first.map(String.init) ?? file
        return key.map { "\(stem) \($0)" } ?? stem
    }
}
