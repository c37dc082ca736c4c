/// Where a structure comes from: what a file says beside atoms and cell.
package struct Provenance: Hashable, Sendable {
    /// Title of the file, or of the paper.
    package var title: String?
    /// Name of the material.
    package var materialName: String?
    /// The formula that the file states, as it states it.
    package var statedFormula: String?
    /// Number of the space group that the file states.
    package var statedSpaceGroup: Int?
    /// Id of the structure in the database that the file comes from.
    package var externalID: String?
    /// The publication that the structure is from.
    package var publication: Publication?
    /// Links and citations, the most exact first.
    package var references: [String] = []

    /// Nothing is known.
    package init() {}
}

/// Reads the provenance from a block of a CIF file.
enum CIFProvenance {
    /// What `block` says; `general` is the publication of a block for the whole file.
    static func read(_ document: borrowing CIFDocument, block: Int, general: Publication?) -> Provenance {
        /// The first value of the first of the tags that has one, white space normalised.
        func value(_ tags: String..., in document: borrowing CIFDocument) -> String? {
            for tag in tags {
                if let text = document.line(document.column(tag, inBlock: block)) { return text }
            }
            return nil
        }
        var provenance = Provenance()
        provenance.materialName = value(
            "_chemical_name_mineral", "_chemical_name_common", "_chemical_name_systematic", in: document)
        provenance.statedFormula = value("_chemical_formula_sum", "_chemical_formula.sum", in: document)
        // Where programs know of no symmetry they write `P 1`, which states nothing.
        let named = statedSymbol(document, block: block).flatMap(SymmetryOperations.number)
        provenance.statedSpaceGroup = statedNumber(document, block: block) ?? (named == 1 ? nil : named)
        provenance.externalID = value(
            "_cod_database_code", "_database_code_COD", "_database_code_ICSD", "_database_code_CSD",
            "_amcsd_database_code", "_database_code_amcsd", in: document)
        let publication = CIFPublication.read(document, block: block) ?? general
        provenance.publication = publication
        provenance.title = publication?.title
        if let doi = publication?.doi ?? value("_audit_block_doi", in: document).flatMap(Publication.doi) {
            provenance.references.append("https://doi.org/" + doi)
        }
        if let citation = publication?.citation { provenance.references.append(citation) }
        return provenance
    }

    /// The number of the space group that the block states.
    static func statedNumber(_ document: borrowing CIFDocument, block: Int) -> Int? {
        document.number(
            document.column(
                "_space_group_IT_number", "_space_group.IT_number", "_symmetry_Int_Tables_number", inBlock: block)
        ).flatMap { Int(exactly: $0) }.flatMap { (1...230).contains($0) ? $0 : nil }
    }

    /// The Hermann-Mauguin symbol that the block states, without the remark that some add: `R 3 c {rhombohedral axes}`.
    static func statedSymbol(_ document: borrowing CIFDocument, block: Int) -> String? {
        let name = document.text(
            document.column(
                "_space_group_name_H-M_alt", "_space_group.name_H-M_alt", "_symmetry_space_group_name_H-M",
                "_symmetry.space_group_name_H-M", "_space_group_name_H-M_full", inBlock: block))
        return name?.split(separator: "{").first.map(String.init)
    }
}
