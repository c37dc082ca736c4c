import RutileJSON

/// A test of the name of an upload, as lists of uploads are asked for.
package enum UploadNameTest: Hashable, Sendable {
    case exact(String)
    /// A part of the name, case ignored; never empty.
    case fuzzy(String)

    /// A name, or a JSON text that says how it is meant: `{"value": …, "type": "exact" or "fuzzy"}`, exact where there is
    /// no type. `nil` for JSON that is not so.
    ///
    /// Source: NOMAD 2.0.0, measured.
    package init?(_ text: String) {
        guard let value = try? Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse),
            let meant = value.object
        else {
            self = .exact(text)
            return
        }
        guard let name = meant["value"]?.text, meant.keys.allSatisfy({ $0 == "value" || $0 == "type" }) else {
            return nil
        }
        switch meant["type"] ?? .string("exact") {
        case .string("exact"): self = .exact(name)
        case .string("fuzzy"):
            let part = name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
            if part.isEmpty { return nil }
            self = .fuzzy(String(part))
        default: return nil
        }
    }

    /// Whether `name` is so; what has no name is not.
    package func fits(_ name: String?) -> Bool {
        guard let name else { return false }
        switch self {
        case .exact(let wanted): return name.hasSameUTF8(as: wanted)
        case .fuzzy(let part):
            let text = Array(name.lowercased().utf8)
            return text.firstRange(of: Array(part.lowercased().utf8)) != nil
        }
    }
}
