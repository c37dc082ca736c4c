/// An entry that was found and is to be downloaded.
public struct ListedEntry: Hashable, Sendable {
    /// Its id.
    public let entryID: String
    /// The id of the upload that it is in.
    public let uploadID: String

    /// An entry of an upload.
    public init(entryID: String, uploadID: String) {
        self.entryID = entryID
        self.uploadID = uploadID
    }
}

/// How many entries of an upload are to be downloaded.
public struct UploadCount: Hashable, Sendable {
    /// The id of the upload.
    public let uploadID: String
    /// Number of entries.
    public let count: Int

    /// `count` entries of an upload.
    public init(uploadID: String, count: Int) {
        self.uploadID = uploadID
        self.count = count
    }
}

/// An entry whose archive was not delivered, and why.
public struct FailedEntry: Hashable, Sendable {
    /// The entry; it stays in the list.
    public let entry: ListedEntry
    /// Why, for people.
    public let reason: String
}

/// The archive of one entry, or the part of it that was asked for.
public struct Archive: Sendable {
    /// The id of the entry.
    public let entryID: String
    /// The id of the upload that the entry is in.
    public let uploadID: String
    /// The archive itself.
    public let data: DataNode

    /// The member `key` of the archive.
    public subscript(_ key: String) -> DataNode { data[key] }
}
