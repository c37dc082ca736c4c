import NomadAPI
import RutileJSON
import RutileMetainfo

/// The targets of the references that led to a place, from the last one back.
final class ReferenceChain {
    /// How many they are.
    let length: Int
    private let target: UTF8Key
    private let hash: Int
    private let before: ReferenceChain?

    private init(_ target: UTF8Key, after before: ReferenceChain?) {
        self.target = target
        self.before = before
        hash = target.hashValue
        length = (before?.length ?? 0) + 1
    }

    /// `chain`, with the target that `canonical` spells at its end; `nil` when it has been there.
    static func extending(_ chain: ReferenceChain?, by canonical: String) -> ReferenceChain? {
        let longer = ReferenceChain(UTF8Key(canonical), after: chain)
        var link = chain
        while let known = link {
            if known.hash == longer.hash, known.target == longer.target { return nil }
            link = known.before
        }
        return longer
    }
}

/// One way to read the target of a reference, as far as it decides what is written.
///
/// What a chain of references forbids is left out: see ``FollowedTargets``.
struct TargetReading: Hashable {
    /// The canonical spelling of the target.
    let target: UTF8Key
    /// The definition that the reference declares.
    let declared: SectionID?
    /// What is read of it: the keys that a config admits, or what a node of the request asks for.
    let wanted: Wanted
    /// Levels above it, as far as `depth` counts them.
    let level: Int
    /// References in front of it, as far as `resolve_depth` counts them.
    let references: Int

    /// What is read.
    enum Wanted: Hashable {
        case config(RequestConfig)
        case node(ObjectIdentifier)
    }
}

/// How often each target was read, each way.
///
/// Where references meet again and again (a graph, not a tree), reading a target once for every way that leads there
/// takes time without bound: 40 sections, each with two references to the next, are 2^40 ways. Once is not enough either:
/// of values that several chains write differently, because each stops at its own circle, the last one counts (NOMAD
/// 2.0.0, measured). So each is read a number of times, then it is as it is; visits bound what that costs.
struct FollowedTargets {
    /// Most times that a target is read in the same way.
    static let limit = 64
    private var counts: [TargetReading: Int] = [:]

    /// Whether the target is to be read this once more.
    mutating func mayRead(_ reading: TargetReading) -> Bool {
        let count = counts[reading, default: 0]
        guard count < Self.limit else { return false }
        counts[reading] = count + 1
        return true
    }
}
