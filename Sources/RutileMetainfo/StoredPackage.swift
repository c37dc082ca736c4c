package import RutileJSON
package import RutileModel

/// A package of definitions in its long form, its sections numbered.
///
/// Sections are numbered depth first: a section stands in front of its inner sections. Nothing in it is resolved; what
/// refers to other definitions is text.
package final class StoredPackage: Sendable {
    /// Where it comes from.
    package let key: PackageKey
    /// Its own name, for people.
    package let name: String?
    /// Its members besides its sections, as they are shown.
    let attributes: ObjectValue
    /// Its sections by number.
    let sections: [StoredSection]
    /// Numbers of the outermost sections, in order.
    let outermost: [Int]
    private let numbers: [Name: Int]

    /// A name among the inner sections of `parent`, or among the outermost ones.
    private struct Name: Hashable {
        let parent: Int?
        let name: UTF8Key
    }

    /// The package that the `definitions` of `archive` are; `nil` where they are none.
    package convenience init?(archive: ArchiveKey, definitions: Value?) {
        guard let definition = definitions?.object else { return nil }
        self.init(LongForm.package(definition), key: .archive(archive))
    }

    /// A package whose definition is in long form (``LongForm``).
    init(_ definition: ObjectValue, key: PackageKey) {
        self.key = key
        name = definition["name"]?.text
        var attributes = definition
        attributes["section_definitions"] = nil
        self.attributes = attributes
        var numbering = Numbering(qualifier: key.qualifier)
        outermost = numbering.add(definition["section_definitions"]?.items ?? [], in: nil)
        sections = numbering.sections
        var numbers: [Name: Int] = [:]
        for (number, section) in numbering.sections.enumerated().reversed() {
            // In reverse, so that the first of several with one name counts.
            numbers[Name(parent: section.parent, name: UTF8Key(section.name))] = number
        }
        self.numbers = numbers
    }

    /// The section at `steps` below the package and the steps that are left; `nil` where there is none.
    ///
    /// Sections may be named by `section_definitions/<i>` and the other spellings of these lists.
    func section(at steps: ArraySlice<String>) -> (section: Int, rest: ArraySlice<String>)? {
        var list = outermost
        var found: Int?
        var rest = steps
        while let key = rest.first, LongForm.sectionLists.contains(key), let position = rest.dropFirst().first {
            let next =
                Int(position).map { list.indices.contains($0) ? list[$0] : nil }
                ?? self.section(named: position, in: found)
            guard let next else { return nil }
            found = next
            list = sections[next].inner
            rest = rest.dropFirst(2)
        }
        return found.map { ($0, rest) }
    }

    /// The section with a dotted name, looked for among the inner sections of `scope` and of the sections around it,
    /// then among the outermost ones.
    func section(named name: String, from scope: Int?) -> Int? {
        let names = name.split(separator: ".").map(String.init)
        guard let first = names.first else { return nil }
        var scope = scope
        while true {
            var found = section(named: first, in: scope)
            for name in names.dropFirst() { found = found.flatMap { section(named: name, in: $0) } }
            if let found { return found }
            guard let around = scope else { return nil }
            if sections[around].name.utf8.elementsEqual(name.utf8) { return around }
            scope = sections[around].parent
        }
    }

    private func section(named name: String, in parent: Int?) -> Int? {
        numbers[Name(parent: parent, name: UTF8Key(name))]
    }
}

/// A section of a ``StoredPackage``.
struct StoredSection: Sendable {
    /// Its name; empty where the definition has none.
    let name: String
    /// With the names of the sections around it and the package in front.
    let qualifiedName: String
    /// The definition without its inner sections.
    let definition: ObjectValue
    /// Steps from the package.
    let path: [PathStep]
    /// Number of the section around it.
    let parent: Int?
    /// Numbers of its inner sections, in order.
    let inner: [Int]
}

/// Gives sections their numbers.
private struct Numbering {
    let qualifier: String
    var sections: [StoredSection] = []

    /// Adds `list`, the sections of a package or the inner ones of a section; returns their numbers.
    mutating func add(_ list: [Value], in parent: (number: Int, name: String, path: [PathStep])?) -> [Int] {
        var numbers: [Int] = []
        for (index, item) in list.enumerated() {
            // An item that is no object keeps its place, because paths count it.
            var definition = item.object ?? ObjectValue()
            let inner = definition["inner_section_definitions"]?.items ?? []
            definition["inner_section_definitions"] = nil
            let name = definition["name"]?.text ?? ""
            let qualifiedName = "\(parent?.name ?? qualifier).\(name)"
            let key = parent == nil ? "section_definitions" : "inner_section_definitions"
            let path = (parent?.path ?? []) + [.key(key), .index(index)]
            let number = sections.count
            sections.append(
                StoredSection(
                    name: name, qualifiedName: qualifiedName, definition: definition, path: path,
                    parent: parent?.number, inner: []))
            let innerNumbers = add(inner, in: (number, qualifiedName, path))
            sections[number] = StoredSection(
                name: name, qualifiedName: qualifiedName, definition: definition, path: path,
                parent: parent?.number, inner: innerNumbers)
            numbers.append(number)
        }
        return numbers
    }
}
