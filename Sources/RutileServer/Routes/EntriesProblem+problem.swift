package import HTTPTypes
package import NomadAPI
package import RutileEntries
package import RutileJSON

extension EntriesProblem: Problem {
    package var code: String {
        switch status {
        case 400: "entries.refused"
        case 401: "entries.login_required"
        case 403: "entries.forbidden"
        default: "entries.invalid"
        }
    }

    package var headers: HTTPFields { status == 401 ? [.wwwAuthenticate: "Bearer"] : [:] }

    package var detail: String { text }
    package var document: Value { .members(["detail": reasons, "code": .string(code)]) }
}

extension EntryAbsence: Problem {
    package var status: Int { 404 }
    package var code: String { "request.not_found" }

    package var detail: String {
        switch self {
        case .unknownEntry: "The entry with the given id does not exist or is not visible to you."
        case .unreadableEntry: "The entry does not exist or is not visible to you."
        case .noArchive: "The entry does exist, but it has no archive."
        case .noFile: "The entry does exist, but the requested file does not."
        }
    }
}
