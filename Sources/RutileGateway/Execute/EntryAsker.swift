import OptimadeAPI
import RutileClient
import RutileJSON

/// Asks one database for one entry, without the fields that it does not have.
struct EntryAsker: Sendable {
    let client: OptimadeClient
    let type: EntryTypeDefinition
    /// The base URL of the database.
    let base: WebAddress
    /// The parameters of the request.
    let items: [QueryString.Item]
    /// The fields that these name; absent for the usual ones.
    let fields: [String]?
    let deadline: Duration

    /// An entry and what came with it.
    typealias Found = (entry: ForeignEntry, included: [JSONView], warnings: [String])

    /// The entry `id`, `nil` where there is none, and what the client has to know of fields that the database lacks.
    ///
    /// - Throws: `DatabaseFailure`, `CancellationError`.
    func entry(_ id: String) async throws -> (found: Found?, notes: [String]) {
        // Those of providers only their databases have; of the standard's many have more than they list.
        let lacking = try await unlisted { $0.utf8.first == UInt8(ascii: "_") }
        do {
            let found = try await entry(id, without: lacking)
            guard found != nil, !lacking.isEmpty else { return (found, []) }
            let names = lacking.joined(separator: ", ")
            return (found, ["\(base) does not have \(names): no entry of it has a value there."])
        } catch let failure as DatabaseFailure where DatabaseAsker.isRefusal(failure) {
            let omitted = try await unlisted { field in
                !ResponseFields.topLevelNames.contains { $0.hasSameUTF8(as: field) }
            }
            guard omitted.count > lacking.count else { throw failure }
            let found = try await entry(id, without: omitted)
            let names = omitted.joined(separator: ", ")
            return (found, ["\(base) does not list \(names), and answers only without: they are null here."])
        }
    }

    /// The fields of those that `isDoubtful` that the database does not list.
    private func unlisted(where isDoubtful: (String) -> Bool) async throws -> [String] {
        let doubtful = (fields ?? []).filter(isDoubtful)
        guard !doubtful.isEmpty,
            let listed = try await client.properties(of: type.name, at: base, deadline: deadline)
        else { return [] }
        return doubtful.filter { !listed.names.contains(UTF8Key($0)) }
    }

    private func entry(_ id: String, without omitted: [String]) async throws -> Found? {
        var pieces = items.map(\.raw)
        if !omitted.isEmpty {
            let kept = (fields ?? []).filter { field in !omitted.contains { $0.hasSameUTF8(as: field) } }
            pieces = items.filter { !$0.name.hasSameUTF8(as: Parameter.responseFields.rawValue) }.map(\.raw)
            // Without any name the usual ones would come.
            let names = kept.isEmpty ? "id" : kept.map(PercentCoding.encoded).joined(separator: ",")
            pieces.append("\(Parameter.responseFields.rawValue)=\(names)")
        }
        return try await client.entry(
            id, of: type.name, query: pieces.joined(separator: "&"), at: base, deadline: deadline)
    }
}
