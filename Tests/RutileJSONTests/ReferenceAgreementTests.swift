import RutileJSON
import Testing

/// Our answers and those of a plain parser of our own.
@Suite struct ReferenceAgreementTests {
    @Test func randomTextsHaveTheSameValue() throws {
        var random = RandomText(seed: 11)
        for _ in 0..<2000 {
            let text = random.document(extended: false)
            let value = try #require(ReferenceParser.value(of: Array(text.utf8)), "\(text)")
            #expect(try Value(json: text) == value, "\(text)")
        }
    }

    @Test func damagedTextsAreRefusedOrReadAlike() {
        var random = RandomText(seed: 12)
        var refusals = 0
        for _ in 0..<6000 {
            let text = random.mutated(random.document(extended: false))
            let ours = Result { () throws(JSONError) in try Value(json: text, limits: .file) }
            let theirs = ReferenceParser.value(of: text)
            let shown = String(decoding: text, as: UTF8.self)
            switch (ours, theirs) {
            case (.success(let value), let expected): #expect(value == expected, "\(shown)")
            case (.failure(.parserDisagrees), _): Issue.record("simdjson and scanner disagree: \(shown)")
            case (.failure(let error), let expected):
                refusals += 1
                #expect(expected == nil, "\(shown): \(error)")
                #expect((0...text.count).contains(error.offset), "\(shown)")
            }
        }
        #expect(refusals > 3000)
    }

    /// The bytes before an error's offset can always be completed: the offset names the first bad byte.
    @Test func textsUpToAnErrorAreFaultless() {
        var random = RandomText(seed: 13)
        for _ in 0..<2000 {
            let text = random.mutated(random.document(extended: false))
            do {
                _ = try Value(json: text, limits: .file)
            } catch .syntax(let offset, _, let found) where found != "the end of the text" {
                let rest = failure(Array(text[..<offset]))
                // Cut off there, either nothing is missing or only the end is wrong.
                #expect(rest == nil || rest?.offset ?? 0 >= offset - 7, "\(String(decoding: text, as: UTF8.self))")
            } catch {}
        }
    }

    private func failure(_ text: [UInt8]) -> JSONError? {
        do {
            _ = try Value(json: text, limits: .file)
            return nil
        } catch { return error }
    }

    /// The scanner accepts what simdjson accepts, and has nothing to rewrite in it.
    @Test func theScannerAcceptsWhatSimdjsonAccepts() throws {
        var random = RandomText(seed: 14)
        for _ in 0..<2000 {
            let text = Array(random.document(extended: false).utf8)
            let document = try JSONDocument(json: text)
            let rewritten = try text.withUnsafeBytes { bytes in
                var scanner = JSONScanner(bytes, start: 0, limits: .file, nonFinite: .refuse)
                try scanner.scan()
                return scanner.rewritten()
            }
            #expect(try JSONDocument(json: rewritten).root.value == document.root.value)
        }
    }
}
