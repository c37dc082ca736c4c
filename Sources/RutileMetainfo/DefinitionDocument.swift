package import RutileJSON

extension DefinitionScope {
    /// What is shown of a section's definition: the stored definition with `definition_id` on every part, inner
    /// sections included, and `base_sections`, `sub_section` and reference types as paths from the top of a response.
    package func document(of section: SectionID) -> DefinitionLookup<Value> {
        lookup { () throws(DefinitionNeed) in .object(try sectionDocument(section)) }
    }

    /// What is shown of a quantity's definition.
    package func document(of quantity: Quantity) -> DefinitionLookup<Value> {
        lookup { () throws(DefinitionNeed) in .object(try quantityDocument(quantity.owner, quantity.position)) }
    }

    /// What is shown of a whole package.
    func packageDocument(_ number: Int) throws(DefinitionNeed) -> ObjectValue {
        let package = package(number)
        var document = package.attributes
        document["definition_id"] = nil
        var sections: [Value] = []
        for section in package.outermost {
            sections.append(.object(try sectionDocument(SectionID(package: number, section: section))))
        }
        document["section_definitions"] = .list(sections)
        if let categories = document["category_definitions"]?.items {
            document["category_definitions"] = .list(categories.map(categoryDocument))
        }
        document["definition_id"] = .string(try id(ofPackage: number))
        return document
    }

    private func categoryDocument(_ category: Value) -> Value {
        guard var document = category.object else { return category }
        document["definition_id"] = .string(id(ofCategory: document))
        return .object(document)
    }

    /// What is shown of a section, inner ones included.
    func sectionDocument(_ id: SectionID) throws(DefinitionNeed) -> ObjectValue {
        let stored = package(id.package).sections[id.section]
        var document = stored.definition
        document["definition_id"] = nil
        if let bases = document["base_sections"]?.items {
            var paths: [Value] = []
            for base in bases { paths.append(.string(try path(base.text ?? "", id))) }
            document["base_sections"] = .list(paths)
        }
        if let quantities = document["quantities"]?.items {
            var documents: [Value] = []
            for position in quantities.indices { documents.append(.object(try quantityDocument(id, position))) }
            document["quantities"] = .list(documents)
        }
        if let subSections = document["sub_sections"]?.items {
            var documents: [Value] = []
            for position in subSections.indices { documents.append(.object(try subSectionDocument(id, position))) }
            document["sub_sections"] = .list(documents)
        }
        if !stored.inner.isEmpty {
            var documents: [Value] = []
            for inner in stored.inner {
                documents.append(.object(try sectionDocument(SectionID(package: id.package, section: inner))))
            }
            document["inner_section_definitions"] = .list(documents)
        }
        document["definition_id"] = .string(try self.id(.section(id)))
        return document
    }

    /// What is shown of a quantity.
    func quantityDocument(_ owner: SectionID, _ position: Int) throws(DefinitionNeed) -> ObjectValue {
        let key = DigestKey.quantity(owner, position)
        var document = definition(key)
        if let text = QuantityType(document["type"]).target, var type = document["type"]?.object {
            type["type_data"] = .string(try path(text, owner))
            document["type"] = .object(type)
        }
        document["definition_id"] = .string(try id(key))
        return document
    }

    /// What is shown of a sub-section.
    func subSectionDocument(_ owner: SectionID, _ position: Int) throws(DefinitionNeed) -> ObjectValue {
        let key = DigestKey.subSection(owner, position)
        var document = definition(key)
        if let text = document["sub_section"]?.text { document["sub_section"] = .string(try path(text, owner)) }
        document["definition_id"] = .string(try id(key))
        return document
    }

    /// The path of what `text` names in a section; `text` itself where it names nothing.
    private func path(_ text: String, _ section: SectionID) throws(DefinitionNeed) -> String {
        switch target(text, in: section.package, from: section.section) {
        case .found(let target): path(of: target).text
        case .needs(let place): throw DefinitionNeed(place: place)
        case .failed: text
        }
    }

    /// Steps from the top of a response to where a definition is placed.
    package func path(of target: DefinitionTarget) -> [PathStep] {
        let package = package(target.section.package)
        let section = package.key.path + package.sections[target.section.section].path
        switch target {
        case .section: return section
        case .quantity(_, let position): return section + [.key("quantities"), .index(position)]
        }
    }
}
