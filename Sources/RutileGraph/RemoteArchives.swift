package import RutileArchive
package import RutileModel

/// Archives of other installations, to which references lead. The network is behind it.
///
/// They are read as nobody in particular: what is not public there is as good as absent.
package protocol RemoteArchives: Sendable {
    /// The installations whose archives are read; references to others are not followed.
    var installations: Set<InstallationID> { get }

    /// Begins to read for one request.
    func reading() -> any RemoteReading
}

/// What one request reads of other installations: no more bytes in all, and no longer, than is allowed.
package protocol RemoteReading: Sendable {
    /// The archives of `entries`, each on an installation that is read; all are asked for at the same time, and each has
    /// an answer.
    ///
    /// - Throws: `CancellationError`. What installations do wrong is part of the answers.
    func archives(of entries: Set<RemoteEntry>) async throws -> [RemoteEntry: RemoteArchive]
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
    /// The archive, and the upload that the entry is in.
    case open(ArchiveNode, in: UploadID)
    /// There is none that everybody may read.
    case absent
    /// It could not be read: a phrase without a full stop that clients may see.
    case failed(String)
}

/// References to other installations are not followed.
package struct NoRemoteArchives: RemoteArchives, RemoteReading {
    /// None.
    package init() {}

    package var installations: Set<InstallationID> { [] }

    package func reading() -> any RemoteReading { self }

    package func archives(of entries: Set<RemoteEntry>) async throws -> [RemoteEntry: RemoteArchive] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0, .absent) })
    }
}
