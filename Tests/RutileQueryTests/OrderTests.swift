import RutileQuery
import Testing

struct OrderTests {
    @Test(arguments: [
        (Literal.boolean(false), Literal.boolean(true)), (.integer(1), .real(1.5)),
        (.integer(9_007_199_254_740_992), .integer(9_007_199_254_740_993)),
        (.real(9_007_199_254_740_992), .integer(9_007_199_254_740_993)), (.string("Z"), .string("a")),
    ])
    func valuesStandInOneOrder(_ smaller: Literal, _ larger: Literal) {
        #expect(smaller.precedes(larger))
        #expect(!larger.precedes(smaller))
        #expect(!smaller.precedes(smaller))
    }

    @Test func placesStandByTheirValuesAndThenById() {
        func place(_ value: Literal?, _ id: String) -> Cursor { Cursor(values: [value], id: id) }
        for isDescending in [false, true] {
            let sort = Sort([SortKey("x", isDescending: isDescending)])
            let values: [Literal] = [.boolean(false), .boolean(true)]
            let ordered =
                (isDescending ? values.reversed() : values).flatMap { [place($0, "a"), place($0, "b")] }
                + [place(nil, "a"), place(nil, "b")]
            for (position, left) in ordered.enumerated() {
                for (other, right) in ordered.enumerated() {
                    #expect(
                        sort.order(left, right) == (position < other ? .before : position == other ? .same : .behind))
                }
            }
            #expect(sort.order(Cursor(values: [], id: "b"), place(nil, "a")) == .behind)
        }
    }
}
