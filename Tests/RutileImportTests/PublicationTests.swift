import RutileImport
import RutileJSON
import RutileModel
import RutileStore
import Testing

struct PublicationTests {
    private static let structure = """
        _cell_length_a 5
        _cell_length_b 5
        _cell_length_c 5
        loop_
        _atom_site_label
        _atom_site_fract_x
        _atom_site_fract_y
        _atom_site_fract_z
        Cu 0 0 0

        """

    /// The reference that the only structure of a block with `tags` has.
    private func reference(_ tags: String) throws -> Value? { try reference(Array(tags.utf8)) }

    private func reference(_ tags: [UInt8]) throws -> Value? {
        let text = Array("data_x\n".utf8) + tags + Array(("\n" + Self.structure).utf8)
        return try SourceFormat.cif.entries(in: text).entries[0].value("metadata/optimade_reference")
    }

    @Test(arguments: [("On data", "On data. J"), ("On data.", "On data. J"), ("Data?", "Data? J")])
    func aCitationEndsItsTitleOnce(title: String, citation: String) throws {
        var publication = Publication()
        (publication.title, publication.journal) = (title, "J")
        #expect(publication.citation == citation)
    }

    @Test func aPublicationHasWhatIsKnown() throws {
        let found = try reference(
            """
            _publ_section_title
            ;
             Copper,
               and   more
            ;
            loop_
            _publ_author_name
              'Doe, J. R.'
              'Roe R'
            _journal_name_full 'Acta Crystallographica'
            _journal_volume 12
            _journal_issue 3
            _journal_year 1959
            _journal_page_first 182
            _journal_page_last 191
            _journal_paper_doi 10.1107/S0567
            """)
        let expected = try Value(
            json: """
                {"authors": [{"name": "Doe, J. R.", "firstname": "J. R.", "lastname": "Doe"}, {"name": "Roe R"}],
                 "title": "Copper, and more", "journal": "Acta Crystallographica", "volume": "12", "number": "3",
                 "year": "1959", "pages": "182-191", "doi": "10.1107/S0567", "bib_type": "article"}
                """)
        #expect(found == expected)
    }

