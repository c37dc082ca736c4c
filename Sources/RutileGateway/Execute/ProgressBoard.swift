import RutileJSON
import Synchronization

/// How far merged lists have come that clients wait for, and look at meanwhile. Each has a name that its client chose, and
/// is forgotten with its answer.
final class ProgressBoard: Sendable {
    private let lists = Mutex<[UTF8Key: [DatabaseStatus?]]>([:])

    /// Nobody waits.
    init() {}

    /// What `work` gives; until then what it reports of `count` databases, by their positions, can be looked at under
    /// `name`. Of two at once under one name the later is shown.
    ///
    /// - Throws: what `work` throws.
    func show<Result>(
        _ name: String?, _ count: Int,
        _ work: (_ report: @escaping @Sendable (Int, DatabaseStatus) -> Void) async throws -> Result
    ) async throws -> Result {
        guard let name = name.map(UTF8Key.init) else { return try await work { _, _ in } }
        lists.withLock { $0[name] = Array(repeating: nil, count: count) }
        defer { lists.withLock { lists in _ = lists.removeValue(forKey: name) } }
        return try await work { [self] position, status in
            lists.withLock { lists in
                guard lists[name]?.indices.contains(position) == true else { return }
                lists[name]?[position] = status
            }
        }
    }

    /// What became of each database of the list `name` so far, absent for those that have not answered; `nil` where nobody
    /// waits for such a list.
    func progress(of name: String) -> [DatabaseStatus?]? { lists.withLock { $0[UTF8Key(name)] } }
}
