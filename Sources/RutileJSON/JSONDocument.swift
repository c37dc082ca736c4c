import CSimdJSON

/// A JSON text, parsed into a flat tape. Nothing is decoded before it is asked for; ``root`` is the way in.
///
/// The text is valid as a whole: what a document gives out are values, never errors. The document holds its own
/// copies of all strings, so the text may go.
package final class JSONDocument: @unchecked Sendable {
    // Nothing changes after the initialiser, hence Sendable; deinit frees what the tape refers to.
    private let tape: JSONTape
    /// Numbers that became `null`, with ``NonFiniteNumbers/null``.
    package let replaced: ReplacedNumbers
    /// How many escapes became U+FFFD, with ``LoneSurrogates/replace``.
    package let replacedSurrogates: Int

    /// Parses UTF-8 `text`. A byte order mark at its start is skipped.
    ///
    /// Integers beyond 64 bits become doubles. Of members with the same name the last one counts.
    package init(
        json text: UnsafeRawBufferPointer, limits: JSONLimits = .request, nonFinite: NonFiniteNumbers = .refuse
    ) throws(JSONError) {
        (tape, replaced, replacedSurrogates) = try unsafe parse(text, limits: limits, nonFinite: nonFinite)
    }

    /// Parses UTF-8 `text`, as the initialiser from a buffer does.
    package init(
        json text: [UInt8], limits: JSONLimits = .request, nonFinite: NonFiniteNumbers = .refuse,
        loneSurrogates: LoneSurrogates = .refuse
    ) throws(JSONError) {
        (tape, replaced, replacedSurrogates) = try unsafe text.withUnsafeBufferPointer {
            (bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) in
            try unsafe parse(
                UnsafeRawBufferPointer(bytes), limits: limits, nonFinite: nonFinite, loneSurrogates: loneSurrogates)
        }
    }

    deinit { tape.free() }

    /// Gives the tape to `body`, which must not keep it.
    ///
    /// The only way to the tape: the optimiser may otherwise free the document before the last read of its memory.
    @inline(__always)
    func read<Result, Failure: Error>(_ body: (JSONTape) throws(Failure) -> Result) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) -> Result in try body(tape) }
    }

    /// The value that the whole text is.
    package var root: JSONView { JSONView(document: self, index: JSONTape.rootIndex) }
}

private func parse(
    _ text: UnsafeRawBufferPointer, limits: JSONLimits, nonFinite: NonFiniteNumbers,
    loneSurrogates: LoneSurrogates = .refuse
) throws(JSONError) -> (JSONTape, ReplacedNumbers, Int) {
    guard text.count <= limits.maximumBytes else {
        throw .tooLarge(bytes: text.count, limit: limits.maximumBytes)
    }
    let markLength = unsafe text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let body = unsafe UnsafeRawBufferPointer(rebasing: text[markLength...])
    if let tape = try unsafe tape(of: body, limits) { return (tape, ReplacedNumbers(), 0) }

    // simdjson tells no offsets and reads none of Python's extensions: the scanner finds what is wrong, or what to
    // rewrite before simdjson can read the text.
    var scanner = unsafe JSONScanner(
        text, start: markLength, limits: limits, nonFinite: nonFinite, loneSurrogates: loneSurrogates)
    try scanner.scan()
    let rewritten = scanner.rewritten()
    let second = try unsafe rewritten.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) in
        try unsafe tape(of: UnsafeRawBufferPointer(bytes), limits)
    }
    guard let second else { throw .parserDisagrees }
    return (second, scanner.replaced, scanner.replacedSurrogates)
}

/// The parsed form, or `nil` when simdjson refuses `text`, for whatever reason but lack of memory.
private func tape(of text: UnsafeRawBufferPointer, _ limits: JSONLimits) throws(JSONError) -> JSONTape? {
    // SAFETY: the callees read `text.count` bytes from an address that is valid while the caller's buffer is.
    let bytes = unsafe text.bindMemory(to: UInt8.self)
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return nil }
    guard unsafe rutile_json_surrogates_are_paired(start, bytes.count) else { return nil }
    let parsed = unsafe rutile_json_parse(start, bytes.count, max(limits.maximumDepth, 0))
    if unsafe parsed.out_of_memory { throw .outOfMemory(bytes: text.count) }
    return unsafe JSONTape(parsed)
}
