package import RutileJSON
package import RutileModel

/// What changes of records make of search documents that were given whole (``RecordChange/EntryWrite/metadata``).
///
/// Such a document says what it said when it came. A change that touches what one of its members is about leaves this
/// member to the records, from then on: in the document that is stored it is null, and whoever shows the document puts
/// in its place what the records say.
package enum GivenDocument {
    /// `document`, with `members` left to the records.
    package static func leaving(_ members: [String], of document: ObjectValue) -> ObjectValue {
        var document = document
        for name in members { document[name] = .null }
        return document
    }

    /// The members that are about what is different in `upload` from what it was, `former`.
    package static func members(of upload: UploadRecord, changedSince former: UploadRecord) -> [String] {
        var members: [String] = []
        if upload.name != former.name { members.append("upload_name") }
        if upload.createTime != former.createTime { members.append("upload_create_time") }
        if upload.publishTime != former.publishTime { members += ["published", "publish_time"] }
        if upload.isEmbargoed != former.isEmbargoed { members.append("with_embargo") }
        if upload.license != former.license { members.append("license") }
        if upload.mainAuthor != former.mainAuthor { members += ["main_author", "authors", "viewers", "writers"] }
        if upload.coauthors != former.coauthors { members += ["coauthors", "authors", "viewers", "writers"] }
        if upload.reviewers != former.reviewers { members += ["reviewers", "viewers"] }
        if upload.coauthorGroups != former.coauthorGroups {
            members += ["coauthor_groups", "viewer_groups", "writer_groups"]
        }
        if upload.reviewerGroups != former.reviewerGroups { members += ["reviewer_groups", "viewer_groups"] }
        return members
    }

    /// The members that are about what is different in the links of `entry` from what they were in `former`.
    package static func members(of entry: EntryRecord, changedSince former: EntryRecord) -> [String] {
        (entry.datasets == former.datasets ? [] : ["datasets"])
            + (entry.references == former.references ? [] : ["references"])
    }
}
