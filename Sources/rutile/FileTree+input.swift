import Glibc
import RutileStore

extension FileTree {
    /// The bytes of the file at `path`; of standard input for `-`.
    static func input(_ path: String) throws(StoreError) -> [UInt8] {
        guard path == "-" else { return try read(path) }
        var text: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe page.withUnsafeMutableBytes { unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count == 0 { return text }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .medium("cannot read standard input") }
            text += page[..<count]
        }
    }
}
