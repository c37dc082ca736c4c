import RutileQuery

// One closed table: the properties of `references`. Source: OPTIMADE 1.2, "References Entries".

extension PropertyDefinition {
    /// What `references` have besides the core properties.
    static let references: [PropertyDefinition] = texts + people

    private static let group = "optimade/references"

    private static let texts: [PropertyDefinition] =
        [
            ("address", "Where the publisher is."),
            ("annote", "A note on the work."),
            ("booktitle", "The title of the book that the work is a part of."),
            ("chapter", "The chapter of the book."),
            ("crossref", "The BibTeX key of another reference that has what is missing here."),
            ("edition", "The edition of the book."),
            ("howpublished", "How a work was published that did not appear in the usual ways."),
            ("institution", "The institution that published a report."),
            ("journal", "The journal."),
            ("key", "What the reference is sorted by where it has no authors."),
            ("month", "The month of publication."),
            ("note", "Anything else a reader should know."),
            ("number", "The number of the journal's issue, or of the report."),
            ("organization", "The organization that held the conference or published the manual."),
            ("pages", "The pages in the journal or book."),
            ("publisher", "The publisher."),
            ("school", "Where a thesis was written."),
            ("series", "The series that the book belongs to."),
            ("title", "The title of the work."),
            ("volume", "The volume of the journal or series."),
            ("year", "The year of publication, as text."),
            ("bib_type", "What kind of work it is, as BibTeX names it: `article`, `book` …"),
            ("doi", "The digital object identifier, without an address in front."),
            ("url", "Where the work can be read."),
        ].map { name, description in
            .standard(name, in: group, .may, query: .none, .string, description)
        }

    private static let people: [PropertyDefinition] = [
        .standard(
            "authors", in: group, .may, query: .none, .list(of: person, dimension: "dim_authors"),
            "Who wrote it, in the order of the publication."),
        .standard(
            "editors", in: group, .may, query: .none, .list(of: person, dimension: "dim_editors"),
            "Who edited the book or series."),
    ]

    private static let person = StandardShape.dictionary(
        [
            .init("name", .string, "The whole name."),
            .init("firstname", .string, "The given names."),
            .init("lastname", .string, "The family name."),
        ], required: 1)
}
