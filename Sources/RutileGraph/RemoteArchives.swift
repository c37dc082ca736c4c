package import RutileArchive
package import RutileModel

/// Archives of other installations, to which references lead. The network is behind it.
///
/// They are read as nobody in particular: what is not public there is as good as absent.
package protocol RemoteArchives: Sendable {
    /// The installations whose archives are read; references to others are not followed.
    var installations: Set<InstallationID> { get }

    /// The archives of `entries`, all of which are on one of ``installations``; each has an answer. All are asked for at
    /// the same time; together they have `bytes` at most, and what is more fails.
    ///
    /// - Throws: `CancellationError`. What installations do wrong is part of the answers.
    func archives(of entries: Set<RemoteEntry>, within bytes: Int) async throws -> [RemoteEntry: RemoteArchive]
}

/// An entry of another installation.
package struct RemoteEntry: Hashable, Sendable {
    /// Where it is.
    package let installation: InstallationID
    /// Its id there.
    package let entry: EntryID

    /// The entry `entry` of `installation`.
    package init(_ entry: EntryID, of installation: InstallationID) {
        self.installation = installation
        self.entry = entry
    }
}

/// What another installation says about an entry's archive.
package enum RemoteArchive: Sendable {
    /// The archive, the upload that the entry is in, and the bytes that came.
    case open(ArchiveNode, in: UploadID, bytes: Int)
    /// There is none that everybody may read.
    case absent
    /// It could not be read: a phrase without a full stop that clients may see.
    case failed(String)
}

/// References to other installations are not followed.
package struct NoRemoteArchives: RemoteArchives {
    /// None.
    package init() {}

    package var installations: Set<InstallationID> { [] }

    package func archives(
        of entries: Set<RemoteEntry>, within bytes: Int
    ) async throws -> [RemoteEntry: RemoteArchive] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0, .absent) })
    }
}
