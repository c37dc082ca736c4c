import FoundationEssentials
import RutileModel
import RutileSQLite

/// The records that benchmarks run on: the same driver as the server's.
enum BenchRecords {
    static func open(_ directory: DataDirectory) throws -> SQLiteRecords { try SQLiteRecords(directory) }
}

/// Writes a whole file.
func writeFile(_ path: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }
