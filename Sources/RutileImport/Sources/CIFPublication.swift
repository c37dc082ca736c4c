import RutileJSON

/// Reads the publication of a block of a CIF file.
///
/// Two groups of tags tell of it: those that a journal or a database gives the paper that the file belongs to
/// (`publ_…`, `journal_…`), and the list of works that the file cites, whose row `primary` is the same paper
/// (`citation…`). Databases mix them: authors in one, the journal in the other. So each of authors, title, place and DOI
/// is taken from the first group that has it; journal, volume, issue, year and pages are one place. Tags stand for
/// those of DDLm (`_journal.year`), too.
///
/// Source: CIF core dictionary 2.4 and 3, categories `PUBL`, `JOURNAL`, `CITATION`; mmCIF dictionary for its DOI.
struct CIFPublication {
    private let block: Int
    /// The row of the list of citations that is the paper itself; absent where none is.
    private let row: Int?

    /// The publication of `block`; `nil` where it has none.
    static func read(_ document: borrowing CIFDocument, block: Int) -> Publication? {
        let publication = CIFPublication(document, block: block).publication(document)
        return publication.isIdentified ? publication : nil
    }

    /// The publication of the block `global`, which by custom holds what is common to the structures of a file.
    static func general(_ document: borrowing CIFDocument) -> Publication? {
        for block in 0..<document.blockCount {
            let name = document.name(ofBlock: block).lowercased()
            if name.hasSameUTF8(as: "global") { return read(document, block: block) }
        }
        return nil
    }

    private init(_ document: borrowing CIFDocument, block: Int) {
        self.block = block
        let ids = document.column("_citation_id", "_citation.id", inBlock: block)
        let works =
            ids
            ?? document.column(
                "_citation_journal_full", "_citation.journal_full", "_citation_journal_abbrev",
                "_citation.journal_abbrev", "_citation_title", "_citation.title", inBlock: block)
        let count = works?.count ?? 0
        row =
            (0..<count).first { document.text(ids, row: $0)?.lowercased().hasSameUTF8(as: "primary") ?? false }
            ?? (count == 1 ? 0 : nil)
    }

    private func publication(_ document: borrowing CIFDocument) -> Publication {
        var publication = publishedPlace(document)
        if publication.journal == nil {
            let cited = citedPlace(document)
            if cited.journal != nil || publication == Publication() { publication = cited }
        }
        publication.authors = publishedAuthors(document)
        if publication.authors.isEmpty { publication.authors = citedAuthors(document) }
        publication.title = value("publ_section", "title", document) ?? cited("title", document)
        let dois = [
            value("journal", "paper_doi", document), value("journal", "article_doi", document), cited("doi", document),
            cited("pdbx_database_id_DOI", document),
        ]
        publication.doi = dois.lazy.compactMap { $0.flatMap(Publication.doi) }.first
        return publication
    }

    // MARK: Where and when

    private func publishedPlace(_ document: borrowing CIFDocument) -> Publication {
        var place = Publication()
        place.journal = value("journal", "name_full", document)
        place.volume = value("journal", "volume", document)
        place.number = value("journal", "issue", document)
        place.year = value("journal", "year", document)
        place.pages = pages(value("journal", "page_first", document), value("journal", "page_last", document))
        return place
    }

    private func citedPlace(_ document: borrowing CIFDocument) -> Publication {
        var place = Publication()
        place.journal = cited("journal_full", document) ?? cited("journal_abbrev", document)
        place.volume = cited("journal_volume", document)
        place.number = cited("journal_issue", document)
        place.year = cited("year", document)
        place.pages = pages(cited("page_first", document), cited("page_last", document))
        return place
    }

    private func pages(_ first: String?, _ last: String?) -> String? {
        guard let first, let last, !last.hasSameUTF8(as: first) else { return first }
        return "\(first)-\(last)"
    }

    // MARK: Who

    private func publishedAuthors(_ document: borrowing CIFDocument) -> [Publication.Author] {
        let names = document.column("_publ_author_name", "_publ_author.name", inBlock: block)
        return (0..<(names?.count ?? 0)).compactMap { document.line(names, row: $0).map(Publication.Author.init) }
    }

    /// The authors of the cited work that is the paper itself.
    private func citedAuthors(_ document: borrowing CIFDocument) -> [Publication.Author] {
        guard let row else { return [] }
        let names = document.column("_citation_author_name", "_citation_author.name", inBlock: block)
        let works = document.column("_citation_author_citation_id", "_citation_author.citation_id", inBlock: block)
        let own = document.text(document.column("_citation_id", "_citation.id", inBlock: block), row: row)
        return (0..<(names?.count ?? 0)).compactMap { author in
            if let own, let work = document.text(works, row: author), !work.hasSameUTF8(as: own) { return nil }
            return document.line(names, row: author).map(Publication.Author.init)
        }
    }

    // MARK: Values

    private func cited(_ name: String, _ document: borrowing CIFDocument) -> String? {
        row.flatMap { value("citation", name, row: $0, document) }
    }

    private func value(
        _ category: String, _ name: String, row: Int = 0, _ document: borrowing CIFDocument
    ) -> String? {
        for separator in ["_", "."] {
            let column = document.column("_\(category)\(separator)\(name)", inBlock: block)
            if let line = document.line(column, row: row) { return line }
        }
        return nil
    }
}
