import OptimadeAPI
import RutileJSON
import RutileModel
import RutileQuery
import Testing

struct PageCursorTests {
    @Test(arguments: [
        PageCursor(Cursor(values: [], id: "a"), sort: [], position: 0),
        PageCursor(Cursor(values: [nil], id: ""), sort: [SortTerm("x")], position: 20),
        PageCursor(
            Cursor(
                values: [.string("é\"\u{0}"), .integer(.min), .real(0.1), .boolean(true)], id: "exmpl/1"),
            sort: [SortTerm("a"), SortTerm("b", isDescending: true), SortTerm("c"), SortTerm("d")], position: 1 << 40),
        PageCursor(
            Cursor(values: [.timestamp(Timestamp(microseconds: -1))], id: "漢"), sort: [SortTerm("t")], position: 1),
        PageCursor(Cursor(values: [], id: "a", entry: "e-1"), sort: [], position: 3),
        PageCursor(Cursor(values: [], id: "a"), sort: [], position: nil),
    ])
    func textsReadBackAsTheyWere(cursor: PageCursor) {
        let text = cursor.text
        #expect(text.utf8.allSatisfy { PercentCoding.encoded(String(UnicodeScalar($0))).utf8.count == 1 })
        #expect(PageCursor(text) == cursor)
    }

    @Test(arguments: [
        "", "x", "%%%", "null", #"["",0,["a"]]"#, #"["",0,["a",1]]"#, #"["",0,["a","b","c"]]"#, #"["",0]"#,
        #"["",-1,"a"]"#, #"["","0","a"]"#, #"["",9223372036854775807,"a"]"#, #"[1,0,"a"]"#,
        #"["",0,1]"#, #"["a",0,"x",["z",1]]"#, #"["a",0,"x",["i","1"]]"#,
        #"["a",0,"x",["i"]]"#, #"["a",0,"x",5]"#, #"["a",0,"x",["r",true]]"#,
    ])
    func othersAreRefused(json: String) {
        #expect(PageCursor(json) == nil)
        #expect(PageCursor(base64URL(Array(json.utf8))) == nil)
    }

    @Test func textsThatNoEncoderWritesAreRefused() {
        let text = PageCursor(Cursor(values: [], id: "ab"), sort: [], position: 0).text
        #expect(PageCursor(text) != nil)
        for damaged in [text + "=", text + "A", String(text.dropLast()), "+" + text, text + "\n"] {
            #expect(PageCursor(damaged) == nil, "\(damaged)")
        }
    }

    /// RFC 4648 §5 without padding, written down a second time.
    private func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[(0..<6).reduce(0) { $0 * 2 + (start + $1 < bits.count ? Int(bits[start + $1]) : 0) }]
            })
    }
}
