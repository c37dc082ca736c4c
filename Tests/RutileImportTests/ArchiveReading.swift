import RutileArchive
import RutileImport
import RutileJSON

extension RawEntry {
    /// The value at a path of keys and indices, for example `results/material/elements/0`; `nil` where there is none.
    func value(_ path: String) -> Value? { Value.object(archive).value(path) }
}

extension Value {
    /// The value at a path of keys and indices; `nil` where there is none.
    func value(_ path: String) -> Value? {
        var value = self
        for step in path.split(separator: "/") {
            if let items = value.items {
                guard let index = Int(step), items.indices.contains(index) else { return nil }
                value = items[index]
            } else if let member = value[String(step)] {
                value = member
            } else {
                return nil
            }
        }
        return value
    }

    /// The numbers of a list.
    var numbers: [Double] { items?.compactMap(\.real) ?? [] }
    /// The texts of a list.
    var texts: [String] { items?.compactMap(\.text) ?? [] }
}

/// The failure of reading `text` as `format`; `nil` where it can be read.
func failure(_ format: SourceFormat, _ text: String) -> SourceFailure? {
    do {
        _ = try format.entries(in: Array(text.utf8))
        return nil
    } catch {
        return error
    }
}
