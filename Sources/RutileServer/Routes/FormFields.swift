import OptimadeAPI
import RutileJSON

/// Names and values as forms and queries of URLs write them: `name=Alloys&user_id=a&user_id=b`.
///
/// Source: the URL standard, "application/x-www-form-urlencoded": percent escapes of UTF-8, `+` for a blank.
package struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]
    let place: String

    /// Splits and decodes `text`; `place` (`query`, `body`) is where it stands, for messages.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` for a broken percent escape and for bytes that are no UTF-8.
    package init(_ text: some Sequence<UInt8>, place: String) throws(RequestProblem) {
        var fields: [(String, String)] = []
        for piece in Array(text).split(separator: UInt8(ascii: "&")) {
            let parts = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decoded(parts[0], plusIsBlank: true),
                let value = PercentCoding.decoded(parts.count > 1 ? parts[1] : [], plusIsBlank: true)
            else {
                let name = PercentCoding.decoded(parts[0], plusIsBlank: true)
                throw .invalid([
                    .init(at: [.key(place)] + (name.map { [.key($0)] } ?? []), "it is not encoded correctly")
                ])
            }
            fields.append((name, value))
        }
        self.fields = fields
        self.place = place
    }

    /// All names with their values, in order.
    package var pairs: [(name: String, value: String)] { fields }

    /// The value of `name`, the last where it is repeated; `nil` where it is absent.
    package subscript(name: String) -> String? { fields.last { $0.name.hasSameUTF8(as: name) }?.value }

    /// All values of `name`, in order.
    package func all(_ name: String) -> [String] { fields.filter { $0.name.hasSameUTF8(as: name) }.map(\.value) }

    /// The value of `name`.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` where it is absent.
    package func required(_ name: String) throws(RequestProblem) -> String {
        guard let value = self[name] else { throw .invalid([.missing(at: [.key(place), .key(name)])]) }
        return value
    }

    /// The whole number that `name` is; `nil` where it is absent.
    ///
    /// - Throws: ``RequestProblem/invalid(_:)`` where it is no number in `range`.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestProblem) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = Int(value), range.contains(number) else {
            let wanted =
                range.upperBound == .max
                ? "a whole number, \(range.lowerBound) or more"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw .invalid([.init(at: [.key(place), .key(name)], "it must be \(wanted)", input: .string(value))])
        }
        return number
    }
}
