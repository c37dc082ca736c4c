package import HTTPTypes
package import NomadAPI
package import RutileJSON

/// An error that a client may see.
///
/// Errors of the languages conform here, not where they are made: nothing below the edge knows what HTTP is.
package protocol Problem: Error {
    /// The HTTP status.
    var status: Int { get }
    /// Stable, machine-readable; documented in `docs/errors.md`.
    var code: String { get }
    /// For people. Names the client's own input, never a path, query or host of ours.
    var detail: String { get }
    /// Where in the request the trouble is: a JSON pointer, or `byte 12`; absent where the whole request is meant.
    var location: String? { get }
    /// Header fields that the answer carries besides the usual ones.
    var headers: HTTPFields { get }
    /// The whole answer.
    var document: Value { get }
}

extension Problem {
    package var location: String? { nil }
    package var headers: HTTPFields { [:] }
    package var document: Value { standardDocument }

    /// The usual form: `{"detail", "code", "location"}`, the last only where it is known.
    package var standardDocument: Value {
        var members = ObjectValue([("detail", Value.string(detail)), ("code", .string(code))])
        if let location { members["location"] = .string(location) }
        return .object(members)
    }
}

extension GraphProblem: Problem {}

extension JSONError: Problem {
    package var status: Int { 422 }
    package var code: String { "json.invalid" }
    package var detail: String { "The body is not the JSON that is wanted: \(self)" }
    package var location: String? { "byte \(offset)" }
    /// As NOMAD has it: a list, as for every body that is not what is wanted.
    package var document: Value {
        let item: KeyValuePairs<String, Value> = [
            "type": .string("json_invalid"), "loc": .list([.string("body"), .integer(Int64(offset))]),
            "msg": .string(detail), "input": .null,
        ]
        return .members([
            "detail": .list([.members(item)]), "code": .string(code), "location": .string("byte \(offset)"),
        ])
    }
}
