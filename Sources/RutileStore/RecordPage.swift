package import RutileJSON
package import RutileModel

/// Which part of an ordered list is wanted.
package struct ListWindow: Hashable, Sendable {
    /// Where it begins.
    package enum Start: Hashable, Sendable {
        /// So many records from the beginning.
        case offset(Int)
        /// Behind the record with this id.
        case after(String)
    }

    package let start: Start
    /// Records at most; with 0 only the total is asked for.
    package let size: Int

    /// `size` records from `start`.
    package init(_ start: Start, size: Int) {
        self.start = start
        self.size = size
    }
}

/// A part of an ordered list.
package struct RecordPage<Record: Sendable>: Sendable {
    /// In order.
    package var records: [Record]
    /// Number of records of the whole list.
    package var total: Int
    /// Whether the list goes on behind ``records``.
    package var hasMore: Bool

    /// A part of a list of `total` records.
    package init(_ records: [Record], total: Int, hasMore: Bool) {
        self.records = records
        self.total = total
        self.hasMore = hasMore
    }

    /// What `window` shows of `list`, which is all of it in order.
    ///
    /// `nil` when it begins behind an id that is not in the list, unless `byID` says that the list is in the order of
    /// ids: there every id has a place.
    package init?(
        of list: [Record], _ window: ListWindow, byID: Direction? = nil, id: (Record) -> String
    ) {
        let first: Int
        switch window.start {
        case .offset(let offset): first = min(max(0, offset), list.count)
        case .after(let last):
            let wanted = UTF8Key(last)
            if let position = list.firstIndex(where: { UTF8Key(id($0)) == wanted }) {
                first = position + 1
            } else if let byID {
                first =
                    list.firstIndex { byID == .ascending ? wanted < UTF8Key(id($0)) : UTF8Key(id($0)) < wanted }
                    ?? list.count
            } else {
                return nil
            }
        }
        let end = min(list.count, first + min(max(0, window.size), list.count - first))
        self.init(Array(list[first..<end]), total: list.count, hasMore: end < list.count)
    }
}

/// Upwards or downwards.
package enum Direction: Hashable, Sendable { case ascending, descending }

/// What a list is ordered by: absent before present; texts by their UTF-8 bytes.
package enum ListKey: Comparable, Sendable {
    case absent
    case number(Int64)
    case text(UTF8Key)

    /// The key of a text, if there is one.
    package init(_ text: String?) { self = text.map { .text(UTF8Key($0)) } ?? .absent }
    /// The key of an instant, if there is one.
    package init(_ time: Timestamp?) { self = time.map { .number($0.microseconds) } ?? .absent }
}

extension Sequence {
    /// In the order of `key`; what is equal by that in the ascending order of `ties`.
    package func ordered(
        by key: (Element) -> ListKey, _ direction: Direction, ties: (Element) -> [ListKey]
    ) -> [Element] {
        let keyed = map { (element: $0, key: key($0), ties: ties($0)) }
        let sorted = keyed.sorted { left, right in
            guard left.key == right.key else {
                return direction == .ascending ? left.key < right.key : right.key < left.key
            }
            return left.ties.lexicographicallyPrecedes(right.ties)
        }
        return sorted.map(\.element)
    }
}
