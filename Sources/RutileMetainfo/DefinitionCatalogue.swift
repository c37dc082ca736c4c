package import RutileJSON
import Synchronization

/// All packages that do not come from archives: the built-in ones and those added to this installation.
///
/// Made once and shared by all requests. Packages are parsed and sections put together when first asked for, and kept.
package final class DefinitionCatalogue: Sendable {
    /// The built-in packages alone.
    package static let builtIn = DefinitionCatalogue(installed: [])

    /// The section of whole archives, `nomad.datamodel.datamodel.EntryArchive`.
    package let root: SectionID
    /// What comes with this software.
    let builtIn: BuiltinDefinitions
    /// Number of packages; scopes number theirs from here.
    let count: Int
    private let installed: [StoredPackage]
    private let numbers: [UTF8Key: Int]
    private let kept = Mutex(Kept())

    /// What was made so far.
    private struct Kept {
        var packages: [Int: StoredPackage] = [:]
        var sections: [SectionID: Section] = [:]
        var ids: [UTF8Key: SectionID]?
    }

    /// The built-in packages and `installed`, which ``PackageCheck`` has passed. A later one of a name replaces an
    /// earlier one, but none replaces a built-in package.
    package init(installed definitions: [Value]) {
        let builtIn = BuiltinDefinitions()
        var installed: [StoredPackage] = []
        var numbers: [UTF8Key: Int] = [:]
        for definition in definitions {
            let package = LongForm.package(definition.object ?? ObjectValue())
            let name = package["name"]?.text ?? ""
            numbers[UTF8Key(name)] = builtIn.names.count + installed.count
            installed.append(StoredPackage(package, key: .installed(name)))
        }
        for (number, name) in builtIn.names.enumerated() { numbers[UTF8Key(name)] = number }
        self.builtIn = builtIn
        self.installed = installed
        self.numbers = numbers
        count = builtIn.names.count + installed.count
        let (package, section) = Self.rootPlace(builtIn, numbers)
        root = SectionID(package: package, section: section)
    }

    /// Names of all packages, built-in ones first.
    package var packageNames: [String] {
        builtIn.names
            + installed.filter { numbers[UTF8Key($0.key.qualifier)] ?? -1 >= builtIn.names.count }.map {
                $0.key.qualifier
            }
    }

    /// The package called `name`.
    package func package(named name: String) -> StoredPackage? { number(of: name).map(package) }

    /// The section with a qualified name, `package.module.Name`, or another name it is known under.
    package func section(named name: String) -> SectionID? {
        if let target = builtIn.aliases[UTF8Key(name)], !target.utf8.elementsEqual(name.utf8) {
            return section(named: target)
        }
        var end = name.endIndex
        while let dot = name[..<end].lastIndex(of: ".") {
            if let number = number(of: String(name[..<dot])),
                let section = package(number).section(named: String(name[name.index(after: dot)...]), from: nil)
            {
                return SectionID(package: number, section: section)
            }
            end = dot
        }
        return nil
    }

    /// The section whose definition has this id: 40 hexadecimal digits.
    ///
    /// Cost: the first time, all packages are parsed.
    func section(withID id: String) -> SectionID? {
        let digits = Set("0123456789abcdef".utf8)
        guard id.utf8.count == 40, id.utf8.allSatisfy(digits.contains) else { return nil }
        return ids()[UTF8Key(id)]
    }

    private func ids() -> [UTF8Key: SectionID] {
        if let ids = kept.withLock({ $0.ids }) { return ids }
        // Ids are made for one request at a time; here for all.
        let scope = DefinitionScope(catalogue: self)
        var ids: [UTF8Key: SectionID] = [:]
        for number in 0..<count {
            for section in package(number).sections.indices {
                let section = SectionID(package: number, section: section)
                // Packages that are in no archive need none.
                guard case .found(let id) = scope.definitionID(of: section) else { continue }
                if ids[UTF8Key(id)] == nil { ids[UTF8Key(id)] = section }
            }
        }
        kept.withLock { $0.ids = ids }
        return ids
    }

    /// The number of the package called `name`.
    func number(of name: String) -> Int? { numbers[UTF8Key(name)] }

    /// The package with number `number`, which must be below ``count``.
    func package(_ number: Int) -> StoredPackage {
        if number >= builtIn.names.count { return installed[number - builtIn.names.count] }
        if let package = kept.withLock({ $0.packages[number] }) { return package }
        let package = builtIn.package(number)
        return kept.withLock { kept in
            // Another thread may have been faster; all must see the same one.
            if let first = kept.packages[number] { return first }
            kept.packages[number] = package
            return package
        }
    }

    /// The section kept for `id`.
    func section(_ id: SectionID) -> Section? { kept.withLock { $0.sections[id] } }

    /// Keeps `section` for all scopes.
    func keep(_ section: Section) { kept.withLock { $0.sections[section.id] = section } }

    private static func rootPlace(_ builtIn: BuiltinDefinitions, _ numbers: [UTF8Key: Int]) -> (Int, Int) {
        let steps = builtIn.root.split(separator: "/").map(String.init)
        guard steps.count > 1, let number = numbers[UTF8Key(steps[1])],
            let section = builtIn.package(number).section(at: steps.dropFirst(2))?.section
        else { preconditionFailure("the embedded definitions lack their root") }
        return (number, section)
    }
}
