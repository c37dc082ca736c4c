import OptimadeAPI
package import RutileJSON
import RutileOptimade

/// Why a request was refused, or could not be answered.
package struct GatewayRefusal: Error, Sendable {
    /// One error object.
    package struct Problem: Sendable {
        package let status: Int
        /// For machines. Stable.
        package let code: String
        /// A few words.
        package let title: String
        /// For people: what is wrong and how to mend it.
        package let detail: String
        /// The query parameter that is to blame.
        package var parameter: String?
        /// Where in the body the trouble is, `/body/name`.
        package var pointer: String?
        /// Members of the error's `meta`.
        package var meta = ObjectValue()

        /// An error of `code`.
        init(_ code: Code, status: Int? = nil, pointer: String? = nil, parameter: String? = nil, _ detail: String) {
            self.status = status ?? code.status
            self.code = code.rawValue
            self.title = code.title
            self.detail = detail
            self.pointer = pointer
            self.parameter = parameter
        }

        /// An error of the OPTIMADE language.
        init(_ problem: OptimadeProblem) {
            status = problem.kind.status
            code = problem.code.rawValue
            title = problem.kind.title
            detail = problem.detail
            parameter = problem.parameter
        }

        /// The same of a parameter that is a member of the object at `pointer` of a body.
        func inBody(_ pointer: String) -> Problem {
            var problem = self
            if let parameter {
                problem.pointer = "/body\(pointer)/\(parameter)"
                problem.parameter = nil
            }
            return problem
        }

        /// The same of the query parameter `name`.
        func of(parameter name: String) -> Problem {
            var problem = self
            (problem.parameter, problem.pointer) = (name, nil)
            return problem
        }
    }

    /// What is wrong, for machines. Stable.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The body is not what the endpoint wants.
        case body = "gateway.body"
        /// A database that does not exist was named.
        case database = "gateway.database"
        /// The address of a database is not asked from here.
        case address = "gateway.address"
        /// The id belongs to another resource.
        case exists = "gateway.exists"
        /// There is no such resource.
        case unknown = "gateway.unknown"
        /// The body names another gateway than the address.
        case elsewhere = "gateway.elsewhere"
        /// The caller has to log in to do this.
        case login = "gateway.login"
        /// The caller may not do this.
        case registration = "gateway.registration"
        /// The client has too many queries that run.
        case busy = "gateway.busy"
        /// The gateway would ask itself.
        case loop = "gateway.loop"
        /// Databases did not answer as they should.
        case failed = "gateway.failed"
        /// Databases did not answer in time.
        case timeout = "gateway.timeout"

        package var status: Int {
            switch self {
            case .body, .database: 400
            case .login: 401
            case .address, .elsewhere, .registration: 403
            case .unknown: 404
            case .exists: 409
            case .busy: 429
            case .failed: 502
            case .timeout: 504
            case .loop: 508
            }
        }

        var title: String {
            switch self {
            case .body, .database: "Bad Request"
            case .login: "Unauthorized"
            case .address, .elsewhere, .registration: "Forbidden"
            case .unknown: "Not Found"
            case .exists: "Conflict"
            case .busy: "Too Many Requests"
            // Their status may be that of the database's answer.
            case .failed: "Database Failed"
            case .timeout: "Database Timeout"
            case .loop: "Loop Detected"
            }
        }
    }

    /// At least one.
    package let problems: [Problem]
    /// The status of HTTP.
    package let status: Int
    /// The providers of the answer that there is none of; empty where none were asked.
    package var more = ObjectValue()
    /// The methods that the endpoint takes, where it was asked with another one.
    package var allow: String?

    /// One error.
    init(_ code: Code, pointer: String? = nil, parameter: String? = nil, _ detail: String) {
        self.init([Problem(code, pointer: pointer, parameter: parameter, detail)])
    }

    /// Several errors; the first decides the status unless it is given.
    init(_ problems: [Problem], status: Int? = nil) {
        self.problems = problems
        self.status = status ?? problems[0].status
    }

    /// An error of the OPTIMADE language.
    init(_ problem: OptimadeProblem) { self.init([Problem(problem)]) }
}
