import RutileModel

/// Writes structures as Crystallographic Information Files: all atoms of the cell, in space group P 1.
///
/// Each structure is a data block named for its id; bytes that a block code may not hold stand as `%` and two
/// hexadecimal digits, and the end of a code that is too long is a digest. Sites that several elements share become
/// several atoms at one place. Vacancies are what is missing in the occupancies. Assemblies become disorder assemblies
/// and groups, with the groups' probabilities in the occupancies; attached hydrogen atoms stand in
/// `_atom_site_attached_hydrogens`. Hydrogen with the mass of deuterium or tritium is `D` or `T`. Coordinates have ten
/// places; how the cell lies in space is not kept.
///
/// Source: CIF core dictionary 2.4 and 3.1, CIF 1.1 syntax.
package struct CIFWriter: ResourceWriter {
    /// The writer.
    package init() {}

    package func bytes(of resource: Resource) throws(ExportError) -> [UInt8] {
        let structure = try AtomicStructure(resource)
        let cell = try UnitCell(structure.fullLattice())
        let rows = try atoms(of: structure, in: cell)
        return Array((head(of: resource, cell) + rows).utf8)
    }

    private func head(of resource: Resource, _ cell: UnitCell) -> String {
        """
        data_\(Self.blockCode(resource.id))
        _cell_length_a \(cell.lengths.x.tenPlaces)
        _cell_length_b \(cell.lengths.y.tenPlaces)
        _cell_length_c \(cell.lengths.z.tenPlaces)
        _cell_angle_alpha \(cell.angles.x.tenPlaces)
        _cell_angle_beta \(cell.angles.y.tenPlaces)
        _cell_angle_gamma \(cell.angles.z.tenPlaces)
        _space_group_name_H-M_alt 'P 1'
        _space_group_IT_number 1
        loop_
        _space_group_symop_operation_xyz
        'x, y, z'

        """
    }

    private func atoms(of structure: AtomicStructure, in cell: UnitCell) throws(ExportError) -> String {
        if let species = structure.species.first(where: \.hasOtherAttachments) { throw .attachedAtoms(species.name) }
        let hasAttachments = structure.species.contains { $0.attachedHydrogens > 0 }
        var text = "loop_\n"
        for name in ["label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy"] {
            text += "_atom_site_\(name)\n"
        }
        if hasAttachments { text += "_atom_site_attached_hydrogens\n" }
        if !structure.groups.isEmpty { text += "_atom_site_disorder_assembly\n_atom_site_disorder_group\n" }
        var counts: [String: Int] = [:]
        for site in structure.positions.indices {
            let position = cell.fractional(structure.positions[site])
            let species = structure.species[structure.speciesOfSites[site]]
            let group = structure.groups[site]
            for part in species.parts {
                let symbol = part.isotope?.symbol ?? part.symbol
                counts[symbol, default: 0] += 1
                let occupancy = part.concentration * (group?.probability ?? 1)
                text += "\(symbol)\(counts[symbol, default: 0]) \(symbol)"
                text += " \(position.x.tenPlaces) \(position.y.tenPlaces) \(position.z.tenPlaces)"
                text += " \(occupancy.tenPlaces)"
                if hasAttachments { text += " \(species.attachedHydrogens)" }
                if let group {
                    text += " \(group.assembly + 1) \(group.group + 1)"
                } else if !structure.groups.isEmpty {
                    text += " . ."
                }
                text += "\n"
            }
        }
        guard !counts.isEmpty else { throw .noAtoms }
        return text + "\n"
    }

    /// Most characters of a block code. Source: CIF 1.1 syntax.
    private static let longestBlockCode = 75

    /// `id` in printable ASCII without blanks, different for different ids. Of a long one the beginning, and a digest.
    private static func blockCode(_ id: String) -> String {
        var code = ""
        for byte in id.utf8 {
            if (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%") {
                code.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                code += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        guard code.utf8.count > longestBlockCode else { return code }
        let digest = "-" + ShortDigest.text(of: id, length: 22)
        return code.prefix(longestBlockCode - digest.utf8.count) + digest
    }
}
