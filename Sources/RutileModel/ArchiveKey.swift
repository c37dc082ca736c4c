/// Names the archive of one entry of one upload, whether it exists or not.
package struct ArchiveKey: Hashable, Sendable {
    /// The installation that both are in; absent for this one.
    package let installation: InstallationID?
    /// The upload that the entry is looked for in.
    package let upload: UploadID
    /// The entry whose archive is meant.
    package let entry: EntryID

    /// The archive of `entry` in `upload`.
    package init(upload: UploadID, entry: EntryID, on installation: InstallationID? = nil) {
        self.installation = installation
        self.upload = upload
        self.entry = entry
    }
}
