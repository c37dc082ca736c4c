import FoundationEssentials

/// Golden cases and specifications, which lie beside the repository and are not part of it.
package enum SharedMaterial {
    /// The absolute path of `name` in the folder `$RUTILE_SHARED`, else `../shared` seen from the repository.
    ///
    /// - Throws: ``SharedMaterialMissing``, so that a test without its material fails instead of passing.
    package static func path(_ name: String, from file: String = #filePath) throws -> String {
        let root = ProcessInfo.processInfo.environment["RUTILE_SHARED"] ?? besideRepository(file)
        let path = root + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { throw SharedMaterialMissing(path: path) }
        return path
    }

    /// A source file is three folders deep: `Tests/<Target>Tests/<file>` or `Sources/<Target>/<file>`.
    private static func besideRepository(_ file: String) -> String {
        let folders = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
        return folders.joined(separator: "/") + "/shared"
    }
}

/// Golden material is not where it should be.
package struct SharedMaterialMissing: Error, CustomStringConvertible {
    /// Where it was looked for.
    package let path: String

    package var description: String { "\(path) is missing; set RUTILE_SHARED to the folder of the shared material" }
}
