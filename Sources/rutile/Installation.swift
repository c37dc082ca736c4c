import RutileArchive
import RutileCuration
import RutileEntries
import RutileGraph
import RutileJSON
import RutileMetainfo
import RutileModel
import RutileSQLite
import RutileSearch
import RutileServer
import RutileStore

/// A data directory with its stores open, and the services over them. Here, and only here, drivers are chosen.
struct Installation {
    let directory: DataDirectory
    let records: SQLiteRecords
    let archives: SegmentFolder
    let files: RawFolders

    /// Opens the data directory at `path`, and makes it where there is none, unless `create` is off.
    ///
    /// - Throws: ``StoreError``.
    init(at path: String, create: Bool = true) throws(StoreError) {
        directory = DataDirectory(path)
        records = try SQLiteRecords(directory, create: create)
        archives = SegmentFolder(directory)
        files = RawFolders(directory)
    }

    /// A graph service with the built-in definitions and `packages`.
    func graph(
        _ settings: Settings, packages: [Value], search: EntriesSearch, foreign: any ForeignEntries,
        remote: any RemoteArchives
    ) -> GraphService {
        GraphService(
            records: records, archives: archives, search: search, files: files,
            definitions: DefinitionCatalogue(installed: packages), foreign: foreign,
            remote: remote, policy: AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata),
            userEmail: settings.visibility.userEmail, limits: settings.limits.graph)
    }

    /// Answers questions about entries from `search`, and from archives by the definitions of `graph`.
    func entries(_ settings: Settings, search: EntriesSearch, graph: GraphService) -> EntriesService {
        EntriesService(
            search: search, graph: graph, records: records, files: files,
            policy: AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata))
    }

    /// What people do with uploads and datasets, as far as `settings` allow.
    func curation(_ settings: Settings) -> Curation {
        Curation(
            records: records, directory: directory,
            policy: AccessPolicy(embargoedMetadata: settings.visibility.embargoedMetadata))
    }

    /// Issues and checks the tokens of this data directory.
    var tokens: TokenAuthority { TokenAuthority(records) }
}
