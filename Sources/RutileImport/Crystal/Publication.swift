package import RutileJSON

/// The publication that a crystal is from, as far as its file tells. All texts stand on one line.
package struct Publication: Hashable, Sendable {
    /// Somebody who wrote it.
    package struct Author: Hashable, Sendable {
        /// The name as it is stated, `Family, Given` as a rule.
        package let name: String

        /// The author of this name.
        package init(_ name: String) { self.name = name }

        /// Family and given names; `nil` where the name has not one comma, with something on both sides of it.
        package var parts: (family: String, given: String)? {
            let parts = name.split(separator: ",", omittingEmptySubsequences: false).map { part in
                part.split(separator: " ").joined(separator: " ")
            }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
            return (parts[0], parts[1])
        }
    }

    /// In the order of the publication; empty where nobody is named.
    package var authors: [Author] = []
    package var title: String?
    package var journal: String?
    package var volume: String?
    /// The number of the issue.
    package var number: String?
    package var year: String?
    /// A page, or the first and the last one with a hyphen between them.
    package var pages: String?
    /// Digital object identifier, without an address in front.
    package var doi: String?

    /// Nothing is known.
    package init() {}

    /// Whether enough is known to find it by. Who wrote something is not: it may be the file that they wrote.
    package var isIdentified: Bool { title != nil || journal != nil || doi != nil }

    /// The attributes of an OPTIMADE reference; what is not known is absent. Source: OPTIMADE 1.2, "References Entries".
    package var attributes: ObjectValue {
        var attributes = ObjectValue()
        if !authors.isEmpty { attributes["authors"] = .list(authors.map(Self.person)) }
        let texts = [
            ("title", title), ("journal", journal), ("volume", volume), ("number", number), ("year", year),
            ("pages", pages), ("doi", doi), ("bib_type", journal == nil ? nil : "article"),
        ]
        for (name, text) in texts { attributes[name] = text.map(Value.string) }
        return attributes
    }

    /// Who, what, where and when, for people; `nil` where neither authors nor journal are known.
    package var citation: String? {
        guard journal != nil || !authors.isEmpty else { return nil }
        var text = authors.map(\.name).joined(separator: "; ")
        if let title { text += (text.isEmpty ? "" : ": ") + title + (Self.isSentence(title) ? "" : ".") }
        if let journal { text += (text.isEmpty ? "" : " ") + journal }
        if let volume { text += " \(volume)" }
        if let year { text += " (\(year))" }
        if let pages { text += ", \(pages)" }
        return text
    }

    /// Whether `title` has an end of its own.
    private static func isSentence(_ title: String) -> Bool {
        title.utf8.last.map { [UInt8(ascii: "."), UInt8(ascii: "?"), UInt8(ascii: "!")].contains($0) } ?? false
    }

    private static func person(_ author: Author) -> Value {
        var person = ObjectValue([("name", .string(author.name))])
        if let parts = author.parts {
            person["firstname"] = .string(parts.given)
            person["lastname"] = .string(parts.family)
        }
        return .object(person)
    }

    /// The DOI in `text`, without what is put in front of it: `doi:`, or the address of a resolver. `nil` where there is
    /// none.
    package static func doi(in text: String) -> String? {
        var rest = Array(text.utf8)[...]
        for prefix in ["https://", "http://", "www.", "dx.", "doi.org/", "doi:"] {
            // In any case: with this bit ASCII letters are small, and the other characters of prefixes are themselves.
            if rest.count > prefix.utf8.count, zip(rest, prefix.utf8).allSatisfy({ $0 | 0x20 == $1 }) {
                rest = rest.dropFirst(prefix.utf8.count)
            }
            rest = rest.drop { $0 == UInt8(ascii: " ") }
        }
        rest = rest.prefix { $0 != UInt8(ascii: " ") }
        guard rest.starts(with: "10.".utf8), rest.contains(UInt8(ascii: "/")) else { return nil }
        return String(decoding: rest, as: UTF8.self)
    }
}
