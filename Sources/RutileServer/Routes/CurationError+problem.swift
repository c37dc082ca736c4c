package import HTTPTypes
package import RutileCuration
package import RutileJSON

extension CurationError: Problem {
    package var status: Int {
        switch self {
        case .tooLarge: 413
        case .noSpace: 507
        case .contended, .fileExists: 409
        default: problem.status
        }
    }

    package var code: String {
        switch self {
        case .tooLarge: "limits.upload_bytes"
        case .noSpace: "uploads.no_space"
        case .contended: "records.contended"
        case .fileExists: "uploads.file_exists"
        default: problem.code
        }
    }

    package var detail: String { description }
    package var headers: HTTPFields { problem.headers }

    package var document: Value {
        if case .invalid = self { return problem.document }
        return standardDocument
    }

    /// The same, said of a request.
    private var problem: RequestProblem {
        switch self {
        case .loginRequired: .unauthorized(description)
        case .noUpload, .noFile, .noDataset: .notFound(description)
        case .hiddenUpload, .forbidden, .published, .foreignDataset: .forbidden(description)
        case .processing, .alreadyPublished, .notPublished, .notEmbargoed, .failedProcessing, .nothingToPublish,
            .tooManyUploads, .fileExists,
            .fixedDataset, .datasetNameTaken, .noUser, .noGroup, .contended, .tooLarge, .noSpace:
            .refused(description)
        case .invalid(let faults): .invalid(faults.map { Self.fault($0, in: "body") })
        }
    }

    private static func fault(_ fault: Fault, in part: String) -> RequestProblem.Fault {
        RequestProblem.Fault(at: ([part] + fault.place).map { .key($0) }, fault.message, input: fault.input)
    }

    /// Runs `body`, whose faults are those of the query.
    static func ofQuery<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch CurationError.invalid(let faults) {
            throw RequestProblem.invalid(faults.map { fault($0, in: "query") })
        }
    }
}
