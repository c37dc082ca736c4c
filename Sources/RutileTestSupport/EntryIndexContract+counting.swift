import RutileModel
import RutileQuery
import RutileStore

extension EntryIndexContract {
    /// Counts of values.
    static let counting: [Check] = [
        Check("values are counted by entry and by occurrence, for matching and visible entries") { make in
            let index = try make(catalogue)
            try await index.apply(
                IndexChange(documents: [
                    document("a", #""formula": "x", "sites": 1, "elements": ["O", "O", "Si"]"#),
                    document("b", #""formula": "x", "sites": 1.0, "elements": ["O", null]"#),
                    document("c", #""formula": "y", "sites": 2.5, "elements": []"#),
                    document("d", #""formula": "x", "sites": 1, "elements": ["O"]"#, upload: "other"),
                ]))
            let visible = VisibleUploads.only([UploadID("u")])
            func counts(_ path: PropertyPath, _ predicate: Predicate = .constant(.true)) async throws
                -> [Literal: ValueCount]
            {
                try await index.values(ValueQuestion(path, predicate, visible: visible))
            }
            try RutileTestSupport.expect(
                try await counts("formula"),
                is: [.string("x"): ValueCount(entries: 2, items: 2), .string("y"): ValueCount(entries: 1, items: 1)])
            try RutileTestSupport.expect(
                try await counts("sites"),
                is: [.integer(1): ValueCount(entries: 2, items: 2), .real(2.5): ValueCount(entries: 1, items: 1)])
            try RutileTestSupport.expect(
                try await counts("elements"),
                is: [.string("O"): ValueCount(entries: 2, items: 3), .string("Si"): ValueCount(entries: 1, items: 1)])
            try RutileTestSupport.expect(
                try await counts("elements", .compare("formula", .equal, .string("y"))), is: [:])
            try RutileTestSupport.expect(try await counts("unlisted"), is: [:])
        },
        Check("values in items of tables are counted by entry and by item") { make in
            let index = try await index(
                make,
                [
                    "a": #"""
                    "parts": [{"label": "x", "shares": [{"element": "O"}, {"element": "O"}]},
                              {"label": "x", "elements": ["H", "O"]}, {"label": "y"}]
                    """#,
                    "b": #""parts": [{"label": "x", "shares": [{"element": "H"}, {"element": "O"}]}]"#,
                ])
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("label", in: ["parts"])),
                is: [.string("x"): ValueCount(entries: 2, items: 3), .string("y"): ValueCount(entries: 1, items: 1)])
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("elements", in: ["parts"])),
                is: [.string("H"): ValueCount(entries: 1, items: 1), .string("O"): ValueCount(entries: 1, items: 1)])
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("element", in: ["parts", "shares"])),
                is: [.string("H"): ValueCount(entries: 1, items: 1), .string("O"): ValueCount(entries: 2, items: 3)])
        },
    ]
}
