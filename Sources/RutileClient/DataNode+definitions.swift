import RutileMetainfo
import RutileModel

/// What NOMAD's built-in definitions say of a value of an archive.
public struct DataDefinition: Hashable, Sendable {
    /// The name of the quantity, with that of its section in front.
    public let name: String
    /// The unit of its numbers, as `joule` or `1 / meter ** 3`; absent where they have none.
    public let unit: String?
    /// One item for each axis: a number, `*`, or a quantity's name; empty for scalars.
    public let shape: [String]
}

extension DataNode {
    /// The unit of the numbers of this value of an archive, as its definition has it; `nil` where it has none, or no
    /// built-in definition.
    ///
    /// The root must be the archive. Sections that name another definition (`m_def`) have that one. Numbers are in this
    /// unit already: archives hold SI units.
    public var unit: String? { definition?.unit }

    /// The definition of this value of an archive; `nil` where it is no quantity that is built in.
    public var definition: DataDefinition? {
        let scope = DefinitionScope(catalogue: .builtIn)
        var section = scope.root
        var node = DataNode(root)
        var last: Quantity?
        for step in steps {
            switch step {
            case .position(let position): node = node[position]
            case .key(let key):
                guard last == nil else { return nil }
                if let named = node["m_def"].string {
                    guard case .found(let other) = scope.section(mDef: named, in: Self.nowhere) else { return nil }
                    section = other
                }
                switch scope.section(section).property(key) {
                case .quantity(let quantity): last = quantity
                case .subSection(let subSection):
                    guard case .found(let target) = scope.target(of: subSection) else { return nil }
                    section = target
                case nil: return nil
                }
                node = node[key]
            }
        }
        return last.map { DataDefinition(name: $0.qualifiedName, unit: $0.unit, shape: $0.shape) }
    }

    /// An archive that no definition is looked for in.
    private static let nowhere = ArchiveKey(upload: UploadID(""), entry: EntryID(""))
}
