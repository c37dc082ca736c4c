import NomadAPI
import RutileModel

/// Files of uploads in an answer.
extension GraphWalk {
    /// Writes what `request` asks for of the files of `upload`, into the place of the token `files`.
    func files(_ request: RequestNode, of upload: UploadRecord, into slot: Slot, problems: ProblemList) throws {
    }

    /// Writes what `request` asks for of the main file of `entry`, into the place of the token `mainfile`.
    func mainfile(_ request: RequestNode, of entry: EntryRecord, into slot: Slot, problems: ProblemList) throws {
    }
}
