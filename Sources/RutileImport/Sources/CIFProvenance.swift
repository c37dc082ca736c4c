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
    /// Links and citations, the most exact first.
    package var references: [String] = []

    /// Nothing is known.
    package init() {}
}

/// Reads the provenance from a block of a CIF file.
enum CIFProvenance {
    static func read(_ document: borrowing CIFDocument, block: Int) -> Provenance {
        /// The first value of the first of the tags that has one, white space normalised.
        func value(_ tags: String..., in document: borrowing CIFDocument) -> String? {
            for tag in tags {
                if let text = document.text(document.column(tag, inBlock: block)).map(oneLine), !text.isEmpty {
                    return text
                }
            }
            return nil
        }
        var provenance = Provenance()
        provenance.title = value("_publ_section_title", "_citation_title", in: document)
        provenance.materialName = value(
            "_chemical_name_mineral", "_chemical_name_common", "_chemical_name_systematic", in: document)
        provenance.statedFormula = value("_chemical_formula_sum", "_chemical_formula.sum", in: document)
        provenance.statedSpaceGroup = statedNumber(document, block: block)
        provenance.externalID = value(
            "_cod_database_code", "_database_code_COD", "_database_code_ICSD", "_database_code_CSD",
            "_amcsd_database_code", "_database_code_amcsd", in: document)
        if let doi = value(
            "_journal_paper_doi", "_citation_doi", "_journal_article_doi", "_audit_block_doi", in: document)
        {
            provenance.references.append(doiLink(doi))
        }
        let authors = document.texts(
            document.column("_publ_author_name", "_citation_author_name", inBlock: block)
        ).map(oneLine)
        let journal = value("_journal_name_full", "_citation_journal_full", "_citation_journal_abbrev", in: document)
        if journal != nil || !authors.isEmpty {
            var text = authors.joined(separator: "; ")
            if let title = provenance.title { text += (text.isEmpty ? "" : ": ") + title + "." }
            if let journal { text += (text.isEmpty ? "" : " ") + journal }
            if let volume = value("_journal_volume", "_citation_journal_volume", in: document) { text += " \(volume)" }
            if let year = value("_journal_year", "_citation_year", in: document) { text += " (\(year))" }
            if let first = value("_journal_page_first", "_citation_page_first", in: document) {
                let last = value("_journal_page_last", "_citation_page_last", in: document)
                text += ", " + first + (last.map { $0 == first ? "" : "-" + $0 } ?? "")
            }
            provenance.references.append(text)
        }
        return provenance
    }

    /// The number of the space group that the block states.
    static func statedNumber(_ document: borrowing CIFDocument, block: Int) -> Int? {
        document.number(
            document.column(
                "_space_group_IT_number", "_space_group.IT_number", "_symmetry_Int_Tables_number", inBlock: block)
        ).flatMap { Int(exactly: $0) }.flatMap { (1...230).contains($0) ? $0 : nil }
    }

    /// A DOI, however it is spelled, as a link.
    private static func doiLink(_ text: String) -> String {
        var doi = text[...]
        for prefix in ["https://doi.org/", "http://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/", "doi:"] {
            if doi.lowercased().hasPrefix(prefix) { doi = doi.dropFirst(prefix.count) }
        }
        return "https://doi.org/" + doi.drop { $0 == " " }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
