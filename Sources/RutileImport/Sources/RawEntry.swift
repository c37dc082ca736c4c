package import RutileJSON

/// What one file, or one block or frame of it, says: an archive without its identity.
package struct RawEntry: Hashable, Sendable {
    /// Block name or frame number within the file; absent for the first.
    package var key: String?
    /// The archive's root sections. A `metadata` section holds what the file itself says: name, references.
    package var archive: ObjectValue
    /// What a reader of the entry should know about how it was read.
    package var warnings: [String]

    /// One entry of a file.
    package init(key: String? = nil, archive: ObjectValue, warnings: [String] = []) {
        self.key = key
        self.archive = archive
        self.warnings = warnings
    }
}

/// What one file holds: entries, and parts that make none.
package struct FileEntries: Hashable, Sendable {
    /// A block of a file that makes no entry though it should.
    package struct BadPart: Hashable, Sendable {
        /// What the file calls it.
        package let name: String
        /// The key that its entry would have; absent for the first part of the file.
        package let key: String?
        /// Why it makes none.
        package let failure: SourceFailure

        /// The part `name`, with the reason.
        package init(name: String, key: String?, failure: SourceFailure) {
            self.name = name
            self.key = key
            self.failure = failure
        }
    }

    /// In the order of the file; at least one.
    package var entries: [RawEntry]
    /// In the order of the file.
    package var badParts: [BadPart]

    /// A file of `entries`.
    package init(_ entries: [RawEntry], badParts: [BadPart] = []) {
        self.entries = entries
        self.badParts = badParts
    }
}

/// Why a file, or a part of it, makes no entry.
package struct SourceFailure: Error, Hashable, Sendable {
    /// Line of the file, from 1; absent where it is not known.
    package let line: Int?
    /// What is wrong, for people; it does not name the file.
    package let reason: String

    /// `reason`, found at `line`.
    package init(line: Int? = nil, _ reason: String) {
        self.line = line
        self.reason = reason
    }
}
