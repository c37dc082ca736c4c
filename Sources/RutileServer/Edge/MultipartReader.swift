import OptimadeAPI

/// Takes a body of the type `multipart/form-data` apart as it comes.
///
/// Source: RFC 7578, RFC 2046 §5.1. A part is everything between two delimiters (a line break, two hyphens and the
/// boundary); what stands before the first and after the last means nothing.
package struct MultipartReader {
    /// What was found in the body.
    package enum Event: Equatable, Sendable {
        /// A part begins: the name of its field, and of its file, where it is one.
        case begin(field: String, file: String?)
        /// The part goes on.
        case bytes([UInt8])
        /// The part ends.
        case end
    }

    private enum State {
        case preamble, delimiter, headers, content, epilogue
    }

    // The first delimiter may stand at the very beginning, without a line break.
    private var buffer: [UInt8] = [13, 10]
    private var state = State.preamble
    private let delimiter: [UInt8]

    /// Bytes of the headers of a part.
    private static let longestHeaders = 16_384

    /// A reader of a body with this `Content-Type`; `nil` where that is another type or names no boundary.
    package init?(contentType: String?) {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
        guard let boundary = HeaderParameters(contentType)["boundary"], (1...70).contains(boundary.utf8.count) else {
            return nil
        }
        delimiter = [13, 10, 45, 45] + Array(boundary.utf8)
    }

    /// Takes in what came.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` for what is no such body.
    package mutating func read(_ piece: [UInt8]) throws(RequestProblem) -> [Event] {
        buffer += piece
        var events: [Event] = []
        var start = 0
        defer { buffer.removeFirst(start) }
        while true {
            switch state {
            case .preamble, .content:
                let found = position(of: delimiter, from: start)
                // A delimiter may have begun at the end of what came.
                let end = found ?? max(start, buffer.count - delimiter.count + 1)
                if state == .content && end > start { events.append(.bytes(Array(buffer[start..<end]))) }
                start = end
                guard found != nil else { return events }
                if state == .content { events.append(.end) }
                start += delimiter.count
                state = .delimiter
            case .delimiter:
                guard buffer.count - start >= 2 else { return events }
                if buffer[start] == 45 && buffer[start + 1] == 45 {
                    state = .epilogue
                } else {
                    guard let line = position(of: [13, 10], from: start) else {
                        try checkHeaders(buffer.count - start)
                        return events
                    }
                    // The line break stays: headers may be none, and then end at once.
                    start = line
                    state = .headers
                }
            case .headers:
                guard let end = position(of: [13, 10, 13, 10], from: start) else {
                    try checkHeaders(buffer.count - start)
                    return events
                }
                events.append(try Self.begin(buffer[start..<end]))
                start = end + 4
                state = .content
            case .epilogue:
                start = buffer.count
                return events
            }
        }
    }

    /// Looks whether the body has come to its end.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)``.
    package func finish() throws(RequestProblem) {
        guard state == .epilogue else { throw Self.problem("the body ends before its last delimiter") }
    }

    private func checkHeaders(_ count: Int) throws(RequestProblem) {
        guard count <= Self.longestHeaders else { throw Self.problem("the headers of a part have no end") }
    }

    private static func begin(_ headers: ArraySlice<UInt8>) throws(RequestProblem) -> Event {
        for line in String(decoding: headers, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-disposition" else { continue }
            let parameters = HeaderParameters(String(parts[1]))
            return .begin(field: parameters["name"] ?? "", file: parameters["filename"].map(lastPart))
        }
        throw problem("a part has no Content-Disposition")
    }

    /// The name without folders, which some clients send as well. What is not ASCII some write as in addresses; all other
    /// percent signs are the name's own.
    private static func lastPart(_ name: String) -> String {
        func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }
        let decoded = PercentCoding.decoded(name.utf8, plusIsBlank: false) ?? name
        let name = isASCII(name) && !isASCII(decoded) ? decoded : name
        return name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
    }

    private static func problem(_ message: String) -> RequestProblem {
        .invalid([.init(at: [.key("body")], message)])
    }

    private func position(of wanted: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + wanted.count <= buffer.count {
            guard let candidate = buffer[index...].firstIndex(of: wanted[0]), candidate + wanted.count <= buffer.count
            else { return nil }
            if buffer[candidate..<candidate + wanted.count].elementsEqual(wanted) { return candidate }
            index = candidate + 1
        }
        return nil
    }
}

/// The parameters behind the first word of a header: `form-data; name="file"; filename="a.zip"`.
///
/// Source: RFC 9110 §5.6.6; for `name*=UTF-8''…`, RFC 8187. A backslash only escapes a quote, or itself before one, since
/// browsers send Windows paths as they are.
struct HeaderParameters {
    private var values: [String: String] = [:]

    init(_ header: String) {
        for piece in Self.pieces(header).dropFirst() {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let name = parts[0].filter { $0 != " " && $0 != "\t" }.lowercased()
            let value = Self.unquoted(parts[1].drop { $0 == " " || $0 == "\t" })
            if name.hasSuffix("*") {
                let fields = value.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                guard fields.count == 3, fields[0].lowercased() == "utf-8",
                    let decoded = PercentCoding.decoded(fields[2].utf8, plusIsBlank: false)
                else { continue }
                values[String(name.dropLast())] = decoded
            } else if values[name] == nil {
                values[name] = value
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// The header cut at semicolons that are not within quotes.
    private static func pieces(_ header: String) -> [String] {
        var pieces = [""]
        var isQuoted = false
        var isEscaped = false
        for character in header {
            if character == "\"" && !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && isQuoted && !isEscaped
            if character == ";" && !isQuoted { pieces.append("") } else { pieces[pieces.count - 1].append(character) }
        }
        return pieces
    }

    private static func unquoted(_ text: Substring) -> String {
        let text = text.last == " " ? text.dropLast() : text
        guard text.first == "\"", text.last == "\"", text.count >= 2 else { return String(text) }
        return String(text.dropFirst().dropLast()).replacing("\\\"", with: "\"")
    }
}
