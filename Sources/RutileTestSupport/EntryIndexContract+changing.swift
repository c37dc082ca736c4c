import RutileModel
import RutileQuery
import RutileStore

extension EntryIndexContract {
    /// What changes do.
    static let changing: [Check] = [
        Check("its size counts the entries that are there") { make in
            let index = try await index(make, ["a": #""sites": 1"#, "b": #""sites": 2"#, "c": ""])
            try RutileTestSupport.expect(index.size.entries, is: 3, "entries")
            try await index.apply(IndexChange(documents: [document("a")], removed: [EntryID("b")]))
            try RutileTestSupport.expect(index.size.entries, is: 2, "entries")
        },
        Check("a document replaces the one of its entry, as a whole") { make in
            let index = try await index(make, ["a": #""sites": 1, "elements": ["O"]"#, "b": #""sites": 2"#])
            try await index.apply(IndexChange(documents: [document("a", #""gap": 1"#)]))
            try await expect(index, .isKnown("sites"), finds: ["b"])
            try await expect(index, .isKnown("elements"), finds: [])
            try await expect(index, .isKnown("gap"), finds: ["a"])
            try await expect(index, finds: ["a", "b"])
        },
        Check("of several documents for one entry the last one stays, also when it is removed as well") { make in
            let index = try await index(make, ["a": #""sites": 1"#, "b": ""])
            try await index.apply(
                IndexChange(
                    documents: [document("a", #""sites": 2"#), document("a", #""sites": 3"#)],
                    removed: [EntryID("a"), EntryID("b"), EntryID("never there")]))
            try await expect(index, .compare("sites", .equal, .integer(3)), finds: ["a"])
            try await expect(index, finds: ["a"])
            try await index.apply(
                IndexChange(
                    documents: (0..<1_200).map {
                        document("e\($0 % 3)", #""sites": \#($0), "formula": "f\#($0)", "elements": ["x\#($0)"]"#)
                    }))
            try await expect(index, .compare("sites", .greater, .integer(400)), finds: ["e0", "e1", "e2"])
            try await expect(index, .compare("sites", .greater, .integer(1_197)), finds: ["e1", "e2"])
            try await expect(
                index, .test("formula", Test(.endsWith, .literal(.string("8")))), finds: ["e1"])
            try await expect(index, .has(.any, "elements", .string("x1199")), finds: ["e2"])
            try await expect(index, .compare("formula", .notEqual, .string("f1199")), finds: ["e0", "e1"])
        },
        Check("the id property may change, and need not be the entry's id") { make in
            let index = try await index(make, ["a": "", "b": "", "c": ""])
            try await index.apply(
                IndexChange(documents: [
                    .init(entry: EntryID("a"), upload: UploadID("u"), json: Array(#"{"id": "z"}"#.utf8))
                ]))
            try await expect(index, finds: ["b", "c", "a"])
            try await expect(index, .compare("id", .equal, .string("z")), finds: ["a"])
            try await expect(index, .compare("id", .equal, .string("a")), finds: [])
            try await expect(index, .test("id", Test(.startsWith, .literal(.string("")))), finds: ["b", "c", "a"])
        },
        Check("entries may share an id; then the entry's id decides") { make in
            let index = try make(catalogue)
            try await index.apply(
                IndexChange(
                    documents: ["c", "a", "b"].map {
                        .init(entry: EntryID($0), upload: UploadID("u"), json: Array(#"{"id": "same"}"#.utf8))
                    }))
            try await expect(index, finds: ["a", "b", "c"])
            try await expect(index, .compare("id", .equal, .string("same")), finds: ["a", "b", "c"])
        },
        Check("of changes made together the later ones count, and they are found as soon as all are made") { make in
            let index = try await index(make, ["a": #""sites": 1"#, "b": #""sites": 1"#])
            var changes = [
                IndexChange(documents: [document("a", #""sites": 2"#), document("c", #""sites": 2"#)]),
                IndexChange(documents: [document("d", #""sites": 3"#)], removed: [EntryID("b"), EntryID("c")]),
                IndexChange(documents: [document("d", #""sites": 4"#), document("c", #""sites": 4"#)]),
                IndexChange(removed: [EntryID("c")]),
            ]
            changes.reverse()
            try await index.apply(each: { changes.popLast() })
            try await expect(index, finds: ["a", "d"])
            try await expect(index, .compare("sites", .equal, .integer(2)), finds: ["a"])
            try await expect(index, .compare("sites", .equal, .integer(4)), finds: ["d"])
        },
        Check("when one of several changes is bad, none is made") { make in
            let index = try await index(make, ["a": #""sites": 1"#])
            var changes = [
                IndexChange(documents: [.init(entry: EntryID("c"), upload: UploadID("u"), json: Array("[".utf8))]),
                IndexChange(documents: [document("b")], removed: [EntryID("a")]),
            ]
            do {
                try await index.apply(each: { changes.popLast() })
                try RutileTestSupport.expect(true, is: false, "a bad document is taken")
            } catch is StoreError {}
            try await expect(index, finds: ["a"])
        },
        Check("many small changes add up") { make in
            let index = try make(catalogue)
            let numbers = (0..<200).map { $0 &* 7_919 % 1_000 }
            for number in numbers {
                try await index.apply(
                    IndexChange(documents: [
                        document("e\(number)", #""sites": \#(number), "elements": ["X\#(number % 7)"]"#)
                    ]))
            }
            for number in numbers where number % 3 == 0 {
                try await index.apply(IndexChange(removed: [EntryID("e\(number)")]))
            }
            for number in numbers where number % 5 == 0 {
                try await index.apply(IndexChange(documents: [document("e\(number)", #""sites": \#(-number)"#)]))
            }
            let left = Set(numbers).filter { $0 % 3 != 0 || $0 % 5 == 0 }
            try await expect(
                index, sort: Sort([SortKey("sites")]),
                finds: left.sorted { ($0 % 5 == 0 ? -$0 : $0) < ($1 % 5 == 0 ? -$1 : $1) }.map { "e\($0)" })
            try await expect(
                index, .has(.any, "elements", .string("X1")), sort: Sort([SortKey("sites")]),
                finds: left.filter { $0 % 5 != 0 && $0 % 7 == 1 }.sorted().map { "e\($0)" })
        },
        Check("a change with a bad document changes nothing") { make in
            for bad in ["{", "[]", "{}", #"{"id": 1}"#, #"{"id": null}"#, ""] {
                let index = try await index(make, ["a": #""sites": 1"#])
                let document = IndexChange.Document(
                    entry: EntryID("bad"), upload: UploadID("u"), json: Array(bad.utf8))
                var refused = false
                do {
                    try await index.apply(
                        IndexChange(
                            documents: [Self.document("b"), document], removed: [EntryID("a")],
                            catalogue: PropertyCatalogue([Property("id", .string)])))
                } catch is StoreError {
                    refused = true
                }
                try RutileTestSupport.expect(refused, is: true, "refusal of \(bad)")
                try await expect(index, .isKnown("sites"), finds: ["a"])
                try await expect(index, finds: ["a"])
            }
        },
        Check("a new property counts for documents that come with it or after it") { make in
            let index = try await index(make, ["a": #""extra": 1, "sites": 1"#, "b": #""extra": 2"#])
            try await expect(index, .isKnown("extra"), finds: [])
            var catalogue = catalogue
            catalogue.insert(Property("extra", .integer))
            try await index.apply(IndexChange(documents: [document("b", #""extra": 3"#)], catalogue: catalogue))
            try RutileTestSupport.expect(index.catalogue, is: catalogue)
            try await expect(index, .isKnown("extra"), finds: ["b"])
            try await expect(index, .isKnown("sites"), finds: ["a"])
            try await index.apply(IndexChange(documents: [document("a", #""extra": 1"#)]))
            try await expect(index, sort: Sort([SortKey("extra", isDescending: true)]), finds: ["b", "a"])
        },
        Check("an index without entries finds none") { make in
            let index = try make(catalogue)
            try await expect(index, finds: [])
            try await expect(
                index, .not(.compare("sites", .equal, .integer(1))), sort: Sort([SortKey("gap")]), finds: [])
            try await index.apply(IndexChange(removed: [EntryID("a")]))
            try await index.apply(IndexChange())
            try await index.apply(IndexChange(documents: [document("a")]))
            try await index.apply(IndexChange(removed: [EntryID("a")]))
            try await expect(index, finds: [])
        },
    ]

    /// Who sees what.
    static let seeing: [Check] = [
        Check("entries of uploads that the caller may not see show nowhere") { make in
            let index = try make(catalogue)
            try await index.apply(
                IndexChange(
                    documents: (0..<12).map {
                        document("e\($0 + 10)", #""sites": \#($0)"#, upload: ["open", "mine", "hidden"][$0 % 3])
                    }))
            let mine = VisibleUploads.only([UploadID("open"), UploadID("mine"), UploadID("elsewhere")])
            let seen = ["e10", "e11", "e13", "e14", "e16", "e17", "e19", "e20"]
            try await expect(index, visible: mine, finds: seen)
            try await expect(index, visible: .allBut([UploadID("hidden")]), finds: seen)
            try await expect(index, visible: .allBut([]), finds: (10..<22).map { "e\($0)" })
            try await expect(index, visible: .only([]), finds: [])
            try await expect(index, visible: .only([UploadID("elsewhere")]), finds: [])
            try await expect(
                index, .not(.compare("sites", .less, .integer(9))), visible: .allBut([UploadID("hidden")]),
                finds: ["e19", "e20"])
            var search = EntrySearch(
                visible: mine, sort: Sort([SortKey("sites", isDescending: true)]), skip: 1, limit: 2)
            var page = try await index.entries(search)
            try RutileTestSupport.expect(page.entries.map(\.text), is: ["e19", "e17"])
            try RutileTestSupport.expect(page.total, is: seen.count)
            search.after = page.end
            search.skip = 4
            page = try await index.entries(search)
            try RutileTestSupport.expect(page.entries.map(\.text), is: ["e10"])
            try RutileTestSupport.expect(page.hasMore, is: false)
        },
        Check("an entry can move to another upload") { make in
            let index = try make(catalogue)
            try await index.apply(IndexChange(documents: [document("a", upload: "one"), document("b", upload: "one")]))
            let one = VisibleUploads.only([UploadID("one")])
            try await expect(index, visible: one, finds: ["a", "b"])
            try await index.apply(IndexChange(documents: [document("a", upload: "two")]))
            try await expect(index, visible: one, finds: ["b"])
            try await expect(index, visible: .allBut([UploadID("one")]), finds: ["a"])
        },
    ]
}
