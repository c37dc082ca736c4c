import RutileModel
import RutileQuery
import RutileStore

extension EntryIndexContract {
    private static let sortable: KeyValuePairs<String, String> = [
        "b": #""sites": 2, "gap": 1.5, "formula": "x""#, "a": #""sites": 2, "gap": 2, "formula": "Y""#,
        "Z": #""sites": 10, "stable": true"#, "é": #""gap": 2.0, "stable": false"#, "e\u{301}": #""sites": -1"#,
        "c": #""sites": 2, "gap": null, "formula": """#,
    ]
    private static let all = ["Z", "a", "b", "c", "e\u{301}", "é"]

    /// Orders, pages and places in a list.
    static let paging: [Check] = [
        Check("the order is by the bytes of the id, unless asked otherwise") { make in
            try await expect(try await index(make, sortable), finds: all)
        },
        Check("entries without a value come last in both directions, ties by id") { make in
            let index = try await index(make, sortable)
            func expectOrder(_ keys: [SortKey], _ entries: [String], line: UInt = #line) async throws {
                try await expect(index, sort: Sort(keys), finds: entries, line: line)
            }
            try await expectOrder([SortKey("sites")], ["e\u{301}", "a", "b", "c", "Z", "é"])
            try await expectOrder([SortKey("sites", isDescending: true)], ["Z", "a", "b", "c", "e\u{301}", "é"])
            try await expectOrder([SortKey("gap")], ["b", "a", "é", "Z", "c", "e\u{301}"])
            try await expectOrder([SortKey("gap", isDescending: true)], ["a", "é", "b", "Z", "c", "e\u{301}"])
            try await expectOrder([SortKey("formula")], ["c", "a", "b", "Z", "e\u{301}", "é"])
            try await expectOrder([SortKey("stable")], ["é", "Z", "a", "b", "c", "e\u{301}"])
            try await expectOrder([SortKey("id", isDescending: true)], all.reversed())
            try await expectOrder(
                [SortKey("sites"), SortKey("gap", isDescending: true)], ["e\u{301}", "a", "b", "c", "Z", "é"])
            try await expectOrder(
                [SortKey("gap", isDescending: true), SortKey("sites", isDescending: true)],
                ["a", "é", "b", "Z", "c", "e\u{301}"])
            try await expectOrder([SortKey("elements"), SortKey("nothing")], all)
        },
        Check("pages follow each other through cursors, whatever their size") { make in
            let index = try await index(make, sortable)
            for keys in [
                [], [SortKey("sites")], [SortKey("gap", isDescending: true)], [SortKey("stable"), SortKey("sites")],
                [SortKey("id", isDescending: true)],
            ] {
                let whole = try await index.entries(EntrySearch(sort: Sort(keys), limit: 100))
                for limit in 1...7 {
                    var collected: [EntryID] = []
                    var search = EntrySearch(sort: Sort(keys), limit: limit)
                    while true {
                        let page = try await index.entries(search)
                        try RutileTestSupport.expect(page.total, is: all.count, "total of \(keys)")
                        collected += page.entries
                        try RutileTestSupport.expect(page.hasMore, is: collected.count < all.count, "more of \(keys)")
                        guard page.hasMore else { break }
                        search.after = try required(page.end)
                    }
                    try RutileTestSupport.expect(collected, is: whole.entries, "\(keys) by \(limit)")
                }
            }
        },
        Check("pages miss no entry where several have one id") { make in
            let index = try make(catalogue)
            let documents = (0..<9).map { number in
                let json = "{\"id\": \"\(["b", "a", "b"][number % 3])\", \"sites\": \(number / 8)}"
                return IndexChange.Document(
                    entry: EntryID("e\(number)"), upload: UploadID("u"), json: Array(json.utf8))
            }
            for document in documents { try await index.apply(IndexChange(documents: [document])) }
            for keys in [[], [SortKey("sites")], [SortKey("gap")], [SortKey("sites", isDescending: true)]] {
                let whole = try await index.entries(EntrySearch(sort: Sort(keys), limit: 100)).entries
                try RutileTestSupport.expect(Set(whole).count, is: 9)
                for limit in 1...5 {
                    var collected: [EntryID] = []
                    var search = EntrySearch(sort: Sort(keys), limit: limit)
                    repeat {
                        let page = try await index.entries(search)
                        collected += page.entries
                        search.after = page.hasMore ? page.end : nil
                    } while search.after != nil
                    try RutileTestSupport.expect(collected, is: whole, "\(keys) by \(limit)")
                }
            }
        },
        Check("a cursor works when its entry is gone") { make in
            let index = try await index(make, sortable)
            for keys in [[], [SortKey("sites")], [SortKey("gap"), SortKey("sites")]] {
                var search = EntrySearch(sort: Sort(keys), limit: 100)
                let whole = try await index.entries(search).entries
                search.limit = 3
                let first = try await index.entries(search)
                search.after = try required(first.end)
                search.limit = 100
                try await index.apply(IndexChange(removed: [try required(first.entries.last)]))
                let rest = try await index.entries(search)
                try RutileTestSupport.expect(rest.entries, is: Array(whole[3...]), "\(keys)")
                try await index.apply(IndexChange(documents: sortable.map { document($0.key, $0.value) }))
            }
        },
        Check("a cursor may name values that no entry has") { make in
            let index = try await index(make, sortable)
            func expect(
                _ key: SortKey, _ value: Literal?, _ id: String, finds entries: [String], line: UInt = #line
            ) async throws {
                let page = try await index.entries(
                    EntrySearch(sort: Sort([key]), after: Cursor(values: [value], id: id), limit: 10))
                try RutileTestSupport.expect(page.entries.map(\.text), is: entries, line: line)
            }
            try await expect(SortKey("sites"), .integer(3), "a", finds: ["Z", "é"])
            try await expect(SortKey("sites"), .real(2), "a", finds: ["b", "c", "Z", "é"])
            try await expect(SortKey("sites"), .real(1.5), "zzz", finds: ["a", "b", "c", "Z", "é"])
            try await expect(
                SortKey("sites", isDescending: true), .integer(3), "a", finds: ["a", "b", "c", "e\u{301}", "é"])
            try await expect(SortKey("sites"), nil, "z", finds: ["é"])
            try await expect(SortKey("formula"), .string("X"), "", finds: ["a", "b", "Z", "e\u{301}", "é"])
            let page = try await index.entries(EntrySearch(after: Cursor(values: [], id: "b2"), limit: 10))
            try RutileTestSupport.expect(page.entries.map(\.text), is: ["c", "e\u{301}", "é"])
        },
        Check("some are left out, and 0 only counts") { make in
            let index = try await index(make, sortable)
            var search = EntrySearch(.isKnown("sites"), sort: Sort([SortKey("sites")]), skip: 2, limit: 2)
            var page = try await index.entries(search)
            try RutileTestSupport.expect(page.entries.map(\.text), is: ["b", "c"])
            try RutileTestSupport.expect(page.hasMore, is: true)
            search.after = page.end
            search.skip = 0
            try RutileTestSupport.expect(try await index.entries(search).entries.map(\.text), is: ["Z"])
            search.limit = 0
            page = try await index.entries(search)
            try RutileTestSupport.expect(page, is: EntryPage(entries: [], total: 5, hasMore: true, end: nil))
            search.skip = 1
            page = try await index.entries(search)
            try RutileTestSupport.expect(page, is: EntryPage(entries: [], total: 5, hasMore: false, end: nil))
            search = EntrySearch(skip: .max, limit: .max)
            page = try await index.entries(search)
            try RutileTestSupport.expect(page, is: EntryPage(entries: [], total: 6, hasMore: false, end: nil))
        },
    ]
}
