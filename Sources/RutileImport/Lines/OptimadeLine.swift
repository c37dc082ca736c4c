import OptimadeAPI
import RutileJSON
import RutileModel

/// One line of an OPTIMADE JSON Lines file.
///
/// Source: OPTIMADE 1.3, appendix on the JSON Lines exchange format; files of optimade-maker and optimade-python-tools.
enum OptimadeLine {
    /// The first line: `{"x-optimade": {"api_version": …}}`, or with `api_version` within `meta`.
    case header
    /// The definitions of properties in the information on an entry type.
    case properties([PropertyRecord])
    /// An entry.
    case entry(Resource)
    /// The general information on the database, with the licence of its data: SPDX identifiers, or an address; absent
    /// where none is stated.
    case information(license: String?)
    /// What says nothing about entries: metadata of the database, links to others.
    case other

    /// Reads one line. `warnings` takes what a reader should know.
    ///
    /// - Throws: ``SourceFailure`` without line.
    init(_ text: UnsafeRawBufferPointer, warnings: inout [String]) throws(SourceFailure) {
        let document: JSONDocument
        do {
            document = try unsafe JSONDocument(json: text, limits: Self.limits, nonFinite: .null)
        } catch {
            throw SourceFailure("no JSON: \(error.reason)")
        }
        if document.replaced.count > 0 {
            warnings.append("Numbers that are not finite became null: \(document.replaced.count).")
        }
        let root = document.root
        guard root.kind == .object else { throw SourceFailure("not an object") }
        guard let type = root["type"] else {
            if let header = root["x-optimade"] {
                self = .header
                let version = header["api_version"]?.text ?? header["meta"]?["api_version"]?.text
                if let version, !version.utf8.starts(with: "1.".utf8), !version.hasSameUTF8(as: "1") {
                    warnings.append("The file is of version \(version.prefix(40)); it is read as one of version 1.")
                }
            } else if root["meta"] != nil {
                self = .other
            } else {
                throw SourceFailure("has no type")
            }
            return
        }
        guard let name = type.text, !name.isEmpty else { throw SourceFailure("its type is no text") }
        switch name {
        case "info":
            let isGeneral = root["id"]?.text.map { $0.isEmpty || $0 == "/" } ?? true
            self =
                isGeneral
                ? .information(license: Self.license(in: root)) : .properties(Self.properties(in: root, &warnings))
        case "links": self = .other
        default: self = .entry(try Self.resource(root, type: name, &warnings))
        }
    }

    private static let limits = JSONLimits(maximumBytes: LinePieces.longestLine)
    /// Bytes that an id may have: it becomes part of a URL and of an entry's key.
    private static let longestID = 4_096
    /// Bytes above which a licence is none.
    private static let longestLicense = 1_000

    private static func resource(
        _ root: JSONView, type: String, _ warnings: inout [String]
    ) throws(SourceFailure) -> Resource {
        guard let id = root["id"] else { throw SourceFailure("has no id") }
        guard let text = id.text else { throw SourceFailure("its id is no text") }
        guard !text.isEmpty else { throw SourceFailure("its id is empty") }
        guard text.utf8.count <= longestID, type.utf8.count <= longestID, !text.utf8.contains(0), !type.utf8.contains(0)
        else { throw SourceFailure("its id or type is too long, or contains the character NUL") }
        func object(_ key: String) throws(SourceFailure) -> ObjectValue {
            guard let view = root[key], !view.isNull else { return ObjectValue() }
            guard case .object(let object) = view.value else { throw SourceFailure("its \(key) are no object") }
            return object
        }
        return Resource(
            type: type, id: text, attributes: ExtendedJSON.plain(try object("attributes")),
            relationships: sound(try object("relationships"), &warnings))
    }

    /// Those of `relationships` that are lists of resource identifiers of the type that they are called as; of others
    /// the sound identifiers, or nothing. One identifier without a list is a list of one: OPTIMADE's are all to many.
    private static func sound(_ relationships: ObjectValue, _ warnings: inout [String]) -> ObjectValue {
        ObjectValue(
            relationships.members.compactMap { type, relationship in
                if relationship.isNull || relationship["data"]?.isNull == true { return nil }
                guard var members = relationship.object, let data = members["data"],
                    let identifiers = data.items ?? data.object.map({ [.object($0)] })
                else {
                    warnings.append("The relationship \(type) is left out: it has no list of type and id.")
                    return nil
                }
                let sound = identifiers.filter { identifier in
                    identifier["type"]?.text?.hasSameUTF8(as: type) == true && identifier["id"]?.text?.isEmpty == false
                }
                if sound.count < identifiers.count {
                    warnings.append(
                        "Of the relationship \(type) \(identifiers.count - sound.count) of \(identifiers.count) entries "
                            + "are left out: they are no type and id, or of another type.")
                    if sound.isEmpty { return nil }
                }
                members["data"] = .list(sound)
                return (type, .object(members))
            })
    }

