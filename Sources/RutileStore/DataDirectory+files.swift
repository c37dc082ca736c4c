package import RutileModel

extension DataDirectory {
    /// Ends the names of files and folders that are being written. A sweep removes them when nobody writes.
    ///
    /// Staged items lie in an upload's own folder, beside `raw` and `archive`, or in `archive`; never in `raw`, where
    /// a user's file may have any name.
    package static let stagingSuffix = ".tmp"

    /// The file that ``DataLock`` locks. It is empty and never removed.
    package var lock: String { root + "/lock" }

    /// `path`, which lies in the data directory, relative to it.
    package func relative(_ path: String) -> String {
        precondition(path.utf8.starts(with: (root + "/").utf8), "\(path) lies in the data directory")
        return String(Substring(path.utf8.dropFirst(root.utf8.count + 1)))
    }
}
