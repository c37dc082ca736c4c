import Foundation
import RutileJSON
import Testing

/// Our answers and those of Python's `json`, byte for byte.
@Suite struct PythonAgreementTests {
    /// What Python makes of each line of `texts`: compact, or indented by two spaces with each document's lines joined
    /// by U+001E. Integers beyond 64 bits are doubles and non-finite numbers null, as with us.
    private static func python(_ texts: [String], indent: Bool) throws -> [String] {
        let script = """
            import json, sys
            def integer(text):
                number = int(text)
                return number if -2**63 <= number < 2**64 else real(text)
            def real(text):
                number = float(text)
                return None if number in (float('inf'), float('-inf')) else number
            for line in sys.stdin.buffer.read().decode('utf-8').split('\\n'):
                value = json.loads(line, parse_int=integer, parse_float=real, parse_constant=lambda _: None)
                text = json.dumps(value, ensure_ascii=False, \(indent ? "indent=2" : "separators=(',', ':')"))
                sys.stdout.buffer.write((text.replace('\\n', '\\x1e') + '\\n').encode('utf-8'))
            """
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover harms nobody
        let input = folder.appendingPathComponent("input")
        let output = folder.appendingPathComponent("output")
        try Data(texts.joined(separator: "\n").utf8).write(to: input)
        try Data().write(to: output)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["RUTILE_PYTHON"] ?? "python3", "-c", script]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python3 is needed for this test and must accept every text")
        let lines = String(decoding: try Data(contentsOf: output), as: UTF8.self)
        return lines.unicodeScalars.split(separator: "\n").map { String(String.UnicodeScalarView($0)) }
    }

    @Test(arguments: [UInt64(1), 2])
    func randomTextsAreReadAndWrittenAsPythonDoes(seed: UInt64) throws {
        var random = RandomText(seed: seed)
        let texts = (0..<3000).map { _ in random.document(extended: true) }
        let answers = try Self.python(texts, indent: false)

        try #require(answers.count == texts.count)
        for (text, answer) in zip(texts, answers) {
            let document = try JSONDocument(json: Array(text.utf8), limits: .file, nonFinite: .null)
            var straight = JSONWriter()
            straight.view(document.root)

            #expect(document.root.value.json() == Array(answer.utf8), "\(text)")
            #expect(straight.bytes == Array(answer.utf8), "\(text)")
        }
    }

    @Test func prettyTextsAreIndentedAsPythonDoes() throws {
        var random = RandomText(seed: 3)
        let texts = (0..<500).map { _ in random.document(extended: false) }
        let answers = try Self.python(texts, indent: true)

        try #require(answers.count == texts.count)
        for (text, answer) in zip(texts, answers) {
            let lines = answer.replacingOccurrences(of: "\u{1E}", with: "\n")
            #expect(try Value(json: text).json(pretty: true) == Array(lines.utf8), "\(text)")
        }
    }

    @Test func doublesOfAllMagnitudesHaveTheFormOfPython() throws {
        var generator = SeededGenerator(seed: 4)
        var numbers = (0..<20_000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        for exponent in -323...308 {
            let power = Double("1e\(exponent)") ?? 0
            numbers += [power, power.nextUp, power.nextDown, -power]
        }
        // Below a power of two doubles are denser than above it.
        for exponent in -1074...1023 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            numbers += [power, power.nextUp, power.nextDown]
        }
        numbers += (0..<5000).map { _ in
            Double(Int64(bitPattern: generator.next()) >> Int64.random(in: 0...60, using: &generator))
        }
        let answers = try Self.python(numbers.map { "\($0)" }, indent: false)

        try #require(answers.count == numbers.count)
        for (number, answer) in zip(numbers, answers) {
            #expect(Value.real(number).json() == Array(answer.utf8))
        }
    }
}
