import Crypto
import RutileJSON

/// A definition that has a digest of its own.
enum DigestKey: Hashable {
    case section(SectionID)
    case quantity(SectionID, Int)
    case subSection(SectionID, Int)
}

/// Digests that were made, or are being made.
///
/// Definitions may refer to each other in circles. One that is met again while its digest is being made counts with
/// what was fed into it so far; hence the digests of a circle depend on which of its definitions is asked for first.
/// *Source*: NOMAD 2.0.0, whose ids these are.
struct DigestLedger {
    /// What was fed into each digest; complete or not.
    var states: [DigestKey: Insecure.SHA1] = [:]
    /// Ids that were asked for, in hexadecimal.
    var ids: [DigestKey: String] = [:]
    /// Digests that are being made, one inside the other.
    var depth = 0
}

/// Why there is no digest yet.
struct DefinitionNeed: Error {
    /// The archive that is not loaded.
    let place: ArchivePlace
}

extension DefinitionScope {
    /// The id of a section's definition: 40 hexadecimal digits.
    ///
    /// Facts for built-in sections; for others SHA-1 over the parts of the definition, so that equal definitions at the
    /// same place have the ids that NOMAD gives them (2.0.0, measured).
    package func definitionID(of section: SectionID) -> DefinitionLookup<String> {
        lookup { () throws(DefinitionNeed) in try id(.section(section)) }
    }

    /// `<qualified name>@<id>`, the short form of `m_def`.
    package func shortForm(of section: SectionID) -> DefinitionLookup<String> {
        lookup { () throws(DefinitionNeed) in
            "\(self.section(section).qualifiedName)@\(try id(.section(section)))"
        }
    }

    /// `<qualified name>@<id>` of a quantity.
    package func shortForm(of quantity: Quantity) -> DefinitionLookup<String> {
        lookup { () throws(DefinitionNeed) in
            "\(quantity.qualifiedName)@\(try id(.quantity(quantity.owner, quantity.position)))"
        }
    }

    /// Runs `body`; when it needs something, the ledger is as before, for there must be no digest of half a definition.
    func lookup<Found>(_ body: () throws(DefinitionNeed) -> Found) -> DefinitionLookup<Found> {
        let before = digests
        do { return .found(try body()) } catch {
            digests = before
            return .needs(error.place)
        }
    }

    /// The id of a definition, as it is known when it is first asked for.
    func id(_ key: DigestKey) throws(DefinitionNeed) -> String {
        if let id = digests.ids[key] { return id }
        let id = try digest(key).hexadecimal
        digests.ids[key] = id
        return id
    }

    /// The id of a whole package.
    func id(ofPackage number: Int) throws(DefinitionNeed) -> String {
        let package = package(number)
        if let id = package.attributes["definition_id"]?.text { return id }
        var state = head(of: package.attributes)
        for section in package.outermost {
            state.update(data: try digest(.section(SectionID(package: number, section: section))))
        }
        return state.finalize().hexadecimal
    }

    /// The id of a category, which nothing but its name and aliases count for.
    func id(ofCategory definition: ObjectValue) -> String {
        definition["definition_id"]?.text ?? head(of: definition).finalize().hexadecimal
    }

    /// The 20 bytes of a definition's digest, complete or, inside a circle, as far as it is.
    private func digest(_ key: DigestKey) throws(DefinitionNeed) -> [UInt8] {
        if let state = digests.states[key] { return Array(state.finalize()) }
        let definition = definition(key)
        if let known = definition["definition_id"]?.text { return bytes(ofHexadecimal: known) }
        guard digests.depth < Self.depthLimit else { return [] }
        digests.depth += 1
        defer { digests.depth -= 1 }
        digests.states[key] = Insecure.SHA1()
        digests.ids[key] = nil
        switch key {
        case .section(let section): try feedSection(section, definition)
        case .quantity(let owner, _): try feedQuantity(key, definition, owner)
        case .subSection(let owner, let position): try feedSubSection(key, definition, owner, position)
        }
        return digests.states[key].map { Array($0.finalize()) } ?? []
    }

