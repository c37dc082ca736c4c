import Glibc

/// Works on parts of `items` side by side, on as many cores as there are, no part with fewer than `least` items: for work
/// that takes longer than the switch to another thread, some 50 µs. The results come in the order of the parts.
///
/// - Throws: what `work` throws, and `CancellationError` where that looks for it.
package func sideBySide<Item: Sendable, Result: Sendable>(
    _ items: [Item], least: Int, _ work: @escaping @Sendable (ArraySlice<Item>) throws -> Result
) async throws -> [Result] {
    let count = max(1, min(coreCount, items.count / max(1, least)))
    func part(_ number: Int) -> ArraySlice<Item> {
        items[items.count * number / count..<items.count * (number + 1) / count]
    }
    if count == 1 { return [try work(part(0))] }
    return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        for number in 1..<count {
            let part = part(number)
            group.addTask { (number, try work(part)) }
        }
        var results = [0: try work(part(0))]
        for try await (number, result) in group { results[number] = result }
        return (0..<count).compactMap { results[$0] }
    }
}

private let coreCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
