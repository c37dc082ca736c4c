package import RutileJSON
package import RutileModel

/// Why nothing was done.
package enum CurationError: Error, Hashable {
    /// One thing that is wrong with what was asked.
    package struct Fault: Hashable, Sendable {
        /// Names of members from the top of the request on, for example `metadata`, `coauthors`.
        package let place: [String]
        /// For people.
        package let message: String
        /// What stands there; null where nothing does, or something else than the request is meant.
        package let input: Value

        /// `message` says what is wrong at `place`.
        package init(at place: [String], _ message: String, input: Value = .null) {
            self.place = place
            self.message = message
            self.input = input
        }
    }

    /// Only somebody who says who they are can do this.
    case loginRequired
    case noUpload(UploadID)
    /// The caller may not read it.
    case hiddenUpload(UploadID)
    /// The caller may read it, but lacks a right in it.
    case forbidden(UploadRight, UploadID)
    /// The caller could do this before the upload was published.
    case published(UploadID)
    /// Something is being made of the upload's files.
    case processing(UploadID)
    case alreadyPublished(UploadID)
    case notPublished(UploadID)
    case notEmbargoed(UploadID)
    /// The last process of the upload has failed.
    case failedProcessing(UploadID)
    /// No entry of the upload was processed well.
    case nothingToPublish(UploadID)
    /// The author has as many unpublished uploads as one may have.
    case tooManyUploads(limit: Int)
    /// The upload has no file or folder at this path.
    case noFile(String)
    /// The upload has a file at this path, which is not to be replaced.
    case fileExists(String)
    case noDataset(DatasetID)
    /// Somebody else owns the dataset.
    case foreignDataset(DatasetID)
    /// The dataset has a DOI, and stays as it is.
    case fixedDataset(DatasetID)
    case datasetNameTaken(String)
    case noUser(String)
    case noGroup(String)
    /// Others keep changing the same records.
    case contended
    /// The request is wrong by itself.
    case invalid([Fault])
    /// What is sent is larger than allowed, in bytes.
    case tooLarge(limit: Int)
    /// The medium is full.
    case noSpace
}

extension CurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .loginRequired: "Authentication required."
        case .noUpload: "The specified upload_id was not found."
        case .hiddenUpload: "You do not have access to the specified upload."
        case .forbidden(let right, let upload): "You do not have the right to \(right.text) (\(upload))."
        case .published: "The upload is published; this can be done by an administrator only."
        case .processing: "The upload is being processed; try again when it is done."
        case .alreadyPublished: "The upload is already published."
        case .notPublished: "The upload is not published, so there is no embargo to lift."
        case .notEmbargoed: "The upload is not embargoed."
        case .failedProcessing: "Cannot publish an upload that failed processing."
        case .nothingToPublish: "The upload has no successfully processed entry, so there is nothing to publish."
        case .tooManyUploads(let limit):
            "Limit of unpublished uploads exceeded for user: \(limit). Publish or delete one of them first."
        case .noFile(let path): "The upload has no file or folder “\(path)”."
        case .fileExists(let path): "The upload has “\(path)” already, and overwrite_if_exists is false."
        case .noDataset: "The dataset with the given id does not exist."
        case .foreignDataset: "The dataset was not created by you."
        case .fixedDataset: "The dataset has a DOI and can neither be changed nor deleted."
        case .datasetNameTaken(let name): "You have a dataset with the name “\(name)” already."
        case .noUser(let text): "There is no user “\(text)”."
        case .noGroup(let text): "There is no group “\(text)”."
        case .contended: "Others are changing the same things; try again."
        case .invalid(let faults):
            faults.map { ($0.place.isEmpty ? "" : $0.place.joined(separator: ".") + ": ") + $0.message }
                .joined(separator: "\n")
        case .tooLarge(let limit): "The upload has more bytes than limits.upload_bytes (\(limit))."
        case .noSpace: "There is no space left for the upload on the server."
        }
    }
}

extension UploadRight {
    /// What it lets do, after “the right to”.
    fileprivate var text: String {
        switch self {
        case .readEntryDocuments, .read: "read this upload"
        case .editMetadata: "edit this upload"
        case .changeFiles: "change the files of this upload"
        case .editMembers: "say who the coauthors and reviewers of this upload are"
        case .setLicense: "set the licence of this upload"
        case .setEmbargo: "set the embargo of this upload"
        case .publish: "publish this upload"
        case .liftEmbargo: "lift the embargo of this upload"
        case .delete: "delete this upload"
        case .administer: "do this; it is for administrators"
        }
    }
}
