import RutileJSON
package import RutileQuery
package import RutileModel
import Synchronization

/// Documents in memory, each tested one after the other: the reference that other indexes are compared with, and what
/// tests use.
package final class MemoryEntryIndex: EntryIndex {
    private struct Contents {
        var catalogue: PropertyCatalogue
        var documents: [EntryID: IndexedDocument] = [:]

        mutating func apply(_ change: IndexChange) throws(StoreError) {
            catalogue = change.catalogue ?? catalogue
            for entry in change.removed { documents[entry] = nil }
            for document in change.documents { documents[document.entry] = try IndexedDocument(document, catalogue) }
        }
    }

    private let contents: Mutex<Contents>

    /// No documents of `catalogue`.
    package init(_ catalogue: PropertyCatalogue) { contents = Mutex(Contents(catalogue: catalogue)) }

    package var catalogue: PropertyCatalogue { contents.withLock { $0.catalogue } }

    package var size: IndexSize {
        IndexSize(entries: contents.withLock { $0.documents.count }, segments: 1, bytes: nil)
    }

    package func entries(_ search: EntrySearch) async throws -> EntryPage {
        let (catalogue, documents) = contents.withLock { ($0.catalogue, $0.documents) }
        let evaluator = Evaluator(catalogue)
        var found: [Place] = []
        for (entry, document) in documents where search.visible.contains(document.upload) {
            try Task.checkCancellation()
            guard evaluator.truth(of: search.predicate, for: document.properties) == .true else { continue }
            let values = search.sort.keys.map { evaluator.scalar(for: $0, in: document.properties) }
            found.append(Place(cursor: Cursor(values: values, id: document.id), entry: entry))
        }
        let following = search.after.map { after in
            found.filter { place in
                switch search.sort.order(after, place.cursor) {
                case .before: true
                case .behind: false
                case .same: after.entry.map { EntryID($0) < place.entry } ?? false
                }
            }
        }
        let sorted = (following ?? found).sorted { left, right in
            switch search.sort.order(left.cursor, right.cursor) {
            case .before: true
            case .behind: false
            case .same: left.entry < right.entry
            }
        }
        let rest = sorted.dropFirst(search.skip)
        let page = rest.prefix(search.limit)
        var end = page.last?.cursor
        if let last = page.last, let next = rest.dropFirst(page.count).first,
            next.cursor.id.hasSameUTF8(as: last.cursor.id)
        {
            end?.entry = last.entry.text
        }
        return EntryPage(
            entries: page.map(\.entry), total: found.count, hasMore: rest.count > page.count, end: end)
    }

    package func values(_ question: ValueQuestion) async throws -> [Literal: ValueCount] {
        let (catalogue, documents) = contents.withLock { ($0.catalogue, $0.documents) }
        let evaluator = Evaluator(catalogue)
        var counts: [Literal: ValueCount] = [:]
        for document in documents.values where question.visible.contains(document.upload) {
            try Task.checkCancellation()
            guard evaluator.truth(of: question.predicate, for: document.properties) == .true else { continue }
            let values = evaluator.values(at: question.path, in: question.tables[...], of: document.properties)
            for value in values { counts[value, default: ValueCount()].items += 1 }
            for value in Set(values) { counts[value, default: ValueCount()].entries += 1 }
        }
        return counts
    }

    package func values(
        _ question: ValueQuestion, for predicates: [Predicate]
    ) async throws -> [[Literal: ValueCount]] {
        var all: [[Literal: ValueCount]] = []
        for predicate in predicates {
            var narrowed = question
            narrowed.predicate = .and([question.predicate, predicate])
            all.append(try await values(narrowed))
        }
        return all
    }

    package func distinctValues(_ questions: [ValueQuestion]) async throws -> Int {
        var values: Set<Literal> = []
        for question in questions { values.formUnion(try await self.values(question).keys) }
        return values.count
    }

    package func counting<Result>(_ work: () async throws -> Result) async throws -> Result { try await work() }

    package func apply(each next: () async throws -> IndexChange?) async throws {
        var changes: [IndexChange] = []
        while let change = try await next() { changes.append(change) }
        try contents.withLock { contents in
            var changed = contents
            for change in changes { try changed.apply(change) }
            contents = changed
        }
    }

    /// An entry that matched.
    private struct Place {
        let cursor: Cursor
        let entry: EntryID
    }
}

/// A document as it is kept: what of it the catalogue knew when it came.
private struct IndexedDocument {
    let upload: UploadID
    let id: String
    let properties: ObjectValue

    init(_ document: IndexChange.Document, _ catalogue: PropertyCatalogue) throws(StoreError) {
        let value: Value
        do {
            value = try Value(json: document.json, limits: .file)
        } catch {
            throw .medium("the document of entry \(document.entry) is no JSON: \(error)")
        }
        guard let object = value.object, let id = object["id"]?.text else {
            throw .missing(kind: "id in the document of entry", id: document.entry.text)
        }
        upload = document.upload
        self.id = id
        properties = ObjectValue(object.members.filter { catalogue[$0.0] != nil })
    }
}

extension VisibleUploads {
    /// Whether the entries of `upload` may be seen.
    package func contains(_ upload: UploadID) -> Bool {
        switch self {
        case .all: true
        case .only(let uploads): uploads.contains(upload)
        case .allBut(let uploads): !uploads.contains(upload)
        }
    }
}
