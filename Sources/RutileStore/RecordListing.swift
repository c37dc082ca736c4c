package import RutileModel

/// What the entries of an upload are ordered by. Raw values are what requests say.
package enum EntryOrder: String, Sendable, CaseIterable {
    case mainfile
    case parserName = "parser_name"
    case processStatus = "process_status"
    case createTime = "entry_create_time"
}

/// Lists of uploads and datasets that people work with.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol RecordListing: Sendable {
    /// Uploads in which `user` is main author, coauthor or reviewer, or one of `groups` coauthors or reviews, in the order
    /// of ids. Cost: one scan of all uploads.
    func uploads(with user: UserID, groups: Set<GroupID>) async throws -> [UploadRecord]
    /// The entries of `upload` at the positions `range` of the order by `order`; ties are in the order of ids.
    func entries(
        of upload: UploadID, by order: EntryOrder, isDescending: Bool, _ range: Range<Int>
    ) async throws -> [EntryRecord]
    /// Datasets in the order of ids: those of `owner`, or all.
    func datasets(of owner: UserID?) async throws -> [DatasetRecord]
    /// The datasets that the entries of `upload` name.
    func datasets(ofEntriesIn upload: UploadID) async throws -> Set<DatasetID>
}
