import NomadAPI
import OptimadeAPI
import RutileArchive
import RutileJSON
import RutileModel
import RutileStore

extension DraftMaker {
    /// What entries of OPTIMADE files show as `parser_name`.
    static let resourceParser = SourceFormat.optimadeLines.parserName

    /// The draft of the entry that `resource`, read from `mainfile`, is.
    ///
    /// Its archive is `metadata` alone: identity, name, and the resource. An inventory (`quantities`, `sections`) it has
    /// not: that would be longer than the rest, and equal for nearly all entries of a file.
    ///
    /// What a value stands for without doubt is kept instead of it: of a structure whose `structure_features` are not
    /// known, those that it has; of a reference, texts for numbers, as of the year. The former is among the warnings.
    func draft(of resource: Resource, mainfile: String, digest: String) throws(SourceFailure) -> EntryDraft {
        var resource = resource
        let key = Self.key(of: resource)
        let id = EntryID(upload: upload, mainfile: mainfile, key: key)
        var record = record(id, mainfile: mainfile, key: key, parserName: Self.resourceParser, digest: digest)
        if resource.type.hasSameUTF8(as: Resource.structures) {
            let check = StructureCheck(resource.attributes)
            record.process.warnings = check.problems
            if resource.attributes["structure_features"]?.isNull ?? true {
                resource.attributes["structure_features"] = .list(check.features.map(Value.string))
            }
        } else if resource.type.hasSameUTF8(as: Resource.references) {
            resource.attributes = EntryTypeDefinition.references.withTexts(resource.attributes)
        }
        let members: [(String, Value)] = [
            ("entry_id", .string(id.text)), ("upload_id", .string(upload.text)), ("mainfile", .string(mainfile)),
            ("mainfile_key", .string(key)), ("parser_name", .string(Self.resourceParser)),
            ("entry_name", .string(Self.name(of: resource))), ("external_id", .string(resource.id)),
            ("entry_create_time", .string(record.createTime.text(offset: "+00:00"))), ("processed", .bool(true)),
        ]
        do {
            let archive = try encoder.encode { (writer) throws(ArchiveError) in
                writer.object(1)
                writer.text("metadata")
                let kept = resource.archiveMetadata
                writer.object(members.count + kept.count)
                for (name, value) in members {
                    writer.text(name)
                    writer.value(value)
                }
                for (name, value) in kept.members {
                    writer.text(name)
                    writer.value(value)
                }
            }
            let document = IndexDocument(type: resource.type, json: resource.indexDocument())
            let isStructure = resource.type.hasSameUTF8(as: Resource.structures)
            let search = SearchIndexEntry.json(
                record, metadata: ObjectValue(members), results: nil,
                optimade: isStructure ? resource.attributes : nil)
            return EntryDraft(
                record: record, archive: archive,
                documents: [document, IndexDocument(type: SearchIndexEntry.entryType, json: search)])
        } catch {
            throw SourceFailure("cannot be stored: \(error)")
        }
    }

    /// The key of a resource's entry, which no other type and id have: the id, with the type in front for all but
    /// structures, since only resources of one type must have different ids.
    ///
    /// A structure's id that looks like a key of another type has its type in front as well. Types that are called as
    /// none of the standard, and have no prefix, stand behind `structures//`, with `%` and `/` in them encoded.
    static func key(of resource: Resource) -> String {
        if resource.type.hasSameUTF8(as: Resource.structures) {
            return hasTypeInFront(resource.id) ? Resource.structures + "/" + resource.id : resource.id
        }
        if hasTypeInFront(resource.type + "/"), !resource.type.utf8.contains(UInt8(ascii: "/")) {
            return resource.type + "/" + resource.id
        }
        return Resource.structures + "//" + PercentCoding.encoded(resource.type) + "/" + resource.id
    }

    /// Whether `text` begins with the name of an entry type and a slash.
    private static func hasTypeInFront(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "/"))
            && (text.utf8.first == UInt8(ascii: "_") || entryTypes.contains { text.utf8.starts(with: ($0 + "/").utf8) })
    }

    private static let entryTypes = ["structures", "references", "files", "calculations", "trajectories"]

    private static func name(of resource: Resource) -> String {
        let names = ["chemical_formula_reduced", "chemical_formula_descriptive", "title", "name"]
        let name = names.lazy.compactMap { resource.attributes[$0]?.text }.first { !$0.isEmpty }
        return name.map { "\($0) (\(resource.id))" } ?? resource.id
    }
}
