/// Writes entries in some file format, one after the other.
///
/// Writers keep nothing between entries, so any number of them can be written.
package protocol ResourceWriter: Sendable {
    /// Whether a file of the format may hold several entries.
    var holdsSeveral: Bool { get }
    /// What stands before the first entry; mostly nothing.
    var start: [UInt8] { get }

    /// `resource` as the format has it, with the line break at its end.
    ///
    /// - Throws: ``ExportError`` when the format cannot say what the entry is.
    func bytes(of resource: Resource) throws(ExportError) -> [UInt8]

    /// What ``bytes(of:)`` leaves out of `resource`, in words; mostly nothing.
    func losses(of resource: Resource) -> [String]
}

extension ResourceWriter {
    package var holdsSeveral: Bool { true }
    package var start: [UInt8] { [] }
    package func losses(of resource: Resource) -> [String] { [] }
}

/// Why an entry cannot be written in a format.
package enum ExportError: Error, Hashable, Sendable {
    /// A property that the format needs has no value.
    case missing(String)
    /// A property is not what OPTIMADE says it is, by itself or beside the others.
    case malformed(String)
    /// There is no atom, but perhaps vacancies.
    case noAtoms
    /// The format needs three lattice vectors.
    case noLattice
    /// The format says that all three lattice vectors repeat, and the structure does not along one.
    case notPeriodic
    /// The lattice vectors span no volume.
    case flatLattice
    /// The format has no place for sites that are occupied partially, or by several elements. Names the species.
    case disorder(String)
    /// The format has no place for atoms attached to sites (CIF has one for hydrogen). Names the species.
    case attachedAtoms(String)
    /// The format has no place for groups of sites that exclude each other.
    case assemblies
    /// Some atoms have no site, and the format has no way to say so.
    case implicitAtoms
    /// The format has no place for atoms of unknown element (`X`).
    case unknownElement
}

extension ExportError: CustomStringConvertible {
    /// For people: why the entry is left out.
    package var description: String {
        switch self {
        case .missing(let property): "\(property) is unknown"
        case .malformed(let property): "\(property) is not as the specification says"
        case .noAtoms: "there are no atoms"
        case .noLattice: "there are not three lattice vectors"
        case .notPeriodic: "it does not repeat in three directions"
        case .flatLattice: "the lattice vectors span no volume"
        case .disorder(let species): "species \(species.shortened) is disordered"
        case .attachedAtoms(let species): "species \(species.shortened) has attached atoms"
        case .assemblies: "sites are correlated (assemblies)"
        case .implicitAtoms: "some atoms have no site (implicit_atoms)"
        case .unknownElement: "the element of some atoms is unknown"
        }
    }
}