    private func feedSection(_ id: SectionID, _ definition: ObjectValue) throws(DefinitionNeed) {
        let key = DigestKey.section(id)
        let package = package(id.package)
        let stored = package.sections[id.section]
        digests.states[key] = head(of: definition)
        feed("\(package.key.qualifier)/\(stored.path.text)", into: key)
        feed(definition["extends_base_section"]?.bool ?? false ? "T" : "F", into: key)
        for position in (definition["quantities"]?.items ?? []).indices {
            feed(try digest(.quantity(id, position)), into: key)
        }
        for position in (definition["sub_sections"]?.items ?? []).indices {
            feed(try digest(.subSection(id, position)), into: key)
        }
        for base in definition["base_sections"]?.items ?? [] {
            if let target = try known(target(base.text ?? "", in: id.package, from: id.section)) {
                feed(try digest(.section(target.section)), into: key)
            }
        }
        for inner in stored.inner {
            feed(try digest(.section(SectionID(package: id.package, section: inner))), into: key)
        }
    }

    private func feedQuantity(
        _ key: DigestKey, _ definition: ObjectValue, _ owner: SectionID
    ) throws(DefinitionNeed) {
        var text = name(of: definition)
        if let target = QuantityType(definition["type"]).target {
            switch try known(self.target(target, in: owner.package, from: owner.section)) {
            case .section(let section): text += try id(.section(section))
            case .quantity(let section, let position): text += try id(.quantity(section, position))
            case nil: text += "None"
            }
        } else {
            text += PythonText.json(definition["type"] ?? .null)
        }
        text += PythonText.joined(definition["shape"])
        text += definition["unit"]?.text ?? "None"
        let standard = definition["default"] ?? .null
        text += standard.isNull ? "N" : PythonText.str(standard)
        text += definition["dimensionality"]?.text ?? "None"
        text += definition["virtual"]?.bool ?? false ? "T" : "F"
        feed(text, into: key)
        for attribute in definition["attributes"]?.items ?? [] {
            feed(digest(ofAttribute: attribute.object ?? ObjectValue()), into: key)
        }
    }

    private func feedSubSection(
        _ key: DigestKey, _ definition: ObjectValue, _ owner: SectionID, _ position: Int
    ) throws(DefinitionNeed) {
        digests.states[key] = head(of: definition)
        feed(definition["repeats"]?.bool ?? false ? "T" : "F", into: key)
        let target = definition["sub_section"]?.text ?? ""
        if let section = try known(self.target(target, in: owner.package, from: owner.section)) {
            feed(try digest(.section(section.section)), into: key)
        }
    }

    /// Name, whether it varies, and aliases in order: what every digest begins with; then the attributes.
    private func head(of definition: ObjectValue) -> Insecure.SHA1 {
        var state = Insecure.SHA1()
        state.update(data: Array(name(of: definition).utf8))
        for attribute in definition["attributes"]?.items ?? [] {
            state.update(data: digest(ofAttribute: attribute.object ?? ObjectValue()))
        }
        return state
    }

    private func name(of definition: ObjectValue) -> String {
        let aliases = definition["aliases"]?.items?.compactMap(\.text) ?? []
        let flag = definition["variable"]?.bool ?? false ? "T" : "F"
        let sorted = aliases.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        return (definition["name"]?.text ?? "None") + flag + sorted.joined()
    }

    private func digest(ofAttribute definition: ObjectValue) -> [UInt8] {
        var state = Insecure.SHA1()
        let type = PythonText.json(QuantityType.longForm(of: definition["type"] ?? .null))
        state.update(data: Array((name(of: definition) + type + PythonText.joined(definition["shape"])).utf8))
        return Array(state.finalize())
    }

    private func feed(_ text: String, into key: DigestKey) { feed(Array(text.utf8), into: key) }

    private func feed(_ bytes: [UInt8], into key: DigestKey) { digests.states[key]?.update(data: bytes) }

    /// The target, `nil` where there is none.
    private func known(_ lookup: DefinitionLookup<DefinitionTarget>) throws(DefinitionNeed) -> DefinitionTarget? {
        switch lookup {
        case .found(let target): return target
        case .needs(let place): throw DefinitionNeed(place: place)
        case .failed: return nil
        }
    }

    /// The definition that `key` names, in long form.
    func definition(_ key: DigestKey) -> ObjectValue {
        func definition(of section: SectionID) -> ObjectValue {
            package(section.package).sections[section.section].definition
        }
        func item(_ list: String, _ section: SectionID, _ position: Int) -> ObjectValue {
            let items = definition(of: section)[list]?.items ?? []
            return items.indices.contains(position) ? items[position].object ?? ObjectValue() : ObjectValue()
        }
        switch key {
        case .section(let section): return definition(of: section)
        case .quantity(let section, let position): return item("quantities", section, position)
        case .subSection(let section, let position): return item("sub_sections", section, position)
        }
    }
}

private func bytes(ofHexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
