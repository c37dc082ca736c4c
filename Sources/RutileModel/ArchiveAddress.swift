/// Where the archive of one entry is stored.
///
/// A segment is an immutable file today and may be an object in a store later; nothing outside the archive source
/// interprets its name.
package struct ArchiveAddress: Hashable, Sendable {
    /// The upload that the segment belongs to.
    package let upload: UploadID
    /// Name of the segment within the upload, for example `0001-k3v9.msg`.
    package let segment: String
    /// First byte of the entry's embedded archive file in the segment.
    package let offset: Int
    /// Length in bytes of the embedded archive file, its header included.
    package let length: Int

    /// An address as the segment's writer reported it.
    package init(upload: UploadID, segment: String, offset: Int, length: Int) {
        self.upload = upload
        self.segment = segment
        self.offset = offset
        self.length = length
    }

    package func hash(into hasher: inout Hasher) {
        // Enough to tell most addresses apart, and much quicker than the texts.
        hasher.combine(offset)
        hasher.combine(length)
    }
}
