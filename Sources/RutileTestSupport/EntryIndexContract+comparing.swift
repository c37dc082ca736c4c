import RutileModel
import RutileQuery
import RutileStore

extension EntryIndexContract {
    /// Tests of scalars, and how truth values combine.
    static let comparing: [Check] = [
        Check("a comparison with an absent value is neither true nor false") { make in
            let index = try await index(make, ["a": #""gap": 1.5"#, "b": #""gap": null"#, "c": "", "d": #""gap": 4"#])
            let wide = Predicate.compare("gap", .greater, .real(3))
            try await expect(index, wide, finds: ["d"])
            try await expect(index, .not(wide), finds: ["a"])
            try await expect(index, .isTrue(wide), finds: ["d"])
            try await expect(index, .not(.isTrue(wide)), finds: ["a", "b", "c"])
            try await expect(index, .isTrue(.not(wide)), finds: ["a"])
            try await expect(index, .not(.isTrue(.not(wide))), finds: ["b", "c", "d"])
            try await expect(index, .not(.not(wide)), finds: ["d"])
            try await expect(index, .isKnown("gap"), finds: ["a", "d"])
            try await expect(index, .not(.isKnown("gap")), finds: ["b", "c"])
        },
        Check("and, or and not are Kleene's") { make in
            let index = try await index(
                make, ["none": "", "one": #""sites": 1"#, "two": #""sites": 2"#, "wide": #""gap": 9, "sites": 1"#])
            let one = Predicate.compare("sites", .equal, .integer(1))
            let wide = Predicate.compare("gap", .greater, .integer(3))
            try await expect(index, .and([one, wide]), finds: ["wide"])
            try await expect(index, .not(.and([one, wide])), finds: ["two"])
            try await expect(index, .or([one, wide]), finds: ["one", "wide"])
            try await expect(index, .not(.or([one, wide])), finds: [])
            try await expect(index, .not(.or([one, .not(wide)])), finds: [])
            try await expect(index, .and([]), finds: ["none", "one", "two", "wide"])
            try await expect(index, .or([]), finds: [])
            try await expect(index, .constant(.unknown), finds: [])
            try await expect(index, .not(.constant(.unknown)), finds: [])
            try await expect(index, .or([one, .constant(.unknown)]), finds: ["one", "wide"])
            try await expect(index, .not(.and([one, .constant(.unknown)])), finds: ["two"])
            try await expect(index, .not(.isTrue(.constant(.unknown))), finds: ["none", "one", "two", "wide"])
        },
        Check("integers and reals compare as numbers, exactly") { make in
            let index = try await index(
                make,
                [
                    "a": #""sites": 9007199254740992"#, "b": #""sites": 9007199254740993"#, "c": #""sites": 3"#,
                    "d": #""sites": -9223372036854775808"#, "e": #""sites": 9223372036854775807"#,
                    "f": #""sites": 18446744073709551615"#, "g": #""sites": 2.5"#, "h": #""sites": -0.0"#,
                ])
            let large = 9_007_199_254_740_992.0
            try await expect(index, .compare("sites", .equal, .real(large)), finds: ["a"])
            try await expect(index, .compare("sites", .greater, .real(large)), finds: ["b", "e", "f"])
            try await expect(index, .compare("sites", .equal, .integer(9_007_199_254_740_993)), finds: ["b"])
            try await expect(index, .compare("sites", .equal, .real(3)), finds: ["c"])
            try await expect(index, .compare("sites", .notEqual, .real(3)), finds: ["a", "b", "d", "e", "f", "g", "h"])
            try await expect(index, .compare("sites", .lessOrEqual, .real(-0x1p63)), finds: ["d"])
            try await expect(index, .compare("sites", .greaterOrEqual, .real(0x1p63)), finds: ["f"])
            try await expect(index, .compare("sites", .greaterOrEqual, .integer(.max)), finds: ["e", "f"])
            try await expect(index, .compare("sites", .less, .integer(3)), finds: ["d", "g", "h"])
            try await expect(index, .compare("sites", .equal, .integer(0)), finds: ["h"])
            try await expect(
                index, sort: Sort([SortKey("sites", isDescending: true)]),
                finds: ["f", "e", "b", "a", "c", "g", "h", "d"])
        },
        Check("strings compare by their bytes") { make in
            let index = try await index(
                make,
                [
                    "a": #""formula": "\u00e9""#, "b": #""formula": "e\u0301x""#, "c": #""formula": """#,
                    "d": #""formula": "Z""#, "e": #""formula": "a\u0000b""#, "f": #""formula": "😀 50% (x.*)""#,
                ])
            func test(_ relation: Relation, _ text: String) -> Predicate {
                .test("formula", Test(relation, .literal(.string(text))))
            }
            try await expect(index, test(.compares(.equal), "e\u{301}"), finds: [])
            try await expect(index, test(.compares(.equal), "\u{E9}"), finds: ["a"])
            try await expect(index, test(.compares(.less), "a"), finds: ["c", "d"])
            try await expect(index, test(.compares(.greater), "\u{FFFF}"), finds: ["f"])
            try await expect(index, test(.contains, "\u{301}"), finds: ["b"])
            try await expect(index, test(.contains, "\0"), finds: ["e"])
            try await expect(index, test(.contains, "(x.*"), finds: ["f"])
            try await expect(index, test(.contains, ".*%"), finds: [])
            try await expect(index, test(.contains, "Za"), finds: [])
            try await expect(index, test(.startsWith, "e"), finds: ["b"])
            try await expect(index, test(.endsWith, "x"), finds: ["b"])
            try await expect(index, test(.endsWith, "ab"), finds: [])
            for relation in [Relation.contains, .startsWith, .endsWith] {
                try await expect(index, test(relation, ""), finds: ["a", "b", "c", "d", "e", "f"])
            }
        },
        Check("booleans are equal or not, timestamps compare as instants") { make in
            let index = try await index(
                make,
                [
                    "a": #""stable": true, "when": "2024-01-01T10:00:00+01:00""#,
                    "b": #""stable": false, "when": "2024-01-01T09:00:00.5Z""#, "c": #""when": "yesterday""#,
                ])
            let noon = try required(Timestamp("2024-01-01T09:00:00Z"))
            try await expect(index, .compare("stable", .equal, .boolean(true)), finds: ["a"])
            try await expect(index, .compare("stable", .notEqual, .boolean(true)), finds: ["b"])
            try await expect(index, .compare("stable", .less, .boolean(true)), finds: [])
            try await expect(index, .not(.compare("stable", .less, .boolean(true))), finds: ["a", "b"])
            try await expect(index, .compare("when", .equal, .timestamp(noon)), finds: ["a"])
            try await expect(index, .compare("when", .greater, .timestamp(noon)), finds: ["b"])
            try await expect(index, .isKnown("when"), finds: ["a", "b"])
        },
        Check("values and operands of different types do not compare, values of a wrong type are absent") { make in
            let index = try await index(
                make, ["a": #""sites": 1, "formula": "1""#, "b": #""sites": "1", "formula": 1, "elements": "Si""#])
            try await expect(index, .compare("sites", .equal, .string("1")), finds: [])
            try await expect(index, .not(.compare("sites", .equal, .string("1"))), finds: ["a"])
            try await expect(index, .compare("sites", .notEqual, .string("1")), finds: [])
            try await expect(index, .isKnown("sites"), finds: ["a"])
            try await expect(index, .isKnown("elements"), finds: [])
            try await expect(index, .compare("formula", .notEqual, property: "sites"), finds: [])
            try await expect(index, .not(.compare("formula", .notEqual, property: "sites")), finds: ["a"])
            try await expect(index, .test("sites", Test(.contains, .literal(.string("1")))), finds: [])
        },
        Check("a property is compared with another one of the same entry") { make in
            let index = try await index(
                make,
                [
                    "a": #""sites": 3, "gap": 3.0, "formula": "aXb", "calc": {"code": "X"}"#,
                    "b": #""sites": 2, "gap": 2.5, "formula": "X", "calc": {"code": "X"}"#,
                    "c": #""sites": 3, "gap": 2.5, "formula": "Xa", "calc": {"code": "XaX"}"#, "d": #""sites": 3"#,
                ])
            try await expect(index, .compare("sites", .equal, property: "gap"), finds: ["a"])
            try await expect(index, .compare("sites", .less, property: "gap"), finds: ["b"])
            try await expect(index, .compare("gap", .lessOrEqual, property: "sites"), finds: ["a", "c"])
            try await expect(index, .not(.compare("gap", .lessOrEqual, property: "sites")), finds: ["b"])
            try await expect(index, .test("formula", Test(.contains, .property("calc.code"))), finds: ["a", "b"])
            try await expect(index, .test("calc.code", Test(.startsWith, .property("formula"))), finds: ["b", "c"])
            try await expect(index, .compare("formula", .less, property: "calc.code"), finds: ["c"])
            try await expect(index, .compare("sites", .equal, property: "sites"), finds: ["a", "b", "c", "d"])
        },
        Check("times and integers are read as they are shown, where the catalogue says so") { make in
            var catalogue = EntryIndexContract.catalogue
            catalogue.reading = .shown
            catalogue.insert(Property("counts", .list(.integer)))
            let index = try make(catalogue)
            try await index.apply(
                IndexChange(documents: [
                    document("a", #""when": "2024-05-31T12:00:00.75Z", "sites": 2.5, "gap": 2.5"#),
                    document("b", #""when": "2024-05-31t14:00:00.5+02:00", "sites": 2.0"#),
                    document("c", #""when": "2024-05-31T12:00:01z", "sites": 1e30, "counts": [2.5, 2.0]"#),
                    document("d", #""when": "never", "sites": true"#),
                ]))
            let noon = Timestamp(microseconds: 1_717_156_800_000_000)
            try await expect(index, .compare("when", .equal, .timestamp(noon)), finds: ["a", "b"])
            try await expect(index, .compare("when", .greater, .timestamp(noon)), finds: ["c"])
            let later = try required(Timestamp(rfc3339: "2024-05-31T12:00:00.0000009Z"))
            try await expect(index, .compare("when", .equal, .timestamp(later)), finds: [])
            try await expect(index, .compare("when", .notEqual, .timestamp(later)), finds: ["a", "b", "c"])
            try await expect(index, .compare("when", .less, .timestamp(later)), finds: ["a", "b"])
            try await expect(index, .compare("when", .greaterOrEqual, .timestamp(later)), finds: ["c"])
            try await expect(index, .isKnown("when"), finds: ["a", "b", "c"])
            try await expect(index, .isKnown("sites"), finds: ["b", "c"])
            try await expect(index, .compare("sites", .greater, .real(2.25)), finds: ["c"])
            try await expect(index, .compare("sites", .equal, .integer(2)), finds: ["b"])
            try await expect(index, .has(.any, "counts", .real(2.5)), finds: [])
            try await expect(index, .has(.any, "counts", .integer(2)), finds: ["c"])
            try await expect(index, .compare("gap", .equal, .real(2.5)), finds: ["a"])
        },
        Check("a length is compared with a number of the same entry") { make in
            let index = try await index(
                make,
                [
                    "a": #""elements": ["O", "Si"], "sites": 2"#, "b": #""elements": ["O"], "sites": 2, "gap": 0.5"#,
                    "c": #""elements": ["O"]"#, "d": #""sites": 0"#, "e": #""elements": [], "sites": 0"#,
                ])
            try await expect(index, .lengthAs("elements", .equal, "sites"), finds: ["a", "e"])
            try await expect(index, .not(.lengthAs("elements", .equal, "sites")), finds: ["b"])
            try await expect(index, .lengthAs("elements", .greater, "gap"), finds: ["b"])
            try await expect(index, .not(.lengthAs("elements", .less, "nothing")), finds: [])
        },
        Check("paths that the catalogue lacks are unknown") { make in
            let index = try await index(make, ["a": #""nothing": 1, "calc": {"more": 1}"#])
            for path in ["nothing", "calc.more", "calc.code.deep", "runs.none"] as [PropertyPath] {
                try await expect(index, .isKnown(path), finds: [])
                try await expect(index, .not(.compare(path, .equal, .integer(2))), finds: [])
                try await expect(index, .not(.length(path, .equal, 2)), finds: [])
                try await expect(index, .not(.has(.any, path, .integer(2))), finds: [])
            }
            try await expect(index, .isKnown("calc"), finds: ["a"])
        },
    ]
}

/// `value`, or the check stops.
func required<Value>(_ value: Value?, file: StaticString = #fileID, line: UInt = #line) throws -> Value {
    guard let value else { throw ContractBroken(description: "\(file):\(line): nothing is there") }
    return value
}
