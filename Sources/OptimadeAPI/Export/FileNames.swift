/// Names for files about entries, of characters that every file system takes.
package struct FileNames {
    private let ending: String
    /// Names that are taken, all ASCII, in lower case: some file systems know no other.
    private var taken: Set<String> = []

    /// Names that have `ending`.
    package init(ending: String) { self.ending = ending }

    /// A name for a file about `id` that no other one has.
    package mutating func name(for id: String) -> String {
        let safe = id.utf8.prefix(100).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let stem = String(decoding: safe, as: UTF8.self)
        var name = stem
        var number = 1
        while !taken.insert(name.lowercased()).inserted {
            number += 1
            name = "\(stem)-\(number)"
        }
        return name + ending
    }
}
