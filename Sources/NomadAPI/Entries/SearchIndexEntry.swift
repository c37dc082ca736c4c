package import RutileJSON
package import RutileModel

/// An entry as the index of the entry type ``entryType`` holds it: one JSON object of property values.
///
/// Properties are called as quantities are, dots and all (``SearchProperties``). A quantity that should have one value
/// and has several is there twice: with the first one, and as `<name>[]` with all. A nested section is a list of such
/// objects, whose names do not repeat the section's.
package enum SearchIndexEntry {
    /// What stores and indexes call these documents.
    package static let entryType = "entries"

    /// The part of an entry, to be stored: all but what its upload and its datasets say.
    ///
    /// - Parameters:
    ///   - metadata: of its archive; absent where it has none.
    ///   - results: of its archive, likewise.
    ///   - optimade: the attributes of the structure that it is, those included that follow from others.
    package static func json(
        _ entry: EntryRecord, metadata: ObjectValue?, results: Value?, optimade: ObjectValue?
    ) -> [UInt8] {
        var document = SearchDocument.entryPart(entry, metadata: metadata, results: results)
        if let optimade { document["optimade"] = .object(optimade) }
        var writer = JSONWriter(reserving: 1 << 9)
        writer.beginObject()
        writer.key("id")
        writer.string(entry.id.text)
        SearchRow(document, at: .root).write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// A document that was given whole: nothing is added to it.
    package static func json(_ id: EntryID, given document: ObjectValue) -> [UInt8] {
        var writer = JSONWriter(reserving: 1 << 9)
        writer.beginObject()
        writer.key(wholeKey)
        writer.bool(true)
        writer.key("id")
        writer.string(id.text)
        SearchRow(document, at: .root).write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// The members of `parts` as JSON without braces, to be added to an object; empty where there are none.
    package static func members(of parts: [ObjectValue]) -> [UInt8] {
        var writer = JSONWriter(reserving: 1 << 9)
        writer.beginObject()
        for part in parts { SearchRow(part, at: .root).write(to: &writer) }
        writer.endObject()
        return Array(writer.bytes.dropFirst().dropLast())
    }

    /// `json` with `members` of ``members(of:)`` added.
    package static func json(_ json: [UInt8], adding members: [UInt8]) -> [UInt8] {
        if members.isEmpty || json.last != UInt8(ascii: "}") { return json }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count + members.count + 1)
        // A slice is copied as a whole; what `dropLast` gives outside of a slice goes byte by byte.
        bytes += json[..<(json.count - 1)]
        bytes.append(UInt8(ascii: ","))
        bytes += members
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Whether `json` was given whole.
    package static func isWhole(_ json: [UInt8]) -> Bool { json.starts(with: "{\"\(wholeKey)\":".utf8) }

    private static let wholeKey = "whole"
}

/// The values of one object, for all quantities in it.
private struct SearchRow {
    /// Values with the numbers of their quantities, in the order in which they stand in the object.
    private var values: [(quantity: Int, value: Value)] = []
    /// Likewise, with the numbers of nested sections.
    private var tables: [(section: Int, row: SearchRow)] = []
    private let section: SearchTree.Node

    init(_ object: ObjectValue, at node: SearchTree.Node) {
        section = node
        read(.object(object), node)
    }

    private mutating func read(_ value: Value, _ node: SearchTree.Node) {
        switch value {
        case .null: return
        case .list(let items): for item in items { read(item, node) }
        case .object(let object):
            for (name, member) in object.members {
                guard let child = node.children[UTF8Key(name)] else { continue }
                if let index = child.section { readTable(member, index, child) } else { read(member, child) }
            }
            readExclusiveElements(of: object, node)
        default:
            guard let (index, kind) = node.quantity, let scalar = kind.indexed(value) else { return }
            values.append((index, scalar))
        }
    }

    /// Searches for materials of certain elements and no others compare all elements as one text, in order. NOMAD makes it
    /// when it fills its index; archives do not hold it.
    private mutating func readExclusiveElements(of object: ObjectValue, _ node: SearchTree.Node) {
        guard let exclusive = node.children[Self.exclusiveElements],
            object[Self.exclusiveElements.string] == nil, let elements = object["elements"]
        else { return }
        let symbols = (elements.items ?? [elements]).compactMap(\.text)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if !symbols.isEmpty { read(.string(symbols.joined(separator: " ")), exclusive) }
    }

    private static let exclusiveElements = UTF8Key("elements_exclusive")

    private mutating func readTable(_ value: Value, _ index: Int, _ node: SearchTree.Node) {
        switch value {
        case .list(let items): for item in items { readTable(item, index, node) }
        case .object(let object): tables.append((index, SearchRow(object, at: node)))
        default: return
        }
    }

    func write(to writer: inout JSONWriter) {
        let quantities = SearchQuantities.standard
        Self.eachNumber(values.map(\.quantity)) { index, positions in
            let quantity = quantities.all[index]
            let name = section.relative(quantity.name)
            if !quantity.isList {
                writer.key(name)
                writer.value(values[positions[positions.startIndex]].value)
                if positions.count == 1 { return }
            }
            writer.key(quantity.isList ? name : name + SearchProperties.several)
            writer.beginList()
            for position in positions { writer.value(values[position].value) }
            writer.endList()
        }
        Self.eachNumber(tables.map(\.section)) { index, positions in
            writer.key(section.relative(quantities.nestedSections[index]))
            writer.beginList()
            for position in positions {
                writer.beginObject()
                tables[position].row.write(to: &writer)
                writer.endObject()
            }
            writer.endList()
        }
    }

    /// Gives each number that is in `numbers`, ascending, with its positions there, in their order.
    private static func eachNumber(_ numbers: [Int], _ body: (Int, ArraySlice<Int>) -> Void) {
        let positions = numbers.indices.sorted { (numbers[$0], $0) < (numbers[$1], $1) }
        var start = 0
        while start < positions.count {
            let number = numbers[positions[start]]
            let end = positions[start...].firstIndex { numbers[$0] != number } ?? positions.count
            body(number, positions[start..<end])
            start = end
        }
    }
}

/// All quantities by the steps of their paths.
private enum SearchTree {
    /// What one path leads to.
    final class Node: Sendable {
        let children: [UTF8Key: Node]
        /// Number and kind of the quantity that has this path and values of its own.
        let quantity: (Int, SearchQuantity.Kind)?
        /// Number of the nested section that has this path.
        let section: Int?
        /// What comes before the names in the innermost nested section around it, or in this one, with the dot.
        private let prefixCount: Int

        init(_ path: String, _ names: [(rest: Substring.UTF8View, name: String)], prefixCount outer: Int) {
            let quantities = SearchQuantities.standard
            section = quantities.nestedSections.firstIndex { $0.hasSameUTF8(as: path) }
            prefixCount = section == nil ? outer : path.utf8.count + 1
            var groups: [UTF8Key: [(rest: Substring.UTF8View, name: String)]] = [:]
            var own: (Int, SearchQuantity.Kind)?
            for (rest, name) in names {
                let head = rest.prefix { $0 != UInt8(ascii: ".") }
                if head.isEmpty {
                    own = quantities.all.firstIndex { $0.name.hasSameUTF8(as: name) }
                        .map { ($0, quantities.all[$0].kind) }
                } else {
                    groups[UTF8Key(String(decoding: head, as: UTF8.self)), default: []]
                        .append((rest.dropFirst(head.count + 1), name))
                }
            }
            quantity = own
            let prefix = prefixCount
            children = Dictionary(
                uniqueKeysWithValues: groups.map { key, names in
                    (key, Node(path.isEmpty ? key.string : path + "." + key.string, names, prefixCount: prefix))
                })
        }

        func relative(_ name: String) -> String {
            prefixCount == 0 ? name : String(decoding: name.utf8.dropFirst(prefixCount), as: UTF8.self)
        }
    }
}

extension SearchTree.Node {
    /// The node of whole documents.
    fileprivate static let root = SearchTree.Node(
        "",
        SearchQuantities.standard.all.filter { $0.hasOwnValues && !$0.name.hasSameUTF8(as: "entry_id") }
            .map { ($0.name[...].utf8, $0.name) },
        prefixCount: 0)
}

extension SearchQuantity.Kind {
    /// `value` as the index keeps it; `nil` where it is no value of this kind.
    fileprivate func indexed(_ value: Value) -> Value? {
        switch (self, value) {
        case (.keyword, .string), (.text, .string), (.boolean, .bool): value
        case (.integer, .integer), (.integer, .real), (.double, .integer), (.double, .real): value
        case (.keyword, .integer(let number)): .string(String(number))
        case (.keyword, .bool(let flag)): .string(flag ? "true" : "false")
        case (.integer, .string(let text)), (.double, .string(let text)):
            Int64(text).map(Value.integer) ?? Double(text).flatMap { $0.isFinite ? .real($0) : nil }
        case (.boolean, .string("true")): .bool(true)
        case (.boolean, .string("false")): .bool(false)
        case (.date, .string(let text)): SearchDate(text).map { .string($0.start.text(offset: "Z")) }
        case (.date, .integer(let number)):
            number.multipliedReportingOverflow(by: 1_000).overflow
                ? nil : .string(Timestamp(microseconds: number * 1_000).text(offset: "Z"))
        default: nil
        }
    }
}
