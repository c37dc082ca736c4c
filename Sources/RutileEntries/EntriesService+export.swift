package import NomadAPI
import RutileJSON
package import RutileModel
import RutileSearch

/// How the documents of entries are written to a file.
package enum ExportForm: Sendable {
    /// A list of documents.
    case json
    /// A line for each entry (RFC 4180), a column for each quantity. Several values stand in a field with `;` between
    /// them. Quantities of sections that are searched item by item have no columns.
    case csv
}

extension EntriesService {
    /// What is shown of all entries that `question` is about, on whatever page.
    package func export(_ question: EntriesQuery, as form: ExportForm, for caller: Caller) throws -> any ByteSource {
        let question = try question.ofReadableEntries()
        let pages = EntryPages(question, search: search, caller: caller)
        switch form {
        case .json:
            return ListDocument(
                head: Array("[".utf8), ExportItems(search, question.required, caller, pages), tail: Array("]\n".utf8))
        case .csv:
            return TableDocument(
                columns: TableDocument.columns(of: question.required),
                documents: ExportItems(search, nil, caller, pages))
        }
    }
}

/// The documents of all entries of some pages.
private struct ExportItems: ItemBatches {
    private let search: EntriesSearch
    private let required: RequiredQuantities?
    private let caller: Caller
    private var selection: QuantitySelection?
    private var pages: EntryPages
    private var rest: ArraySlice<EntryID> = []
    private static let size = 100

    init(_ search: EntriesSearch, _ required: RequiredQuantities?, _ caller: Caller, _ pages: EntryPages) {
        self.search = search
        self.required = required
        self.caller = caller
        selection = required.map(QuantitySelection.init)
        self.pages = pages
    }

    mutating func next() async throws -> [ListItem]? {
        guard let documents = try await nextDocuments() else { return nil }
        var items: [ListItem] = []
        for document in documents {
            try Task.checkCancellation()
            items.append(.bytes(Value.object(selection?.members(of: document) ?? document).json()))
        }
        return items
    }

    /// The next documents; `nil` behind the last ones.
    mutating func nextDocuments() async throws -> [ObjectValue]? {
        if rest.isEmpty {
            guard let page = try await pages.next() else { return nil }
            rest = page[...]
        }
        let batch = rest.prefix(Self.size)
        rest = rest.dropFirst(Self.size)
        let documents = try await search.documents(of: Set(batch), showing: required, as: caller)
        return batch.compactMap { documents[$0]?.object }
    }
}

/// Documents as a table of comma-separated values.
private struct TableDocument: ByteSource {
    private let columns: [[String]]
    private var documents: ExportItems
    private var hasHead = false

    init(columns: [String], documents: ExportItems) {
        self.columns = columns.map { $0.split(separator: ".").map(String.init) }
        self.documents = documents
    }

    /// Names of the quantities that have columns.
    static func columns(of required: RequiredQuantities?) -> [String] {
        let include = required?.include?.map(Glob.init)
        let exclude = required?.exclude?.map(Glob.init) ?? []
        return SearchQuantities.standard.all.filter { quantity in
            quantity.section == nil && quantity.wholeName == nil && quantity.kind != .suggestion
                && quantity.kind != .section
        }.map(\.name).filter { name in
            include?.contains { $0.matches(name) } ?? true && !exclude.contains { $0.matches(name) }
        }
    }

    mutating func next() async throws -> [UInt8]? {
        if !hasHead {
            hasHead = true
            return Self.line(columns.map { $0.joined(separator: ".") })
        }
        guard let batch = try await documents.nextDocuments() else { return nil }
        return batch.flatMap { document in
            Self.line(columns.map { Self.texts(at: $0[...], in: .object(document)).joined(separator: ";") })
        }
    }

    /// The values at `path`, through lists.
    private static func texts(at path: ArraySlice<String>, in value: Value) -> [String] {
        if let items = value.items { return items.flatMap { texts(at: path, in: $0) } }
        if let name = path.first { return value[name].map { texts(at: path.dropFirst(), in: $0) } ?? [] }
        switch value {
        case .null: return []
        case .string(let text): return [text]
        default: return [String(decoding: value.json(), as: UTF8.self)]
        }
    }

    private static func line(_ fields: [String]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        var line: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            let isPlain = field.utf8.allSatisfy { $0 != quote && $0 != UInt8(ascii: ",") && $0 != 10 && $0 != 13 }
            if isPlain {
                line += field.utf8
            } else {
                line.append(quote)
                for byte in field.utf8 { line += byte == quote ? [quote, quote] : [byte] }
                line.append(quote)
            }
        }
        return line + [13, 10]
    }
}
