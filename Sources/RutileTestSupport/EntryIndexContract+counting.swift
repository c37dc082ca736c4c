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
        Check("values are counted for each of several predicates") { make in
            let index = try await index(
                make,
                [
                    "a": #""formula": "x", "sites": 1, "elements": ["O", "O"]"#,
                    "b": #""formula": "y", "sites": 2, "elements": ["O", "Si"]"#,
                    "c": #""formula": "y", "sites": 3, "elements": ["Ti"]"#,
                ])
            let few = Predicate.not(.compare("sites", .equal, .integer(3)))
            let predicates = ["x", "y", "z"].map { Predicate.compare("formula", .equal, .string($0)) }
            let one = ValueCount(entries: 1, items: 1)
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("sites", few), for: predicates),
                is: [[.integer(1): one], [.integer(2): one], [:]])
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("elements", few), for: predicates),
                is: [[.string("O"): ValueCount(entries: 1, items: 2)], [.string("O"): one, .string("Si"): one], [:]])
            try RutileTestSupport.expect(
                try await index.values(ValueQuestion("unlisted", few), for: predicates), is: [[:], [:], [:]])
        },
        Check("different values are counted once, whichever question has them") { make in
            let index = try make(catalogue)
            for number in 0..<4 {
                try await index.apply(
                    IndexChange(documents: [
                        document("a\(number)", #""formula": "x", "sites": \#(number), "elements": ["O", "Si", "O"]"#),
                        document("b\(number)", #""formula": "y\#(number)", "sites": 1.5, "elements": [null, "Ti"]"#),
                        document("c\(number)", #""parts": [{"label": "x"}, {"label": "z\#(number)"}]"#),
                        document("d\(number)", #""formula": "hidden""#, upload: "other"),
                    ]))
            }
            func count(_ questions: ValueQuestion...) async throws -> Int {
                try await index.distinctValues(
                    questions.map { question in
                        var question = question
                        question.visible = .only([UploadID("u")])
                        return question
                    })
            }
            let formula = ValueQuestion("formula")
            let label = ValueQuestion("label", in: ["parts"])
            try RutileTestSupport.expect(try await count(), is: 0)
            try RutileTestSupport.expect(try await count(ValueQuestion("unlisted")), is: 0)
            try RutileTestSupport.expect(try await count(formula), is: 5)
            try RutileTestSupport.expect(try await count(ValueQuestion("sites")), is: 5)
            try RutileTestSupport.expect(try await count(ValueQuestion("elements")), is: 3)
            try RutileTestSupport.expect(try await count(label), is: 5)
            try RutileTestSupport.expect(try await count(formula, label, formula), is: 9)
            let some = Predicate.compare("sites", .equal, .real(1.5))
            try RutileTestSupport.expect(try await count(ValueQuestion("formula", some)), is: 4)
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
