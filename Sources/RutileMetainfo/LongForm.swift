import RutileJSON

/// Turns the spellings that people and NOMAD use for packages into one: the long form.
///
/// Lists of sections are called `section_definitions` and `inner_section_definitions`; sections, quantities and
/// sub-sections are lists whose items carry their `name` (not objects by name); `base_sections` is a list,
/// `sub_section` a string, `type` an object of `type_kind` and `type_data`. A section that is written inside a
/// sub-section becomes an inner section of the section around it, named after the sub-section.
///
/// Whatever does not fit is left as it is: ``PackageCheck`` reports it, and requests read past it.
struct LongForm {
    /// Names of the member that holds a package's or section's sections.
    static let sectionLists = [
        "section_definitions", "section_defs", "sections", "inner_section_definitions", "inner_section_defs",
        "inner_sections",
    ]
    /// Names of the member that says which section a sub-section holds.
    static let targetNames = ["sub_section", "section_definition", "section_def", "section"]
    /// Members that say what kind of definition an object is; the place says it already.
    private static let housekeeping = ["m_def", "m_def_id", "m_parent_index", "m_parent_sub_section", "definition_id"]

    /// The long form of a package.
    static func package(_ definition: ObjectValue) -> ObjectValue {
        var package = plain(definition)
        let sections = take(sectionLists, from: &package).flatMap(list) ?? []
        package["section_definitions"] = .list(
            sections.enumerated().map { section($1, path: "/section_definitions/\($0)") })
        return package
    }

    private static func section(_ value: Value, path: String) -> Value {
        guard let object = value.object else { return value }
        var section = plain(object)
        if let base = section["base_section"] {
            section["base_section"] = nil
            section["base_sections"] = .list((section["base_sections"]?.items ?? []) + [base])
        } else if let base = section["base_sections"], base.text != nil {
            section["base_sections"] = .list([base])
        }
        var inner = take(sectionLists, from: &section).flatMap(list) ?? []
        if let quantities = section["quantities"].flatMap(list) {
            section["quantities"] = .list(quantities.map(quantity))
        }
        if let subSections = section["sub_sections"].flatMap(list) {
            section["sub_sections"] = .list(
                subSections.map { subSection($0, inner: &inner, path: path + "/inner_section_definitions") })
        }
        if !inner.isEmpty {
            section["inner_section_definitions"] = .list(
                inner.enumerated().map { self.section($1, path: "\(path)/inner_section_definitions/\($0)") })
        }
        return .object(section)
    }

    private static func quantity(_ value: Value) -> Value {
        guard let object = value.object else { return value }
        var quantity = plain(object)
        if let type = quantity["type"] { quantity["type"] = QuantityType.longForm(of: type) }
        if let unit = quantity["unit"]?.text { quantity["unit"] = .string(UnitText.long(unit)) }
        return .object(quantity)
    }

    private static func subSection(_ value: Value, inner: inout [Value], path: String) -> Value {
        guard let object = value.object else { return value }
        var subSection = plain(object)
        guard let target = take(targetNames, from: &subSection) else { return .object(subSection) }
        if var section = target.object {
            if section["name"] == nil { section["name"] = .string(camelCase(subSection["name"]?.text ?? "")) }
            subSection["sub_section"] = .string("\(path)/\(inner.count)")
            inner.append(.object(section))
        } else {
            subSection["sub_section"] = target
        }
        return .object(subSection)
    }

    /// The members of `object` that describe the definition.
    private static func plain(_ object: ObjectValue) -> ObjectValue {
        ObjectValue(object.members.lazy.filter { !housekeeping.contains($0.0) })
    }

    /// Removes all of `names` and returns the first one's value.
    private static func take(_ names: [String], from object: inout ObjectValue) -> Value? {
        var first: Value?
        for name in names {
            guard let value = object[name] else { continue }
            if first == nil { first = value }
            object[name] = nil
        }
        return first
    }

    /// A list, or the members of an object as items that carry their name.
    private static func list(_ value: Value) -> [Value]? {
        if let items = value.items { return items }
        return value.object?.members.map { name, value in
            var item = value.object ?? ObjectValue()
            item["name"] = .string(name)
            return .object(item)
        }
    }

    /// `TheSeat` for `the_seat`.
    private static func camelCase(_ name: String) -> String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
