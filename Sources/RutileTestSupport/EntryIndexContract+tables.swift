import RutileModel
import RutileQuery
import RutileStore

extension EntryIndexContract {
    /// Tests of the items of tables, and of words.
    static let tables: [Check] = [
        Check("what is asked of an item of a table holds for one and the same item") { make in
            let index = try await index(
                make,
                [
                    "both": #""parts": [{"label": "a", "size": 1}, {"label": "b", "size": 2}]"#,
                    "crossed": #""parts": [{"label": "a", "size": 2}, {"label": "b", "size": 1}]"#,
                    "empty": #""parts": []"#, "none": "", "object": #""parts": {"label": "a", "size": 1}"#,
                ])
            let label = Predicate.compare("label", .equal, .string("a"))
            let size = Predicate.compare("size", .equal, .integer(1))
            try await expect(index, .someItem("parts", .and([label, size])), finds: ["both"])
            try await expect(
                index, .and([.someItem("parts", label), .someItem("parts", size)]), finds: ["both", "crossed"])
            try await expect(
                index, .not(.someItem("parts", .and([label, size]))), finds: ["crossed", "empty", "none", "object"])
            try await expect(index, .someItem("parts", .not(.isTrue(label))), finds: ["both", "crossed"])
            try await expect(index, .someItem("parts", .constant(.true)), finds: ["both", "crossed"])
            try await expect(index, .isKnown("parts"), finds: ["both", "crossed"])
            try await expect(index, .someItem("elements", .constant(.true)), finds: [])
        },
        Check("lists and tables in an item of a table are its own") { make in
            let index = try await index(
                make,
                [
                    "apart": #""parts": [{"elements": ["Ti"]}, {"elements": ["O"]}]"#,
                    "deep": #"""
                    "parts": [{"label": "a", "shares": [{"element": "O", "share": 0.5}, {"element": "Ti", "share": 1}]}]
                    """#,
                    "twisted": #"""
                    "parts": [{"label": "a", "shares": [{"element": "O", "share": 1}]},
                              {"label": "b", "shares": [{"element": "O", "share": 0.5}]}]
                    """#,
                    "together": #""parts": [{"size": 1}, {"elements": ["O", "Ti"]}]"#,
                ])
            try await expect(
                index, .someItem("parts", .has(.all, "elements", .string("Ti"), .string("O"))), finds: ["together"])
            let share = Predicate.someItem(
                "shares",
                .and([
                    .compare("element", .equal, .string("O")), .compare("share", .less, .real(0.75)),
                ]))
            try await expect(index, .someItem("parts", share), finds: ["deep", "twisted"])
            let labelled = Predicate.and([.compare("label", .equal, .string("a")), share])
            try await expect(index, .someItem("parts", labelled), finds: ["deep"])
        },
        Check("entries are ordered by a member of the items that have a text") { make in
            let index = try await index(
                make,
                [
                    "a": #""parts": [{"label": "x", "size": 3}, {"label": "x", "size": 1}, {"label": "y", "size": 0}]"#,
                    "b": #""parts": [{"label": "x", "size": 2}]"#, "c": #""parts": [{"label": "y", "size": 9}]"#,
                    "d": "", "e": #""parts": [{"size": 7}, {"label": "x", "size": 2}, {"label": "x"}]"#,
                ])
            let items = ChosenItems(of: "parts", where: "label", is: "x")
            try await expect(index, sort: Sort([SortKey("size", of: items)]), finds: ["a", "b", "e", "c", "d"])
            try await expect(
                index, sort: Sort([SortKey("size", of: items, isDescending: true)]), finds: ["a", "b", "e", "c", "d"])
            try await expect(
                index, sort: Sort([SortKey("label", of: items), SortKey("id", isDescending: true)]),
                finds: ["e", "b", "a", "d", "c"])
            for absent in [
                SortKey("size", of: ChosenItems(of: "parts", where: "label", is: "none")),
                SortKey("size", of: ChosenItems(of: "parts", where: "none", is: "x")),
                SortKey("size", of: ChosenItems(of: "elements", where: "label", is: "x")), SortKey("none", of: items),
            ] {
                try await expect(index, sort: Sort([absent]), finds: ["a", "b", "c", "d", "e"])
            }
        },
        Check("pages in the order of items are the list, whatever they have") { make in
            var numbers = SystemRandomNumberGenerator()
            let parts = (0..<200).map { _ in
                (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
                    (label: Int.random(in: 0...2, using: &numbers), size: Int.random(in: -9...9, using: &numbers))
                }
            }
            let index = try make(catalogue)
            // In several changes, so that there are several segments.
            for first in stride(from: 0, to: parts.count, by: 50) {
                let documents = (first..<first + 50).map { number in
                    let items = parts[number].map { #"{"label": "\#($0.label)", "size": \#($0.size)}"# }
                    return document("e\(100 + number)", #""parts": [\#(items.joined(separator: ", "))]"#)
                }
                try await index.apply(IndexChange(documents: documents))
            }
            for isDescending in [false, true] {
                let places = parts.enumerated().map { number, items in
                    let sizes = items.filter { $0.label == 1 }.map { isDescending ? -$0.size : $0.size }
                    return (size: sizes.min() ?? .max, id: "e\(100 + number)")
                }
                let wanted = places.sorted { ($0.size, $0.id) < ($1.size, $1.id) }.map(\.id)
                let key = SortKey(
                    "size", of: ChosenItems(of: "parts", where: "label", is: "1"), isDescending: isDescending)
                try await expect(index, sort: Sort([key]), finds: wanted)
                var collected: [String] = []
                var search = EntrySearch(sort: Sort([key]), limit: 7)
                while true {
                    let page = try await index.entries(search)
                    collected += page.entries.map(\.text)
                    guard page.hasMore else { break }
                    search.after = try required(page.end)
                }
                try RutileTestSupport.expect(collected, is: wanted, "pages")
            }
        },
        Check("items of tables go with their documents") { make in
            let index = try await index(make, ["a": #""parts": [{"size": 1}]"#, "b": #""parts": [{"size": 1}]"#])
            let size = Predicate.someItem("parts", .compare("size", .equal, .integer(1)))
            try await index.apply(
                IndexChange(documents: [document("a", #""parts": [{"size": 2}, {"size": 3}]"#), document("c")]))
            try await expect(index, size, finds: ["b"])
            try await index.apply(IndexChange(removed: [EntryID("b")]))
            try await expect(index, size, finds: [])
            try await expect(index, .someItem("parts", .compare("size", .equal, .integer(3))), finds: ["a"])
        },
        Check("words match whatever their case, parts of paths letter for letter") { make in
            let index = try await index(
                make,
                [
                    "path": #""formula": "Dir/sub dir/File.out""#, "text": #""formula": "Bulk TiO2, relaxed (PBE)""#,
                    "umlaut": #""formula": "Gr\u00d6\u00dfe 1.5 nm""#,
                ])
            func test(_ match: WordMatch, _ text: String) -> Predicate {
                .test("formula", Test(.matches(match), .literal(.string(text))))
            }
            try await expect(index, test(.anyWord, "tio2 nothing"), finds: ["text"])
            try await expect(index, test(.anyWord, "tio"), finds: [])
            try await expect(index, test(.anyWord, "gr\u{f6}\u{df}e"), finds: ["umlaut"])
            try await expect(index, test(.anyWord, "1.5"), finds: ["umlaut"])
            try await expect(index, test(.anyWord, "dir"), finds: ["path"])
            try await expect(index, test(.anyWord, " ,"), finds: [])
            try await expect(index, test(.anyWordOrPrefix, "nothing rel"), finds: ["text"])
            try await expect(index, test(.phrasePrefix, "bulk Ti"), finds: ["text"])
            try await expect(index, test(.phrasePrefix, "bulk relaxed"), finds: [])
            try await expect(index, test(.anyPathPart, "Dir"), finds: ["path"])
            try await expect(index, test(.anyPathPart, "x/sub dir"), finds: ["path"])
            try await expect(index, test(.anyPathPart, "dir"), finds: [])
        },
    ]
}
