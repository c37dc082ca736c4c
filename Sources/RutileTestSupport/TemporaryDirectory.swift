import FoundationEssentials

/// A new folder that is removed with the object.
package final class TemporaryDirectory: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes a folder below the system's folder for temporary files.
    package init() throws {
        path = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "rutile-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A folder that cannot be removed is no reason for a test to fail.
        try? FileManager.default.removeItem(atPath: path)
    }
}
