import RutileArchive
import RutileJSON
import RutileMetainfo

/// Why a part of an answer is missing; part of the answer itself.
struct NodeProblem: Hashable {
    /// The kinds that NOMAD's documents name.
    enum Kind: String {
        case noAccess = "NOACCESS"
        case notFound = "NOTFOUND"
        case archive = "ARCHIVEERROR"
        case general = "GENERAL"
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

/// The problems of one node (a document, an archive), each once, in the order in which they were met.
final class ProblemList {
    private var problems: [NodeProblem] = []
    private var known: Set<NodeProblem> = []

    func add(_ problem: NodeProblem) {
        if known.insert(problem).inserted { problems.append(problem) }
    }

    /// Writes `m_errors` at `slot`; nothing where there are none.
    func write(to slot: Slot) throws {
        guard !problems.isEmpty else { return }
        let items = problems.map { problem in
            Value.members(["error_type": .string(problem.kind.rawValue), "message": .string(problem.message)])
        }
        try slot.open(.object).set(.key("m_errors"), to: .value(.list(items)))
    }
}