    /// What the general information says about the licence.
    ///
    /// Source: OPTIMADE 1.2, "Base Info Endpoint": `available_licenses` are SPDX identifiers to choose from, `license` is
    /// a link to the text.
    private static func license(in root: JSONView) -> String? {
        func member(_ name: String) -> JSONView? { root["attributes"]?[name] ?? root[name] }
        let identifiers = member("available_licenses")?.items.compactMap(\.text) ?? []
        let link = member("license")
        let address = link?.text ?? link?["href"]?.text ?? ""
        let spdx = "https://spdx.org/licenses/"
        let stated =
            !identifiers.isEmpty
            ? identifiers.joined(separator: " OR ")
            : address.utf8.starts(with: spdx.utf8) ? String(address.dropFirst(spdx.count)) : address
        return stated.isEmpty || stated.utf8.count > longestLicense || stated.utf8.contains(0) ? nil : stated
    }

    /// The definitions in `properties` of the line, or of its `attributes` as in an answer of a server.
    ///
    /// Standard properties of structures and references are left out: their definitions are not the file's to change.
    /// `warnings` takes the members that the file adds to their dictionaries.
    private static func properties(in root: JSONView, _ warnings: inout [String]) -> [PropertyRecord] {
        guard let type = root["id"]?.text,
            case .object(let properties)? = (root["properties"] ?? root["attributes"]?["properties"])?.value
        else { return [] }
        let isStandard = type == "structures" || type == "references"
        var records: [PropertyRecord] = []
        for (name, definition) in properties.members {
            if !isStandard || name.utf8.first == UInt8(ascii: "_") {
                records.append(PropertyRecord(entryType: type, name: name, definition: definition))
                continue
            }
            for member in addedMembers(of: name, definition) {
                warnings.append(
                    "The definition of \(member) of \(type) is not used: what is added to a dictionary of the standard is "
                        + "shown, but cannot be searched for.")
            }
        }
        return records
    }

    /// Members with a provider's prefix in `definition`, that of `name`, and in what it holds.
    private static func addedMembers(of name: String, _ definition: Value) -> [String] {
        let members = definition["properties"]?.object?.members.flatMap { member, inner in
            member.utf8.first == UInt8(ascii: "_")
                ? ["\(name).\(member)"] : addedMembers(of: "\(name).\(member)", inner)
        }
        return (members ?? []) + (definition["items"].map { addedMembers(of: name, $0) } ?? [])
    }
}

/// What MongoDB writes where JSON has no type of its own.
enum ExtendedJSON {
    /// `object` with dates as OPTIMADE's timestamps, and object ids and wrapped numbers as plain values.
    static func plain(_ object: ObjectValue) -> ObjectValue {
        guard object.values.contains(where: isAffected) else { return object }
        return ObjectValue(object.members.map { ($0, plain($1)) })
    }

    private static func isAffected(_ value: Value) -> Bool {
        switch value {
        case .object(let object):
            object.keys.first?.utf8.first == UInt8(ascii: "$") || object.values.contains(where: isAffected)
        case .list(let items):
            // A list of numbers has none, and nearly all long lists are such lists.
            items.first?.real == nil && items.contains(where: isAffected)
        default: false
        }
    }

    private static func plain(_ value: Value) -> Value {
        switch value {
        case .list(let items): return .list(items.map(plain))
        case .object(let object):
            guard object.count == 1, let key = object.keys.first, let inner = object.values.first else {
                return .object(plain(object))
            }
            switch key {
            case "$date": return date(inner) ?? value
            case "$oid": return inner
            case "$numberLong", "$numberInt": return inner.text.flatMap { Int64($0) }.map(Value.integer) ?? value
            case "$numberDouble":
                return inner.text.flatMap { Double($0) }.flatMap { $0.isFinite ? .real($0) : nil } ?? value
            default: return .object(plain(object))
            }
        default: return value
        }
    }

    /// A date as text, as milliseconds since 1970, or as these in a text of their own.
    private static func date(_ value: Value) -> Value? {
        let milliseconds = value.integer ?? value["$numberLong"]?.text.flatMap { Int64($0) }
        if let milliseconds {
            let (microseconds, isTooLate) = milliseconds.multipliedReportingOverflow(by: 1_000)
            return isTooLate ? nil : .string(Timestamp(microseconds: microseconds).text(offset: "Z"))
        }
        guard let text = value.text else { return nil }
        return .string(Timestamp(stored: text)?.text(offset: "Z") ?? text)
    }
}
