package import RutileJSON

extension RequiredData {
    /// Reads `given`; nothing and null mean everything.
    package init(_ given: Value?) throws(EntriesProblem) {
        guard let given, !given.isNull else {
            self = .everything
            return
        }
        switch given {
        case .string(let word): self.init(root: Part(directive: word), resolvesInPlace: false, given: given)
        case .object(var members):
            let flag = members[Self.inPlace] ?? .null
            guard flag.isNull || flag.bool != nil else {
                throw .required("\(Self.inPlace) is not a bool", at: ["required", Self.inPlace])
            }
            members[Self.inPlace] = nil
            self.init(root: .keys(try Keys(members)), resolvesInPlace: flag.bool ?? false, given: given)
        default: throw .required("required is a directive or an object", at: ["required"])
        }
    }

    /// The key at top level that is no key of an archive.
    static let inPlace = "resolve-inplace"
}

extension RequiredData.Part {
    fileprivate init(directive word: String) {
        switch word {
        case "*", "include": self = .stored
        case "include-resolved": self = .resolved
        default: self = .unknown(word)
        }
    }

    /// What stands under `key`.
    fileprivate init(_ value: Value, at key: String) throws(EntriesProblem) {
        switch value {
        case .string(let word): self.init(directive: word)
        case .object(let members): self = .keys(try RequiredData.Keys(members))
        default: throw .required("the value of a required key is a directive or an object", at: [key])
        }
    }
}

extension RequiredData.Keys {
    fileprivate convenience init(_ members: ObjectValue) throws(EntriesProblem) {
        var named: [RequiredData.Key] = []
        var others: RequiredData.Part?
        for (text, value) in members.members {
            if text.hasSameUTF8(as: "*") {
                others = try RequiredData.Part(value, at: text)
                continue
            }
            // Below the top level it is a key like any other, which no section has.
            if text.hasSameUTF8(as: RequiredData.inPlace) { continue }
            let isExcluded = value.text.map { $0.hasSameUTF8(as: "exclude") } ?? false
            // Only from all others something can be left out.
            if isExcluded, members["*"] == nil { continue }
            guard let (name, items) = RequiredData.Key.parse(text) else {
                throw .required("invalid required key", at: [text])
            }
            named.append(
                RequiredData.Key(
                    name: name, items: items, part: isExcluded ? nil : try RequiredData.Part(value, at: text)))
        }
        self.init(named: named, others: others)
    }
}

extension RequiredData.Key {
    /// `<name> [ "[" [<number>] [":" [<number>]] "]" ]`, with white space around it; the name has letters, digits, `_`,
    /// `-` and white space. `nil` for anything else.
    fileprivate static func parse(_ text: String) -> (name: String, items: RequiredData.Items?)? {
        var bytes = Array(text.utf8.drop(while: isBlank))
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        let name = bytes.prefix { $0 != UInt8(ascii: "[") }
        guard !name.isEmpty, name.allSatisfy(isNamePart) else { return nil }
        let rest = bytes[name.endIndex...]
        if rest.isEmpty { return (String(decoding: name, as: UTF8.self), nil) }
        guard rest.count >= 2, rest.last == UInt8(ascii: "]") else { return nil }
        let brackets = rest.dropFirst().dropLast()
        if brackets.isEmpty { return (String(decoding: name, as: UTF8.self), nil) }
        return items(brackets).map { (String(decoding: name, as: UTF8.self), $0) }
    }

    private static func items(_ text: ArraySlice<UInt8>) -> RequiredData.Items? {
        let bounds = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var numbers: [Int?] = []
        for bound in bounds {
            // Not a sign alone, nor what `Int` takes besides (`+1`).
            let digits = bound.first == UInt8(ascii: "-") ? bound.dropFirst() : bound
            guard digits.allSatisfy({ (48...57).contains($0) }), digits.isEmpty == bound.isEmpty else { return nil }
            let number = Int(String(decoding: bound, as: UTF8.self))
            // Beyond all lists is as good as at their ends.
            numbers.append(number ?? (bound.isEmpty ? nil : digits.count < bound.count ? Int.min : Int.max))
        }
        switch numbers.count {
        case 1: return numbers[0].map(RequiredData.Items.one)
        case 2: return .range(from: numbers[0], to: numbers[1])
        default: return nil
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: isBlank(byte)
        }
    }

    /// A blank, or one of the control characters from tab to carriage return.
    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte) }
}
