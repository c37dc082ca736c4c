import RutileQuery
import RutileStore

extension EntryIndexContract {
    /// Tests of lists and of what lies inside dictionaries.
    static let listing: [Check] = [
        Check("quantifiers count items and rows; empty lists are known") { make in
            let index = try await index(
                make,
                [
                    "both": #""elements": ["O", "Si"]"#, "empty": #""elements": []"#, "none": #""elements": null"#,
                    "null": #""elements": ["Si", null]"#, "one": #""elements": ["Si"]"#,
                    "twice": #""elements": ["O", "O", "H"]"#,
                ])
            let (si, o) = (Literal.string("Si"), Literal.string("O"))
            try await expect(index, .has(.any, "elements", si), finds: ["both", "null", "one"])
            try await expect(index, .not(.has(.any, "elements", si)), finds: ["empty", "twice"])
            try await expect(index, .has(.all, "elements", si, o), finds: ["both"])
            try await expect(index, .not(.has(.all, "elements", si, o)), finds: ["empty", "null", "one", "twice"])
            try await expect(index, .has(.any, "elements", si, o), finds: ["both", "null", "one", "twice"])
            try await expect(index, .has(.only, "elements", si), finds: ["empty", "one"])
            try await expect(index, .has(.only, "elements", si, o), finds: ["both", "empty", "one"])
            try await expect(index, .not(.has(.only, "elements", si, o)), finds: ["null", "twice"])
            try await expect(index, .has(.all, "elements"), finds: ["both", "empty", "null", "one", "twice"])
            try await expect(index, .has(.any, "elements"), finds: [])
            try await expect(index, .has(.only, "elements"), finds: ["empty"])
            try await expect(index, .isKnown("elements"), finds: ["both", "empty", "null", "one", "twice"])
            try await expect(index, .compare("elements", .equal, si), finds: [])
            try await expect(index, .not(.compare("elements", .equal, si)), finds: [])
        },
        Check("lengths compare with every operator") { make in
            let index = try await index(
                make,
                [
                    "a": #""vectors": []"#, "b": #""vectors": [[null, null], null]"#, "c": #""vectors": [1, 2, 3]"#,
                    "d": "",
                ])
            for (comparison, entries) in [
                (.equal, ["b"]), (.notEqual, ["a", "c"]), (.less, ["a"]), (.lessOrEqual, ["a", "b"]),
                (.greater, ["c"]), (.greaterOrEqual, ["b", "c"]),
            ] as [(Comparison, [String])] {
                try await expect(index, .length("vectors", comparison, 2), finds: entries)
            }
            try await expect(index, .lengthAs("vectors", .equal, "vectors"), finds: [])
            try await expect(index, .not(.length("vectors", .equal, 2)), finds: ["a", "c"])
            try await expect(index, .length("vectors", .greater, -1), finds: ["a", "b", "c"])
            try await expect(index, .not(.length("formula", .equal, 0)), finds: [])
        },
        Check("items are tested with every relation") { make in
            let index = try await index(
                make,
                [
                    "a": #""ratios": [1, 2.5], "elements": ["Si", "C"], "gap": 2.5"#,
                    "b": #""ratios": [3], "elements": ["Sc"], "gap": 3"#, "c": #""ratios": []"#,
                    "d": #""ratios": [null, 0.5], "gap": 1"#, "e": #""ratios": [4, 5]"#,
                ])
            func items(_ quantifier: ItemsTest.Quantifier, _ rows: (Comparison, Literal)...) -> Predicate {
                .items(ItemsTest(["ratios"], quantifier, rows.map { [Test(.compares($0.0), .literal($0.1))] }))
            }
            try await expect(index, items(.any, (.less, .integer(1))), finds: ["d"])
            try await expect(index, items(.any, (.greater, .real(2)), (.less, .real(1))), finds: ["a", "b", "d", "e"])
            try await expect(index, items(.all, (.greater, .real(2)), (.less, .integer(2))), finds: ["a"])
            try await expect(index, items(.only, (.greater, .real(2))), finds: ["b", "c", "e"])
            try await expect(index, items(.any, (.notEqual, .integer(3))), finds: ["a", "d", "e"])
            func fuzzy(_ relation: Relation, _ text: String) -> Predicate {
                .items(ItemsTest(["elements"], .any, [[Test(relation, .literal(.string(text)))]]))
            }
            try await expect(index, fuzzy(.startsWith, "S"), finds: ["a", "b"])
            try await expect(index, fuzzy(.endsWith, "i"), finds: ["a"])
            try await expect(index, fuzzy(.contains, "c"), finds: ["b"])
            let same = Predicate.items(ItemsTest(["ratios"], .any, [[Test(.compares(.equal), .property("gap"))]]))
            try await expect(index, same, finds: ["a", "b"])
            // Where the operand is absent no item meets the test, yet the list is known.
            try await expect(index, .not(same), finds: ["c", "d", "e"])
            let below = Predicate.items(
                ItemsTest(["ratios"], .only, [[Test(.compares(.lessOrEqual), .property("gap"))]]))
            try await expect(index, below, finds: ["a", "b", "c"])
        },
        Check("correlated lists are tested position by position") { make in
            let index = try await index(
                make,
                [
                    "a": #""elements": ["Si", "O"], "ratios": [0.25, 0.75]"#,
                    "b": #""elements": ["O", "Si"], "ratios": [0.25, 0.75]"#,
                    "c": #""elements": ["Si", "O", "H"], "ratios": [0.25]"#, "d": #""elements": ["Si"]"#,
                    "e": #""elements": [], "ratios": []"#, "f": #""elements": ["Si", null], "ratios": [null, 0.25]"#,
                ])
            func pair(_ element: String, _ comparison: Comparison, _ ratio: Double) -> [Test] {
                [
                    Test(.compares(.equal), .literal(.string(element))),
                    Test(.compares(comparison), .literal(.real(ratio))),
                ]
            }
            func items(_ quantifier: ItemsTest.Quantifier, _ rows: [[Test]]) -> Predicate {
                .items(ItemsTest(["elements", "ratios"], quantifier, rows))
            }
            let little = pair("Si", .less, 0.5)
            try await expect(index, items(.any, [little]), finds: ["a", "c"])
            try await expect(index, .not(items(.any, [little])), finds: ["b", "e", "f"])
            try await expect(index, items(.all, [little, pair("O", .greater, 0.5)]), finds: ["a"])
            try await expect(index, items(.only, [little]), finds: ["c", "e"])
            try await expect(index, items(.only, [little, pair("O", .greater, 0.5)]), finds: ["a", "c", "e"])
            let twice = ItemsTest(
                ["ratios", "ratios"], .any,
                [[Test(.compares(.greater), .literal(.real(0.5))), Test(.compares(.less), .literal(.real(1)))]])
            try await expect(index, .items(twice), finds: ["a", "b"])
        },
        Check("names inside dictionaries lead to their members") { make in
            let index = try await index(
                make,
                [
                    "a": #""calc": {"code": "VASP", "energy": -1}"#, "b": #""calc": {"energy": null}"#,
                    "c": #""calc": null"#, "d": #""calc": []"#,
                ])
            try await expect(index, .compare("calc.code", .equal, .string("VASP")), finds: ["a"])
            try await expect(index, .compare("calc.energy", .less, .integer(0)), finds: ["a"])
            try await expect(index, .isKnown("calc"), finds: ["a", "b"])
            try await expect(index, .isKnown("calc.code"), finds: ["a"])
            try await expect(
                index, sort: Sort([SortKey("calc.energy", isDescending: true)]), finds: ["a", "b", "c", "d"])
        },
        Check("names inside lists of dictionaries give the flat list of what all items have") { make in
            let index = try await index(
                make,
                [
                    "a": #""runs": [{"name": "x", "score": 1, "tags": ["p", "q"]}, {"name": "y", "tags": ["r"]}]"#,
                    "b": #""runs": [{"name": "x", "score": 2}, null, {"name": "y", "score": 1}]"#,
                    "c": #""runs": []"#, "d": "", "e": #""runs": [[{"name": "z"}], {"tags": []}]"#,
                    "f": #""runs": [{"steps": [{"n": 1}, {"n": 2}]}, {"steps": []}, {"steps": [{}]}]"#,
                ])
            try await expect(index, .has(.any, "runs.name", .string("x")), finds: ["a", "b"])
            // A list where a dictionary should be is null.
            try await expect(index, .has(.any, "runs.name", .string("z")), finds: [])
            try await expect(index, .has(.all, "runs.tags", .string("p"), .string("r")), finds: ["a"])
            try await expect(index, .length("runs.name", .equal, 3), finds: ["b", "f"])
            try await expect(index, .length("runs.tags", .equal, 3), finds: ["a", "b", "f"])
            try await expect(index, .length("runs.tags", .equal, 1), finds: ["e"])
            try await expect(index, .length("runs.steps.n", .equal, 3), finds: ["b", "f"])
            try await expect(index, .has(.any, "runs.steps.n", .integer(2)), finds: ["f"])
            try await expect(index, .isKnown("runs.score"), finds: ["a", "b", "c", "e", "f"])
            let scored = ItemsTest(
                ["runs.name", "runs.score"], .any,
                [[Test(.compares(.equal), .literal(.string("x"))), Test(.compares(.equal), .literal(.integer(1)))]])
            try await expect(index, .items(scored), finds: ["a"])
        },
        Check("below a nested name lists that lie in lists are as flat as others") { make in
            let index = try await index(
                make,
                [
                    "a": #""grids": [[{"d": "p", "l": ["x", "y"]}, {"d": "q"}], [{"d": "r", "l": []}]], "#
                        + #""runs": [{"name": "x", "groups": [[0], [1, 2]]}]"#,
                    "b": #""grids": [[], [null, {"d": "p"}]], "runs": [{"groups": [[], [2]]}, {}]"#,
                    "c": #""grids": [], "runs": [{"groups": []}]"#, "d": #""grids": null"#,
                ])
            try await expect(index, .has(.any, "grids.d", .string("p")), finds: ["a", "b"])
            try await expect(index, .has(.all, "grids.d", .string("q"), .string("r")), finds: ["a"])
            try await expect(index, .not(.has(.any, "grids.d", .string("p"))), finds: ["c"])
            try await expect(index, .has(.any, "grids.l", .string("y")), finds: ["a"])
            try await expect(index, .has(.any, "runs.groups", .integer(2)), finds: ["a", "b"])
            try await expect(index, .not(.has(.any, "runs.groups", .integer(2))), finds: ["c"])
            try await expect(
                index, .has(.only, "runs.groups", .integer(0), .integer(1), .integer(2)), finds: ["a", "c"])
            let lengths: [(PropertyPath, [Int64])] = [
                ("grids", [2, 2, 0]), ("grids.d", [3, 2, 0]), ("grids.l", [3, 2, 0]), ("runs.groups", [3, 2, 0]),
                ("runs", [1, 2, 1]),
            ]
            for (path, counts) in lengths {
                for count in Set(counts) {
                    let entries = zip(["a", "b", "c"], counts).filter { $1 == count }.map(\.0)
                    try await expect(index, .length(path, .equal, count), finds: entries)
                }
            }
        },
        Check("a value whose shape is not that of its property is absent, and null in a list") { make in
            let index = try await index(
                make,
                [
                    "a": #""calc": [{"code": "X"}], "runs": [{"name": [], "score": 1}, {"name": "b", "score": 2}, "#
                        + #"{"name": "c", "score": [7, 8]}]"#,
                    "b": #""calc": {"code": ["X"]}, "runs": {"name": ["b"], "tags": ["p"]}"#,
                    "c": #""runs": [{"tags": "p", "groups": [1, [2], [[3]]]}, [{"name": "b"}], "b"]"#,
                    "d": #""calc": {"code": "X"}, "grids": [{"d": "p"}, [[{"d": "q"}]], [{"d": "r"}]]"#,
                ])
            try await expect(index, .isKnown("calc"), finds: ["b", "d"])
            try await expect(index, .isKnown("calc.code"), finds: ["d"])
            try await expect(index, .has(.any, "runs.score", .integer(7)), finds: [])
            try await expect(index, .length("runs.score", .equal, 3), finds: ["a", "c"])
            try await expect(index, .has(.any, "runs.name", .string("b")), finds: ["a"])
            for (score, entries) in [(1, []), (2, ["a"])] as [(Int64, [String])] {
                let row = [Literal.string("b"), .integer(score)].map { Test(.compares(.equal), .literal($0)) }
                try await expect(
                    index, .items(ItemsTest(["runs.name", "runs.score"], .any, [row])), finds: entries)
            }
            try await expect(index, .isKnown("runs.tags"), finds: ["a", "c"])
            try await expect(index, .has(.any, "runs.tags", .string("p")), finds: [])
            try await expect(index, .length("runs.groups", .equal, 5), finds: ["c"])
            try await expect(index, .has(.any, "runs.groups", .integer(2)), finds: ["c"])
            try await expect(index, .has(.any, "runs.groups", .integer(1), .integer(3)), finds: [])
            try await expect(index, .length("grids.d", .equal, 3), finds: ["d"])
            try await expect(index, .has(.any, "grids.d", .string("p"), .string("q")), finds: [])
            try await expect(index, .has(.any, "grids.d", .string("r")), finds: ["d"])
        },
        Check("opaque values are known or not, and nothing else") { make in
            let index = try await index(
                make, ["a": #""anything": [1]"#, "b": #""anything": "x""#, "c": #""anything": null"#])
            try await expect(index, .isKnown("anything"), finds: ["a", "b"])
            try await expect(index, .not(.compare("anything", .equal, .string("x"))), finds: [])
            try await expect(index, .not(.length("anything", .equal, 2)), finds: [])
        },
    ]
}
