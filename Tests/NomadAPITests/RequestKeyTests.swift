import NomadAPI
import Testing

@Suite struct RequestKeyTests {
    @Test(arguments: [
        ("parts[1]", "parts", IndexRange(1)), ("parts[-1]", "parts", IndexRange(-1)),
        ("parts[1:2]", "parts", IndexRange(first: 1, last: 2)), ("parts[1:]", "parts", IndexRange(first: 1, last: nil)),
        ("parts[:2]", "parts", IndexRange(first: nil, last: 2)),
        ("parts[:]", "parts", IndexRange(first: nil, last: nil)),
        ("a_1[-3:-1]", "a_1", IndexRange(first: -3, last: -1)),
        ("parts[999999999999999999999]", "parts", IndexRange(Int.max)),
    ])
    func readsAnIndex(_ row: (text: String, name: String, index: IndexRange)) {
        let key = RequestKey(row.text)
        #expect(key.name == row.name)
        #expect(key.index == row.index)
        #expect(key.text == row.text)
    }

    @Test(arguments: ["parts[a]", "parts[]", "[1]", "parts[1:2:3]", "parts[ 1]", "parts[1", "a-b[1]", "parts[+1]"])
    func takesAnyOtherTextAsAName(_ text: String) {
        #expect(RequestKey(text).name == text)
        #expect(RequestKey(text).index == nil)
    }

    @Test(arguments: [
        (IndexRange(9), 4, 3..<4), (IndexRange(-9), 4, 0..<1), (IndexRange(-1), 4, 3..<4),
        (IndexRange(first: 8, last: 9), 4, 3..<4), (IndexRange(first: 2, last: 1), 4, 0..<0),
        (IndexRange(first: nil, last: 0), 4, 0..<1), (IndexRange(first: 1, last: nil), 4, 1..<4),
        (IndexRange(0), 0, 0..<0), (IndexRange(1_000_000_000_000), 3, 2..<3), (IndexRange(Int.min), 3, 0..<1),
    ])
    func clampsPositionsAndIncludesBothEnds(_ row: (index: IndexRange, count: Int, positions: Range<Int>)) {
        #expect(row.index.positions(count: row.count) == row.positions)
    }
}
