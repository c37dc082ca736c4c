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
    func draft(of resource: Resource, mainfile: String, digest: String) throws(SourceFailure) -> EntryDraft {
        let key = Self.key(of: resource)
        let id = EntryID(upload: upload, mainfile: mainfile, key: key)
        var record = record(id, mainfile: mainfile, key: key, parserName: Self.resourceParser, digest: digest)
        if resource.type == Resource.structures {
            record.process.warnings = StructureCheck(resource.attributes).problems
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

    /// The key of a resource's entry: its id; with the type in front for all but structures, since only resources of
    /// one type must have different ids.
    static func key(of resource: Resource) -> String {
        resource.type == Resource.structures ? resource.id : resource.type + "/" + resource.id
    }

    private static func name(of resource: Resource) -> String {
        let names = ["chemical_formula_reduced", "chemical_formula_descriptive", "title", "name"]
        let name = names.lazy.compactMap { resource.attributes[$0]?.text }.first { !$0.isEmpty }
        return name.map { "\($0) (\(resource.id))" } ?? resource.id
    }
}
