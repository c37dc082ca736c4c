package import RutileJSON

/// Why a package of definitions is not installed.
package struct PackageError: Error, Hashable, CustomStringConvertible {
    /// JSON pointer (RFC 6901) to the part that is wrong, in the package as it was given; empty for the whole.
    package let pointer: String
    /// What is wrong with it, a phrase without a full stop.
    package let reason: String

    package var description: String { pointer.isEmpty ? reason : "\(pointer): \(reason)" }
}

/// Checks a package of definitions that is to be installed: names, kinds of values, and that everything it refers to
/// is in the package itself, in one that is installed, or built in.
package struct PackageCheck {
    private let scope: DefinitionScope
    private let package: Int

    /// Checks `definition`, which may build on the packages `installed`; one of its name among them it will replace.
    package static func check(_ definition: Value, besides installed: [Value] = []) throws(PackageError) {
        guard let object = definition.object else {
            throw PackageError(pointer: "", reason: "a package is an object")
        }
        guard let name = object["name"]?.text, !name.isEmpty else {
            if object["definitions"]?.object != nil {
                throw PackageError(
                    pointer: "/definitions", reason: "this is an archive; a package is what stands here alone")
            }
            throw PackageError(pointer: "/name", reason: "a package needs a name")
        }
        guard name.utf8.allSatisfy(isPackageByte) else {
            throw PackageError(pointer: "/name", reason: "a name has letters, digits, “_”, “-” and “.”")
        }
        if DefinitionCatalogue.builtIn.number(of: name) != nil {
            throw PackageError(pointer: "/name", reason: "\(name) is built in")
        }
        let catalogue = DefinitionCatalogue(installed: installed + [definition])
        let check = PackageCheck(
            scope: DefinitionScope(catalogue: catalogue), package: catalogue.number(of: name) ?? catalogue.count - 1)
        guard let (key, list) = member(of: object, LongForm.sectionLists) else {
            throw PackageError(pointer: "/section_definitions", reason: "a package needs sections")
        }
        try check.sections(list, pointer: "/" + key, stored: check.stored.outermost)
    }

    private var stored: StoredPackage { scope.package(package) }

    private func sections(_ list: Value, pointer: String, stored numbers: [Int]) throws(PackageError) {
        let items = try Self.definitions(list, pointer)
        for (item, number) in zip(items, numbers) { try section(item, number) }
    }

    private func section(_ item: Item, _ number: Int) throws(PackageError) {
        let pointer = item.pointer
        if let bases = item.object["base_sections"], bases.items == nil, bases.text == nil {
            throw PackageError(pointer: pointer + "/base_sections", reason: "a list of names is wanted")
        }
        for (position, base) in (item.object["base_sections"]?.items ?? []).enumerated() {
            try isSection(base, from: number, "\(pointer)/base_sections/\(position)")
        }
        if let base = item.object["base_section"] ?? item.object["base_sections"].flatMap({ $0.text == nil ? nil : $0 })
        {
            try isSection(base, from: number, pointer + "/base_section")
        }
        let definition = stored.sections[number].definition
        var names: Set<UTF8Key> = []
        for (list, check) in [("quantities", quantity), ("sub_sections", subSection)] {
            guard let given = item.object[list] else { continue }
            let parts = try Self.definitions(given, "\(pointer)/\(list)")
            for (part, long) in zip(parts, definition[list]?.items ?? []) {
                if !names.insert(UTF8Key(part.name)).inserted {
                    throw PackageError(pointer: part.pointer, reason: "there is another \(part.name) in this section")
                }
                try check(part, long, number)
            }
        }
        if let (key, inner) = Self.member(of: item.object, LongForm.sectionLists) {
            try sections(inner, pointer: "\(pointer)/\(key)", stored: stored.sections[number].inner)
        }
        if isItsOwnBase(SectionID(package: package, section: number)) {
            throw PackageError(pointer: pointer, reason: "\(item.name) inherits from itself")
        }
    }

    private func quantity(_ item: Item, _ long: Value, _ number: Int) throws(PackageError) {
        guard let type = long["type"] else {
            throw PackageError(pointer: item.pointer + "/type", reason: "a quantity needs a type")
        }
        guard let kind = type["type_kind"]?.text, Self.kinds.contains(kind) else {
            throw PackageError(
                pointer: item.pointer + "/type",
                reason:
                    "a type is a word, or an object with one of these type_kind: \(Self.kinds.joined(separator: ", "))")
        }
        switch QuantityType(type) {
        case .reference(let text), .quantityReference(let text):
            if case .found = scope.target(text, in: package, from: number) { return }
            throw PackageError(
                pointer: item.pointer + "/type",
                reason: "“\(text)” is no type and no section of this package, an installed or a built-in one")
        case .primitive(let name) where !QuantityType.primitiveNames.contains(name):
            throw PackageError(
                pointer: item.pointer + "/type/type_data",
                reason: "“\(name)” is none of \(QuantityType.primitiveNames.joined(separator: ", "))")
        case .numpy(let name) where !QuantityType.isNumpy(name):
            throw PackageError(
                pointer: item.pointer + "/type/type_data",
                reason: "“\(name)” is no type of numpy such as float64, int32 or bool")
        case .choice(let choices) where choices.isEmpty:
            throw PackageError(pointer: item.pointer + "/type/type_data", reason: "an enumeration needs its texts")
        default: break
        }
        if let shape = long["shape"], shape.items == nil, shape.text == nil {
            throw PackageError(pointer: item.pointer + "/shape", reason: "a list of lengths is wanted")
        }
        if let unit = item.object["unit"], !unit.isNull {
            guard let text = unit.text else {
                throw PackageError(pointer: item.pointer + "/unit", reason: "a text is wanted")
            }
            if let fault = UnitText.fault(in: text) {
                throw PackageError(pointer: item.pointer + "/unit", reason: "“\(text)” is no unit: \(fault)")
            }
        }
    }

    private func subSection(_ item: Item, _ long: Value, _ number: Int) throws(PackageError) {
        guard let (key, target) = Self.member(of: item.object, LongForm.targetNames) else {
            throw PackageError(pointer: item.pointer + "/sub_section", reason: "a sub-section needs its section")
        }
        if let repeats = item.object["repeats"], repeats.bool == nil {
            throw PackageError(pointer: item.pointer + "/repeats", reason: "true or false is wanted")
        }
        guard target.object != nil, let text = long["sub_section"]?.text else {
            return try isSection(target, from: number, "\(item.pointer)/\(key)")
        }
        // A section written in place: its long form is an inner section of the one around.
        guard case .found(.section(let inner)) = scope.target(text, in: package, from: number),
            let object = target.object
        else { throw PackageError(pointer: "\(item.pointer)/\(key)", reason: "a section is wanted") }
        let name = stored.sections[inner.section].name
        try section(Item(object: object, name: name, pointer: "\(item.pointer)/\(key)"), inner.section)
    }

    private func isSection(_ value: Value, from number: Int, _ pointer: String) throws(PackageError) {
        guard let text = value.text else {
            throw PackageError(pointer: pointer, reason: "the name of a section is wanted")
        }
        if case .found(.section) = scope.target(text, in: package, from: number) { return }
        throw PackageError(
            pointer: pointer, reason: "“\(text)” is no section of this package, an installed or a built-in one")
    }

    private func isItsOwnBase(_ id: SectionID) -> Bool {
        var seen: Set<SectionID> = []
        var waiting = [id]
        while let section = waiting.popLast() {
            for base in scope.definition(.section(section))["base_sections"]?.items ?? [] {
                guard let text = base.text,
                    case .found(.section(let target)) = scope.target(text, in: section.package, from: section.section)
                else { continue }
                if target == id { return true }
                if seen.insert(target).inserted { waiting.append(target) }
            }
        }
        return false
    }

    private static let kinds = [
        "python", "numpy", "enum", "custom", "reference", "section", "quantity_reference", "User", "Author",
    ]

    /// A definition in a list, as it was given.
    private struct Item {
        let object: ObjectValue
        let name: String
        let pointer: String
    }

    /// The items of a list, or the members of an object, with their names.
    private static func definitions(_ list: Value, _ pointer: String) throws(PackageError) -> [Item] {
        var items: [Item] = []
        var names: Set<UTF8Key> = []
        func add(_ value: Value, named name: String?, _ key: String) throws(PackageError) {
            let place = "\(pointer)/\(key.replacing("~", with: "~0").replacing("/", with: "~1"))"
            guard let object = value.object ?? (name != nil && value.isNull ? ObjectValue() : nil) else {
                throw PackageError(pointer: place, reason: "an object is wanted")
            }
            guard let name = name ?? object["name"]?.text, isName(name) else {
                throw PackageError(
                    pointer: place,
                    reason: "a name is wanted that begins with a letter or “_” and has only letters, digits and “_”")
            }
            guard names.insert(UTF8Key(name)).inserted else {
                throw PackageError(pointer: place, reason: "there is another \(name) in this list")
            }
            items.append(Item(object: object, name: name, pointer: place))
        }
        if let values = list.items {
            for (position, value) in values.enumerated() { try add(value, named: nil, String(position)) }
        } else if let object = list.object {
            for (name, value) in object.members { try add(value, named: name, name) }
        } else {
            throw PackageError(pointer: pointer, reason: "a list is wanted, or an object by names")
        }
        return items
    }

    private static func member(of object: ObjectValue, _ names: [String]) -> (key: String, value: Value)? {
        for name in names { if let value = object[name] { return (name, value) } }
        return nil
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.first, first == "_" || first.isLetter else { return false }
        return name.allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
    }

    private static func isPackageByte(_ byte: UInt8) -> Bool {
        let character = Character(UnicodeScalar(byte))
        return character.isASCII && (character.isLetter || character.isNumber || "_-.".contains(character))
    }
}
