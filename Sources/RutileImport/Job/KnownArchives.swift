package import RutileJSON
package import RutileMetainfo
package import RutileModel

/// Other archives that an archive depends on, as far as somebody has looked for them.
package struct KnownArchives: Sendable {
    /// An archive that the author of an import may read.
    package struct Archive: Sendable {
        /// Its entry.
        package let key: ArchiveKey
        /// The main file of the entry.
        package let mainfile: String
        /// What its `definitions` are, made ready once for all entries that have them; absent where it has none.
        package let definitions: StoredPackage?

        /// The archive of `key`.
        package init(_ key: ArchiveKey, mainfile: String, definitions: Value?) {
            self.key = key
            self.mainfile = mainfile
            self.definitions = StoredPackage(archive: key, definitions: definitions)
        }
    }

    private var places: [ArchivePlace: Archive?] = [:]

    /// Nobody has looked for any.
    package init() {}

    /// What lies at `place`: no archive where it was looked for in vain, `nil` while nobody has looked.
    package subscript(_ place: ArchivePlace) -> Archive?? { places[place] }

    /// Tells what lies at `place`.
    package mutating func add(_ archive: Archive?, at place: ArchivePlace) { places[place] = .some(archive) }
}
