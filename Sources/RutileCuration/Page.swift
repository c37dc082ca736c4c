/// Which part of a list is wanted.
package struct Page: Hashable, Sendable {
    /// Where a page begins.
    package enum Start: Hashable, Sendable {
        /// At the first item.
        case first
        /// Pages count from 1.
        case page(Int)
        /// Items that are passed over.
        case offset(Int)
        /// After the item at this index, which counts from 0.
        case after(Int)
    }

    /// Items of a page; 0 counts only.
    package var size: Int
    package var start: Start

    /// The first page.
    package init(size: Int = 10, start: Start = .first) {
        self.size = size
        self.start = start
    }

    /// The index of the first item, which need not be there.
    package var first: Int {
        switch start {
        case .first: 0
        case .page(let number): Self.capped((number - 1).multipliedReportingOverflow(by: size))
        case .offset(let count): count
        case .after(let index): Self.capped(index.addingReportingOverflow(1))
        }
    }

    /// The range of indices that is wanted of `total` items; empty beyond their end.
    package func range(of total: Int) -> Range<Int> {
        let lower = min(first, total)
        return lower..<min(Self.capped(lower.addingReportingOverflow(size)), total)
    }

    private static func capped(_ result: (partialValue: Int, overflow: Bool)) -> Int {
        result.overflow ? .max : result.partialValue
    }
}
