import RutileJSON
import RutileModel

/// One object of a bundle, whose members are read one by one; errors name their place.
///
/// A member that is `null` counts as absent.
struct BundleObject {
    /// The JSON pointer of the object.
    let place: String
    private let members: [UTF8Key: JSONView]

    /// Reads the members of `view`, all of which must be among `known`.
    init(_ view: JSONView, at place: String, known: [String]) throws(BundleError) {
        guard view.kind == .object else { throw .refused(place: place, reason: "is \(view.what), not an object") }
        let known = Set(known.map(UTF8Key.init))
        var members: [UTF8Key: JSONView] = [:]
        for member in view.members {
            let key = UTF8Key(member.key)
            guard known.contains(key) else { throw .refused(place: place / key.string, reason: "unknown member") }
            if !member.value.isNull { members[key] = member.value }
        }
        self.place = place
        self.members = members
    }

    /// The member `key` as it stands; `nil` when it is absent.
    func view(_ key: String) -> JSONView? { members[UTF8Key(key)] }

    /// The member `key`, decoded.
    func value(_ key: String) -> Value? { view(key)?.value }

    func text(_ key: String) throws(BundleError) -> String? {
        try read(key, "a text") { $0.text }
    }

    func requiredText(_ key: String) throws(BundleError) -> String {
        guard let text = try text(key) else { throw .refused(place: place, reason: "has no \(key)") }
        return text
    }

    func flag(_ key: String) throws(BundleError) -> Bool? {
        try read(key, "true or false") { $0.bool }
    }

    func count(_ key: String) throws(BundleError) -> Int? {
        try read(key, "a whole number that is not negative") { $0.integer.flatMap { $0 >= 0 ? Int($0) : nil } }
    }

    /// A time; one without offset is UTC.
    func time(_ key: String) throws(BundleError) -> Timestamp? {
        try read(key, "a time such as 2024-01-01T10:00:00Z") { $0.text.flatMap { Timestamp($0) } }
    }

    func requiredTime(_ key: String) throws(BundleError) -> Timestamp {
        guard let time = try time(key) else { throw .refused(place: place, reason: "has no \(key)") }
        return time
    }

    /// A list of texts; absent is empty.
    func texts(_ key: String) throws(BundleError) -> [String] {
        var texts: [String] = []
        for (index, item) in try items(key).enumerated() {
            guard let text = item.text else {
                throw .refused(place: place / key / "\(index)", reason: "is \(item.what), not a text")
            }
            texts.append(text)
        }
        return texts
    }

    /// A list; absent is empty.
    func items(_ key: String) throws(BundleError) -> [JSONView] {
        guard let view = view(key) else { return [] }
        guard view.kind == .list else { throw .refused(place: place / key, reason: "is \(view.what), not a list") }
        return Array(view.items)
    }

    /// A list of ids; absent is empty.
    func ids<ID: Identifier>(_ key: String) throws(BundleError) -> [ID] { try texts(key).map(ID.init) }

    /// The id that a new record has: not empty, not overlong, without control characters.
    func newID<ID: Identifier>(_ key: String) throws(BundleError) -> ID {
        let text = try requiredText(key)
        guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw .refused(place: place / key, reason: "\(text.debugDescription) cannot be an id")
        }
        return ID(text)
    }

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable<String>>(_ key: String) throws(BundleError) -> Choice? {
        guard let text = try text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw .refused(place: place / key, reason: "\(text.debugDescription) is none of the possible values")
        }
        return choice
    }

    private func read<Result>(
        _ key: String, _ expected: String, _ take: (JSONView) -> Result?
    ) throws(BundleError) -> Result? {
        guard let view = view(key) else { return nil }
        guard let result = take(view) else {
            throw .refused(place: place / key, reason: "is \(view.what), not \(expected)")
        }
        return result
    }
}

extension JSONView {
    /// What this is, with its article, for people.
    var what: String {
        switch kind {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .unsigned, .real: "a number"
        case .string: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}

/// Appends a reference token to a JSON pointer (RFC 6901).
func / (place: String, token: String) -> String {
    var escaped = ""
    for scalar in token.unicodeScalars {
        switch scalar {
        case "~": escaped += "~0"
        case "/": escaped += "~1"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return place + "/" + escaped
}
