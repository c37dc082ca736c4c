import FoundationEssentials
import RutileArchive
import RutileJSON
import Testing

/// The bytes of a file.
func fileBytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

/// Writes bytes to a file.
func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

extension ArchiveNode {
    /// The value by way of JSON.
    func transcoded() throws -> Value {
        var writer = JSONWriter()
        try writeJSON(to: &writer)
        return try Value(json: writer.bytes, limits: .file)
    }

    /// The value, built by stepping from child to child: each member by its key, each item by its index.
    func walked() throws -> Value {
        switch try kind {
        case .object:
            var object = ObjectValue()
            for (key, _) in try members() {
                object[key] = try #require(try child(key), "member \(key) is not found by its key").walked()
            }
            #expect(try child("no such key") == nil)
            try checkPlaces(of: object.keys)
            return .object(object)
        case .list:
            let count = try count
            #expect(try item(count) == nil)
            #expect(try item(-1) == nil)
            // From the end, so that places are looked up in an order that nothing was prepared for.
            let items = try (0..<count).reversed().map { index in
                try #require(try item(index), "item \(index) is not found").walked()
            }
            return .list(items.reversed())
        default: return try value()
        }
    }

    /// Checks that the members that are found all at once are those that are found one by one.
    private func checkPlaces(of keys: [String]) throws {
        let names = ["no such key"] + keys.reversed()
        let places = try MemberPlaces(MemberNames(names), in: self)
        // Entries of combined and old files are no encoded object.
        guard names.indices.contains(where: places.hasValue) else { return }
        for (index, name) in names.enumerated() {
            let node = try child(name)
            #expect(places.hasValue(index) == !(node?.isNull ?? true), "\(name)")
            #expect(try places.value(index).json() == (node?.value() ?? .null).json(), "\(name)")
            if places.hasValue(index) { #expect(try places.fits(index, .text) == (node?.text != nil), "\(name)") }
            var one = JSONWriter()
            var other = JSONWriter()
            try places.writeJSON(index, to: &one)
            if let node { try node.writeJSON(to: &other) } else { other.null() }
            #expect(one.text == other.text, "\(name)")
        }
    }

    /// The value, built from the lists of members and items.
    func listed() throws -> Value {
        switch try kind {
        case .object:
            var object = ObjectValue()
            for (key, node) in try members() { object[key] = try node.listed() }
            return .object(object)
        case .list: return .list(try items(0..<(try count)).map { try $0.listed() })
        default: return try value()
        }
    }
}
