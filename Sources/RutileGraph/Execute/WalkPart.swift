import NomadAPI
import RutileMetainfo
import RutileModel
import RutileStore

/// What one of several walks wrote that read different documents of one request.
///
/// SAFETY: nobody else knows of any object in it.
struct WalkPart: @unchecked Sendable {
    /// The documents that it read; absent where something was missing.
    let documents: AnswerContainer?
    /// Nodes that it visited.
    let visitCount: Int

    /// What the walk met can only be read by one that reads all documents: definitions, whose ids may depend on which of
    /// them is asked for first, and what is written at the top of the answer.
    struct Entangled: Error {}
}

extension GraphService {
    /// Documents that are worth another thread.
    private static let leastDocuments = 32

    /// The answer to a `plan` of nothing but many entries by id, read by several walks on threads that have nothing to do;
    /// `nil` where there are none, where something is missing, and where one walk has to read it all.
    ///
    /// - Throws: as a walk does.
    func answerInParts(
        _ plan: ReadPlan, as caller: Caller, from loaded: Loaded, _ attempt: Attempt
    ) async throws -> AnswerContainer? {
        guard plan.parts.count == 1, let only = plan.parts.first, case .documents(let named, nil) = only.read,
            named.count >= 2 * Self.leastDocuments, named.allSatisfy({ $0.document.kind == .entry })
        else { return nil }
        let parts: [WalkPart]
        do {
            parts = try await longWork.sideBySide(named, least: Self.leastDocuments) { part in
                guard part.count < named.count else { return WalkPart(documents: nil, visitCount: 0) }
                let walk = GraphWalk(
                    loaded: loaded, definitions: scope(), caller: caller, policy: policy,
                    userEmail: userEmail, attempt: attempt, isPart: true)
                defer { walk.forget() }
                let read = ReadPlan.Read.documents(Array(part), response: nil)
                let answer = try walk.run(ReadPlan(parts: [ReadPlan.Part(key: only.key, read: read)]))
                guard walk.needs.isEmpty, answer.members.count == 1,
                    case .container(let documents)? = answer.members.first?.node
                else { return WalkPart(documents: nil, visitCount: 0) }
                return WalkPart(documents: documents, visitCount: walk.visitCount)
            }
        } catch is WalkPart.Entangled {
            return nil
        }
        let documents = AnswerContainer(.object)
        guard parts.reduce(0, { $0 + $1.visitCount }) <= attempt.nodes else { return nil }
        for part in parts {
            guard let read = part.documents else { return nil }
            for member in read.members { documents.set(.key(member.key), to: member.node) }
        }
        let answer = AnswerContainer(.object)
        answer.set(.key(only.key.text), to: .container(documents))
        return answer
    }
}
