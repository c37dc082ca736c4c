import RutileJSON

/// Writes a structure as VASP's POSCAR, version 5, with Cartesian positions exactly as they are stored.
///
/// Atoms are grouped by element, elements in the order in which they first occur, atoms of one element in the order of
/// the sites; the format has no masses, so deuterium is hydrogen, which ``losses(of:)`` tells. VASP refuses left-handed
/// lattices: there the second and the third vector change places, which leaves the lattice and the positions as they
/// are. The title is the id, control characters replaced by blanks. Source: the VASP manual, "POSCAR".
package struct POSCARWriter: ResourceWriter {
    /// The writer.
    package init() {}

    /// A POSCAR is one structure.
    package var holdsSeveral: Bool { false }

    package func bytes(of resource: Resource) throws(ExportError) -> [UInt8] {
        let structure = try AtomicStructure(resource)
        var lattice = try structure.fullLattice()
        if try UnitCell(lattice).isLeftHanded { lattice.swapAt(1, 2) }
        let atoms = try structure.orderedAtoms()
        if atoms.contains(where: { $0.symbol.hasSameUTF8(as: "X") }) { throw .unknownElement }
        var symbols: [String] = []
        var positions: [String: [SIMD3<Double>]] = [:]
        for atom in atoms {
            if positions[atom.symbol] == nil { symbols.append(atom.symbol) }
            positions[atom.symbol, default: []].append(atom.position)
        }
        let groups = symbols.map { positions[$0, default: []] }
        var text = resource.id.onOneLine + "\n1.0\n"
        for vector in lattice { text += vector.line }
        text += symbols.joined(separator: " ") + "\n"
        text += groups.map { String($0.count) }.joined(separator: " ") + "\nCartesian\n"
        for position in groups.joined() { text += position.line }
        return Array(text.utf8)
    }
}

extension POSCARWriter {
    package func losses(of resource: Resource) -> [String] {
        // What cannot be read is not written either.
        guard let structure = try? AtomicStructure(resource) else { return [] }
        let isotopes = Set(
            structure.speciesOfSites.flatMap { structure.species[$0].parts }.compactMap(\.isotope?.symbol))
        return isotopes.sorted().map { "\($0) is written as H" }
    }
}

extension SIMD3<Double> {
    /// The three numbers, which read back as the same, on a line.
    fileprivate var line: String { "\(x) \(y) \(z)\n" }
}

extension String {
    /// With a blank for each control character and line break.
    fileprivate var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            let isBreak = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            line.unicodeScalars.append(isBreak || scalar == "\u{2028}" || scalar == "\u{2029}" ? " " : scalar)
        }
        return line
    }
}
