/// The lines of a text file, one after the other, with their numbers. Line ends are `\n` or `\r\n`.
struct LineReader {
    private let bytes: [UInt8]
    private var position = 0
    /// Number of the line that was read last, from 1.
    private(set) var number = 0

    /// The lines of `bytes`, which are UTF-8.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether all lines were read.
    var isAtEnd: Bool { position >= bytes.count }

    /// The next line without its end; `nil` after the last.
    mutating func next() -> String? {
        guard position < bytes.count else { return nil }
        let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[position..<end]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        position = end + 1
        number += 1
        return String(decoding: line, as: UTF8.self)
    }

    /// The fields of the next line, which white space separates.
    ///
    /// - Throws: ``SourceFailure`` saying that `what` is missing, after the last line.
    mutating func fields(_ what: String) throws(SourceFailure) -> [Substring] {
        guard let line = next() else { throw SourceFailure(line: number + 1, "the file ends before \(what)") }
        return line.split { $0 == " " || $0 == "\t" }
    }

    /// A failure at the line that was read last.
    func failure(_ reason: String) -> SourceFailure { SourceFailure(line: number, reason) }
}

/// The number that a field spells; `nil` for anything but a finite number. Fortran's `1.0D-3` is one.
func finiteNumber(_ field: some StringProtocol) -> Double? {
    if let number = Double(field) { return number.isFinite ? number : nil }
    guard field.contains(where: { $0 == "d" || $0 == "D" }) else { return nil }
    let respelled = String(field.map { $0 == "d" || $0 == "D" ? "e" : $0 })
    return Double(respelled).flatMap { $0.isFinite ? $0 : nil }
}

/// The vector that three fields spell.
func vector(_ fields: ArraySlice<Substring>) -> SIMD3<Double>? {
    guard fields.count >= 3, let x = finiteNumber(fields[fields.startIndex]),
        let y = finiteNumber(fields[fields.startIndex + 1]), let z = finiteNumber(fields[fields.startIndex + 2])
    else { return nil }
    return SIMD3(x, y, z)
}
