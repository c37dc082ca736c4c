import FoundationEssentials
import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

/// Golden material, which lies beside the repository or where `RUTILE_SHARED` says.
enum Shared {
    static func json(_ path: String, file: String = #filePath) throws -> Value {
        try Value(json: bytes(path, file: file), limits: .file)
    }

    static func text(_ path: String, file: String = #filePath) throws -> String {
        String(decoding: try bytes(path, file: file), as: UTF8.self)
    }

    private static func bytes(_ path: String, file: String) throws -> [UInt8] {
        let root =
            ProcessInfo.processInfo.environment["RUTILE_SHARED"]
            ?? file.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/../shared"
        return Array(try Data(contentsOf: URL(filePath: "\(root)/\(path)")))
    }
}

/// The archives of the golden bundle.
struct Fixture {
    let archives: [EntryID: (key: ArchiveKey, content: Value)]

    init() throws {
        var archives: [EntryID: (key: ArchiveKey, content: Value)] = [:]
        for entry in try Shared.json("cases/graph/fixture.json")["entries"]?.items ?? [] {
            guard let id = entry["entry_id"]?.text, let upload = entry["upload_id"]?.text else { continue }
            let key = ArchiveKey(upload: UploadID(upload), entry: EntryID(id))
            archives[key.entry] = (key, entry["archive"] ?? .null)
        }
        self.archives = archives
        try #require(archives.count > 10)
    }

    /// A scope that knows the definitions of every archive of the bundle.
    func scope() -> DefinitionScope {
        let scope = DefinitionScope(catalogue: .builtIn)
        for (key, content) in archives.values { scope.add(archive: key, definitions: content["definitions"]) }
        return scope
    }

    func key(_ entry: String) throws -> ArchiveKey { try #require(archives[EntryID(entry)]).key }
}

extension DefinitionLookup {
    /// What was found; anything else fails the test.
    func found() throws -> Found {
        switch self {
        case .found(let found): return found
        case .needs(let place): throw NotFound(reason: "needs \(place)")
        case .failed(let why): throw NotFound(reason: why)
        }
    }
}

struct NotFound: Error { let reason: String }

/// Golden material that lies beside the tests.
enum Goldens {
    static func answers(file: String = #filePath) throws -> Value {
        let folder = file.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        let path = "\(folder)/Goldens/answers.json"
        return try Value(json: Array(try Data(contentsOf: URL(filePath: path))), limits: .file)
    }
}