    /// Tags, and the members that the reference has; no text for no reference.
    @Test(arguments: [
        ("_publ_section_title T", #"{"title": "T"}"#),
        ("_journal_name_full J\n_journal_page_first 7", #"{"journal": "J", "pages": "7", "bib_type": "article"}"#),
        (
            "_journal_name_full J\n_journal_page_first 7\n_journal_page_last 7",
            #"{"journal": "J", "pages": "7", "bib_type": "article"}"#
        ),
        ("_journal_name_full J\n_journal_page_last 7", #"{"journal": "J", "bib_type": "article"}"#),
        ("_journal_paper_doi 10.1/x", #"{"doi": "10.1/x"}"#),
        // Values that are not known, also in quotes and text fields, as templates have them.
        ("_publ_section_title ?\n_journal_name_full .\n_journal_paper_doi '?'", ""),
        ("_publ_section_title\n;\n?\n;\n_journal_name_full '  '", ""),
        ("_publ_section_title T\n_journal_year ?\n_journal_volume .", #"{"title": "T"}"#),
        (
            "loop_\n_publ_author_name\n?\n'A, B'\n_publ_section_title T",
            #"{"authors": [{"name": "A, B", "firstname": "B", "lastname": "A"}], "title": "T"}"#
        ),
        // Who wrote the file has not published anything.
        ("_publ_author_name 'A, B'", ""), ("_journal_year 1999", ""), ("", ""),
        // Dotted tags, in any case.
        (
            "_journal.name_full J\n_journal.year 2020\n_publ_section.title T\nloop_\n_publ_author.name\nA B",
            #"{"authors": [{"name": "A"}, {"name": "B"}], "title": "T", "journal": "J", "year": "2020", "#
                + #""bib_type": "article"}"#
        ),
        ("_JOURNAL_NAME_FULL J", #"{"journal": "J", "bib_type": "article"}"#),
    ])
    func tagsMakeAReference(_ tags: String, _ expected: String) throws {
        #expect(try reference(tags) == (expected.isEmpty ? nil : try Value(json: expected)))
    }

    @Test(arguments: [
        ("Will, G", "Will", "G"), ("van der Waals , J. D.", "van der Waals", "J. D."), ("Doe,J", "Doe", "J"),
        ("Jacobsen S D", nil, nil), ("Doe, J., Jr", nil, nil), ("Doe,", nil, nil), (", J", nil, nil),
        ("松本, 一郎", "松本", "一郎"),
    ])
    func aCommaTellsFamilyFromGivenNames(_ name: String, _ family: String?, _ given: String?) {
        let parts = Publication.Author(name).parts
        #expect(parts?.family == family && parts?.given == given)
    }

    @Test(arguments: [
        ("10.1107/S0567", "10.1107/S0567"), ("doi:10.1107/S0567", "10.1107/S0567"),
        ("DOI: 10.1107/S0567", "10.1107/S0567"), ("https://doi.org/10.1107/S0567", "10.1107/S0567"),
        ("HTTP://DX.DOI.ORG/10.1023/A:1004778223721", "10.1023/A:1004778223721"),
        ("http://www.doi.org/10.1/x y", "10.1/x"), ("see the paper", nil), ("10.1107", nil),
        ("https://example.org/10.1/x", nil), ("doi:", nil), ("", nil),
    ])
    func aDOIHasNoAddressInFront(_ text: String, _ doi: String?) {
        #expect(Publication.doi(in: text) == doi)
    }

    private static let citations = """
        loop_
        _citation_id
        _citation_title
        _citation_journal_full
        _citation_journal_volume
        _citation_journal_issue
        _citation_page_first
        _citation_page_last
        _citation_year
        _citation_doi
        other 'Other work' 'Other journal' 1 2 3 4 1900 10.1/other
        primary 'The work' 'The journal' 5 6 7 8 2000 https://doi.org/10.1/own
        loop_
        _citation_author_citation_id
        _citation_author_name
        other 'Other, A'
        primary 'Own, B'
        primary 'Own, C'

        """

    @Test func ofCitedWorksThePrimaryOneIsThePublication() throws {
        let expected = try Value(
            json: """
                {"authors": [{"name": "Own, B", "firstname": "B", "lastname": "Own"},
                             {"name": "Own, C", "firstname": "C", "lastname": "Own"}],
                 "title": "The work", "journal": "The journal", "volume": "5", "number": "6", "year": "2000",
                 "pages": "7-8", "doi": "10.1/own", "bib_type": "article"}
                """)
        #expect(try reference(Self.citations) == expected)
        let dotted = [
            "id", "title", "journal_full", "journal_volume", "journal_issue", "page_first", "page_last",
            "year", "doi",
        ]
        .reduce(Self.citations.replacing("_citation_author_", with: "_citation_author.")) { text, name in
            text.replacing("_citation_\(name)\n", with: "_citation.\(name)\n")
        }
        #expect(try reference(dotted) == expected)
    }

    @Test func citedWorksAmongWhichNoneIsPrimaryAreOthers() throws {
        #expect(try reference(Self.citations.replacing("primary", with: "2")) == nil)
    }

    @Test func theOnlyCitedWorkIsThePublication() throws {
        let found = try reference("_citation_journal_abbrev 'J. Chem.'\n_citation_year 1999\n_citation_author_name X")
        #expect(found?["journal"] == .string("J. Chem."))
        #expect(found?["year"] == .string("1999"))
        #expect(found?["authors"] == .list([.members(["name": .string("X")])]))
    }

    /// Some databases have title and authors in one group of tags, the journal in the other.
    @Test func whatThePapersTagsLackIsTakenFromTheCitation() throws {
        let found = try reference(
            Self.citations + "_publ_section_title Own\n_journal_year 1888\nloop_\n_publ_author_name\n'Me, D'\n")
        #expect(found?["title"] == .string("Own"))
        #expect(found?["authors"]?.items?.count == 1)
        // Journal, volume, issue, year and pages are one place.
        #expect(found?["journal"] == .string("The journal") && found?["year"] == .string("2000"))
        let own = try reference(Self.citations + "_journal_name_full Mine\n_journal_year 1888\n")
        #expect(own?["journal"] == .string("Mine") && own?["year"] == .string("1888") && own?["volume"] == nil)
    }

    @Test func bytesThatAreNoUTF8AreWindows1252() throws {
        let title = Array("_publ_section_title 'caf".utf8) + [0xE9] + Array("'".utf8)
        #expect(try reference(title)?["title"] == .string("café"))
    }

    @Test func aBlockWithoutPublicationHasThatOfTheBlockForAll() throws {
        let own = "data_two\n_publ_section_title Own\n" + Self.structure
        let text = "data_global\n_publ_section_title Common\ndata_one\n" + Self.structure + own
        let entries = try SourceFormat.cif.entries(in: Array(text.utf8)).entries
        #expect(entries.map { $0.value("metadata/optimade_reference/title") } == [.string("Common"), .string("Own")])
        let other = try SourceFormat.cif.entries(in: Array(text.replacing("data_global", with: "data_zero").utf8))
        #expect(other.entries[0].value("metadata/optimade_reference") == nil)
    }

    @Test func anImportMakesADocumentOfTheStructureAndOneOfItsPublication() async throws {
        let laboratory = try ImportLaboratory()
        try laboratory.write("with.cif", "data_x\n_publ_section_title T\n" + Self.structure)
        try laboratory.write("without.cif", "data_x\n" + Self.structure)
        let upload = try await laboratory.runOne().upload
        let entries = try await laboratory.entries(of: upload)
        let entry = try #require(entries["with.cif"])
        let metadata = try #require(try await laboratory.archive(of: entry)?["metadata"])
        #expect(
            metadata["optimade_reference"]
                == .members(["title": .string("T"), "last_modified": .string("2023-11-14T22:13:21Z")]))
        #expect(metadata["optimade"]?["last_modified"] == .string("2023-11-14T22:13:21Z"))

        func documents(_ type: String) async throws -> [EntryID: Value] {
            let batch = try await laboratory.records.documents(of: type, after: 0, limit: 9)
            return Dictionary(uniqueKeysWithValues: try batch.documents.map { ($0.entry, try Value(json: $0.json)) })
        }
        let references = try await documents("references")
        #expect(
            references == [
                entry.id: .members([
                    "id": .string(entry.id.text), "type": .string("references"), "title": .string("T"),
                    "last_modified": .string("2023-11-14T22:13:21Z"),
                ])
            ])
        let structures = try await documents("structures")
        #expect(structures.count == 2)
        #expect(structures[entry.id]?.value("references/0/id") == .string(entry.id.text))
        #expect(structures[entry.id]?.value("references/0/description")?.text?.isEmpty == false)
        let other = try #require(entries["without.cif"])
        #expect(structures[other.id] != nil && structures[other.id]?["references"] == nil)

        // A file that no longer tells of a publication has none.
        try laboratory.write("with.cif", "data_x\n" + Self.structure)
        _ = try await laboratory.runOne()
        #expect(try await documents("references").isEmpty)
        #expect(try await documents("structures").count == 2)
    }
}
