import RutileJSON

/// Members in order, each key once: a later one takes the place of an earlier one. Keys compare by their UTF-8 bytes.
struct KeyedList<Element> {
    private(set) var members: [(key: String, value: Element)] = []
    private var positions: [UTF8Key: Int] = [:]
    private static var linearLimit: Int { 12 }

    mutating func append(_ key: String, _ value: Element) {
        if members.count == Self.linearLimit {
            for (index, member) in members.enumerated() { positions[UTF8Key(member.key)] = index }
        }
        let known =
            members.count < Self.linearLimit
            ? members.firstIndex { $0.key.hasSameUTF8(as: key) } : positions[UTF8Key(key)]
        if let known {
            members[known].value = value
        } else {
            if members.count >= Self.linearLimit { positions[UTF8Key(key)] = members.count }
            members.append((key, value))
        }
    }
}
