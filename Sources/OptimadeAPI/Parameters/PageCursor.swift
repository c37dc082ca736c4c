import RutileJSON
import RutileModel
public import RutileQuery

/// A place in a list, as `page_cursor` carries it.
///
/// The text is base64url (RFC 4648 §5, unpadded) of a JSON list: the sort that the place belongs to, how many entries
/// stand before it (`null` where that is not known), the `id` (or a list of it and which of several entries with it is
/// meant), and a value for each key of the sort: `null`, or a list of a letter and the value (`s` string, `i` integer,
/// `r` real, `b` boolean, `t` microseconds since 1970). Clients must not rely on it.
public struct PageCursor: Hashable, Sendable {
    /// The sort, as the client wrote it.
    public let sort: [SortTerm]
    /// The place.
    public let place: Cursor
    /// How many entries stood before the place when it was made, for links back; absent where that is not known.
    public let position: Int?

    /// The place behind the entry that `place` names, in the order of `sort`.
    public init(_ place: Cursor, sort: [SortTerm], position: Int?) {
        self.sort = sort
        self.place = place
        self.position = position
    }

    /// The text.
    public var text: String {
        let id = Value.string(place.id)
        let list = Value.list(
            [
                .string(Self.text(sort)), position.map { .integer(Int64($0)) } ?? .null,
                place.entry.map { .list([id, .string($0)]) } ?? id,
            ] + place.values.map(Self.value))
        return base64URL(list.json())
    }

    /// Reads a text; `nil` where it was not made by ``text``.
    ///
    /// Whether the values fit the sort is not asked here: it takes the types of properties to tell.
    public init?(_ text: String) {
        guard let bytes = bytes(base64URL: text.utf8), let list = try? Value(json: bytes).items, list.count >= 3,
            let sort = list[0].text, list[1].isNull || (0...1 << 53).contains(list[1].integer ?? -1),
            let (id, entry) = Self.entry(list[2])
        else { return nil }
        var values: [Literal?] = []
        for item in list.dropFirst(3) {
            if item.isNull {
                values.append(nil)
            } else if let literal = Self.literal(item) {
                values.append(literal)
            } else {
                return nil
            }
        }
        self.init(
            Cursor(values: values, id: id, entry: entry),
            sort: sort.utf8.split(separator: UInt8(ascii: ",")).map { piece in
                let isDescending = piece.first == UInt8(ascii: "-")
                return SortTerm(String(Substring(isDescending ? piece.dropFirst() : piece)), isDescending: isDescending)
            }, position: list[1].integer.map { Int($0) })
    }

    /// `terms` as the `sort` parameter has them.
    package static func text(_ terms: [SortTerm]) -> String { terms.map(\.text).joined(separator: ",") }

    private static func value(_ literal: Literal?) -> Value {
        switch literal {
        case nil: .null
        case .string(let text): .list([.string("s"), .string(text)])
        case .integer(let number): .list([.string("i"), .integer(number)])
        case .real(let number): .list([.string("r"), .real(number)])
        case .boolean(let flag): .list([.string("b"), .bool(flag)])
        case .timestamp(let time): .list([.string("t"), .integer(time.microseconds)])
        }
    }

    private static func entry(_ value: Value) -> (id: String, entry: String?)? {
        if let id = value.text { return (id, nil) }
        guard let pair = value.items, pair.count == 2, let id = pair[0].text, let entry = pair[1].text else {
            return nil
        }
        return (id, entry)
    }

    private static func literal(_ value: Value) -> Literal? {
        guard let pair = value.items, pair.count == 2 else { return nil }
        return switch pair[0].text {
        case "s": pair[1].text.map { .string($0) }
        case "i": pair[1].integer.map { .integer($0) }
        case "r": pair[1].real.map { .real($0) }
        case "b": pair[1].bool.map { .boolean($0) }
        case "t": pair[1].integer.map { .timestamp(Timestamp(microseconds: $0)) }
        default: nil
        }
    }
}
