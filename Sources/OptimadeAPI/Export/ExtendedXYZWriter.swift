/// Writes structures as frames of an extended XYZ file, with positions exactly as they are stored.
///
/// The second line of a frame has `Lattice`, where there is one, with zeros for vectors that are not given; `Properties`;
/// `pbc`; and `id`, in quotes, with `\"`, `\\` and `\n` for what cannot stand there, and blanks for other control
/// characters. Atoms of unknown element are `X`. A column `masses` follows the positions where some atoms are deuterium or
/// tritium; where other masses are not known, these are `D` and `T` instead.
///
/// Source: the extended XYZ specification, https://github.com/libAtoms/extxyz.
package struct ExtendedXYZWriter: ResourceWriter {
    /// The writer.
    package init() {}

    package func bytes(of resource: Resource) throws(ExportError) -> [UInt8] {
        let structure = try AtomicStructure(resource)
        let atoms = try structure.orderedAtoms()
        var text = "\(atoms.count)\n"
        if structure.lattice.contains(where: { $0 != nil }) {
            let vectors = structure.lattice.map { $0 ?? .zero }
            text += "Lattice=\"\(vectors.map { "\($0.x) \($0.y) \($0.z)" }.joined(separator: " "))\" "
        }
        let masses = atoms.compactMap(\.kind.mass)
        let hasIsotopes = atoms.contains { $0.kind.isotope != nil }
        let hasMasses = hasIsotopes && masses.count == atoms.count
        text += "Properties=species:S:1:pos:R:3\(hasMasses ? ":masses:R:1" : "") "
        text += "pbc=\"\(structure.isPeriodic.map { $0 ? "T" : "F" }.joined(separator: " "))\" "
        text += "id=\(Self.quoted(resource.id))\n"
        for (index, atom) in atoms.enumerated() {
            // Programs read masses, and hardly one the letters.
            text += hasMasses ? atom.symbol : atom.kind.isotope?.symbol ?? atom.symbol
            text += " \(atom.position.x) \(atom.position.y) \(atom.position.z)"
            text += hasMasses ? " \(masses[index])\n" : "\n"
        }
        return Array(text.utf8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
