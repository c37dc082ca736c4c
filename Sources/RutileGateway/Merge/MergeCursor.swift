import RutileModel
import Crypto
import OptimadeAPI
import RutileClient
import RutileJSON

/// A place in a merged list, as `page_cursor` carries it: how the list of each database stands.
///
/// The text is base64url (RFC 4648 §5, unpadded) of sixteen bytes of HMAC-SHA256 and a JSON list: what the place belongs
/// to, then for each database its state. It is signed, since what it says goes into requests to databases.
struct MergeCursor {
    let sources: [MergeState.Source]
    /// Entries behind the place that are to be left out still, since the time of a page was over before. Where equal
    /// entries are merged, and so lists are read from the start, those before the place.
    let position: Int

    /// A place.
    init(_ sources: [MergeState.Source], position: Int = 0) {
        self.sources = sources
        self.position = position
    }

    /// The text of the place in the list that `scope` describes.
    func text(_ scope: String, key: SymmetricKey) -> String {
        let list = Value.list(
            [.string(Self.digest(scope)), .integer(Int64(position))] + sources.map(Self.value))
        let bytes = list.json()
        return base64URL(Self.signature(bytes, key) + bytes)
    }

    /// Reads a text that was made for the list that `scope` describes, of `count` databases.
    ///
    /// - Throws: ``GatewayRefusal`` for any other.
    init(_ text: String, _ scope: String, count: Int, key: SymmetricKey) throws(GatewayRefusal) {
        let mend = "Take it from links.next as it is, or leave it out to begin at the start."
        guard let bytes = RutileModel.bytes(base64URL: text.utf8), bytes.count > Self.signatureLength,
            Self.isSigned(bytes, key),
            let list = try? Value(json: Array(bytes.dropFirst(Self.signatureLength))).items, list.count >= 2
        else {
            throw GatewayRefusal(
                OptimadeProblem(
                    .parameterValue, parameter: "page_cursor", "page_cursor is none that was given out here. \(mend)"))
        }
        let sources = list.dropFirst(2).compactMap(Self.source)
        guard list[0].text == Self.digest(scope), sources.count == count, let position = list[1].integer else {
            throw GatewayRefusal(
                OptimadeProblem(
                    .parameterValue, parameter: "page_cursor",
                    "page_cursor belongs to another filter, sort or list of databases. \(mend)"))
        }
        self.init(sources, position: Int(position))
    }

    private static let signatureLength = 16

    private static func signature(_ bytes: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(signatureLength))
    }

    private static func isSigned(_ bytes: [UInt8], _ key: SymmetricKey) -> Bool {
        let expected = signature(Array(bytes.dropFirst(signatureLength)), key)
        // All bytes are looked at, so that the time tells nothing.
        return zip(expected, bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func digest(_ scope: String) -> String {
        base64URL(Array(SHA256.hash(data: Array(scope.utf8)).prefix(9)))
    }

    private static func value(_ source: MergeState.Source) -> Value {
        func number(_ value: Int?) -> Value { value.map { .integer(Int64($0)) } ?? .null }
        var items: [Value] = [
            .string(source.end?.rawValue ?? (source.isWhole ? "w" : source.part.rawValue)), number(source.returned),
            number(source.available),
        ]
        if source.end == nil {
            items += [
                .integer(Int64(source.skip)), .string(source.place.text), number(source.firstMark.map(Int.init)),
                number(source.previousMark.map(Int.init)), .integer(Int64(source.turned)),
                number(source.anchorMark.map(Int.init)), .string(Self.text(source.lastMarks)),
            ]
        }
        return .list(items)
    }

    private static func source(_ value: Value) -> MergeState.Source? {
        guard let items = value.items, items.count >= 3, let state = items[0].text else { return nil }
        var source = MergeState.Source()
        source.returned = items[1].integer.map(Int.init)
        source.available = items[2].integer.map(Int.init)
        source.end = MergeState.Source.End(rawValue: state)
        if source.end != nil { return source }
        guard items.count == 10, let skip = items[3].integer, skip >= 0, let text = items[4].text,
            let place = PagePlace(link: text), let turned = items[7].integer, turned >= 0,
            let lastMarks = items[9].text.flatMap(Self.marks)
        else { return nil }
        source.isWhole = state.hasSameUTF8(as: "w")
        source.part = MergeState.Part(rawValue: state) ?? .all
        source.skip = Int(skip)
        source.place = place
        source.firstMark = items[5].integer.flatMap { UInt32(exactly: $0) }
        source.previousMark = items[6].integer.flatMap { UInt32(exactly: $0) }
        source.turned = Int(turned)
        source.anchorMark = items[8].integer.flatMap { UInt32(exactly: $0) }
        source.lastMarks = lastMarks
        return source
    }

    /// Marks as base64url of four bytes each, the most significant first.
    private static func text(_ marks: [UInt32]) -> String {
        base64URL(marks.flatMap { mark in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: mark >> $0) } })
    }

    private static func marks(_ text: String) -> [UInt32]? {
        guard let bytes = RutileModel.bytes(base64URL: text.utf8) else { return nil }
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start...].prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
