package import RutileQuery

/// The names that filters on one entry type may use.
package struct FilterVocabulary: Sendable {
    /// The properties of the entry type, `id` and `type` among them.
    package var catalogue: PropertyCatalogue
    /// Our own prefixes, without underscores: an unknown name with one of them is an error.
    package var ownPrefixes: Set<String>
    /// Prefixes of others that are known to exist: names with them draw no warning.
    package var registeredPrefixes: Set<String>
    /// Entry types that entries of this type can be related to; see ``RutileQuery/Property/relationship(to:)``.
    package var relationships: [String]

    /// The vocabulary of `catalogue`.
    package init(
        _ catalogue: PropertyCatalogue, ownPrefixes: Set<String>,
        registeredPrefixes: Set<String> = RegisteredPrefixes.all, relationships: [String]
    ) {
        self.catalogue = catalogue
        self.ownPrefixes = ownPrefixes
        self.registeredPrefixes = registeredPrefixes
        self.relationships = relationships
    }

    /// The provider's prefix of `name`: what stands between its first underscore, with which it begins, and the
    /// second. `nil` where there is none.
    package static func prefix(of name: String) -> String? {
        guard name.utf8.first == UInt8(ascii: "_") else { return nil }
        let rest = name.utf8.dropFirst()
        guard let end = rest.firstIndex(of: UInt8(ascii: "_")), end > rest.startIndex else { return nil }
        return String(rest[..<end])
    }
}

extension EntryTypeDefinition {
    /// What queries see of documents of the type: its properties and its relationships.
    package var documentCatalogue: PropertyCatalogue {
        var catalogue = catalogue
        for related in relationships { catalogue.insert(.relationship(to: related)) }
        return catalogue
    }
}

extension Property {
    /// How relationships to entries of `entryType` stand in documents that filters are evaluated on: under the entry
    /// type's name, a list of dictionaries with the related entries' `id`, and the relationships' `description` and
    /// `role`.
    ///
    /// Source: OPTIMADE 1.2 and 1.3, "Filtering on relationships".
    package static func relationship(to entryType: String) -> Property {
        Property(entryType, .list(.dictionary(relationshipFields.map { .init($0, .string) })))
    }

    static let relationshipFields = ["id", "description", "role"]
}
