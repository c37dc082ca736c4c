import NomadAPI
import RutileArchive
import RutileMetainfo
import RutileModel
import RutileStore

/// One of several walks that read long lists of documents side by side, each another part of every list.
///
/// Apart from these documents all of them write the same, so that their answers, merged in order, are what one walk would
/// have written; unless one ``GraphWalk/isEntangled``.
struct WalkShare {
    /// The part of a list, as numbers below ``whole``.
    let part: Range<Int>
    let whole: Int
    /// Shorter lists are read by each of the walks.
    static let leastItems = 32

    /// What this walk reads of `items`.
    func of<Item>(_ items: [Item]) -> ArraySlice<Item> {
        items[items.count * part.lowerBound / whole..<items.count * part.upperBound / whole]
    }
}

/// What one of several walks wrote.
///
/// SAFETY: nobody else knows of any object in it.
struct SharedAnswer: @unchecked Sendable {
    /// Its answer; absent where that does not add up with others.
    let answer: AnswerContainer?
    /// Nodes that it visited.
    let visitCount: Int
}

extension GraphService {
    /// The answer to `plan`, read by several walks on threads that have nothing to do; `nil` where there are none, where
    /// something is missing, and where what they wrote does not add up. Then one walk has to do it.
    ///
    /// - Throws: as a walk does.
    func answerSideBySide(
        _ plan: ReadPlan, as caller: Caller, from loaded: Loaded, _ attempt: Attempt
    ) async throws -> AnswerContainer? {
        let count = plan.longestList
        guard count >= 2 * WalkShare.leastItems else { return nil }
        let shares = try await longWork.sideBySide(Array(0..<count), least: WalkShare.leastItems) { part in
            guard part.count < count else { return SharedAnswer(answer: nil, visitCount: 0) }
            let walk = GraphWalk(
                loaded: loaded, definitions: DefinitionScope(catalogue: definitions), caller: caller, policy: policy,
                userEmail: userEmail, attempt: attempt,
                share: WalkShare(part: part.startIndex..<part.endIndex, whole: count))
            defer { walk.forget() }
            let answer = try walk.run(plan)
            let addsUp = walk.needs.isEmpty && !walk.isEntangled
            return SharedAnswer(answer: addsUp ? answer : nil, visitCount: walk.visitCount)
        }
        let answers = shares.compactMap(\.answer)
        guard let whole = answers.first, answers.count == shares.count,
            shares.reduce(0, { $0 + $1.visitCount }) <= attempt.nodes
        else { return nil }
        let visits = Visits(attempt)
        for answer in answers.dropFirst() {
            for member in answer.members { try whole.merge(.key(member.key), with: member.node, visits) }
        }
        return whole
    }
}

extension ReadPlan {
    /// How many documents the longest list may have that is not within another one; 0 where there is no long one.
    fileprivate var longestList: Int { parts.map(\.read.longestList).max() ?? 0 }
}

extension ReadPlan.Read {
    fileprivate var longestList: Int {
        switch self {
        case .documents(let named, _): named.longestList
        case .list(let plan):
            if case .documents = plan.items {
                max(plan.pagination.size, plan.named.longestList)
            } else {
                plan.named.longestList
            }
        case .linked(let document): document.longestList
        default: 0
        }
    }
}

extension ReadPlan.DocumentPlan {
    fileprivate var longestList: Int { parts.map(\.read.longestList).max() ?? 0 }
}

extension [ReadPlan.Named] {
    fileprivate var longestList: Int {
        count >= WalkShare.leastItems ? count : map(\.document.longestList).max() ?? 0
    }
}
