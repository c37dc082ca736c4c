import NomadAPI
import RutileModel
import RutileStore

/// One page of one list, as a pass over a plan needs it.
struct ListQuestion: Hashable {
    let criteria: ListCriteria
    let scope: ListScope
    let pagination: ListPagination
    /// Where its settings stand in the request.
    let places: ListPlaces
    let reading: Reading

    /// What is read of its documents.
    enum Reading: Hashable {
        /// Anything that can be looked up by their ids.
        case anything
        /// Nothing but stored fields: entries are not looked for again by id.
        case storedFields
        /// Nothing but what is in ``RutileModel/EntryRecord/place``.
        case places
    }

    /// The page of `plan` in `scope`.
    init(_ plan: ReadPlan.ListPlan, in scope: ListScope) {
        criteria = plan.criteria
        self.scope = scope
        pagination = plan.pagination
        places = plan.places
        reading =
            switch plan.storedFields {
            case let names? where names.allSatisfy(Document.placeFields.contains): .places
            case .some: .storedFields
            case nil: .anything
            }
    }

    /// The page's place in the list.
    var window: ListWindow {
        switch pagination.start {
        case .offset(let offset): ListWindow(.offset(offset), size: pagination.size)
        case .after(let id): ListWindow(.after(id), size: pagination.size)
        }
    }

    /// The order of the list. One without a field to order by has its natural order, which is not turned round.
    var direction: Direction {
        pagination.orderBy == nil || pagination.order == .ascending ? .ascending : .descending
    }
}

/// Where a list is asked for, as far as that decides what is in it. Source: NOMAD 2.0.0, measured;
/// nothing is listed that the caller may not read.
enum ListScope: Hashable {
    /// What the caller has a role in.
    case caller
    /// What this user has a role in.
    case user(UserID)
    case upload(UploadID)
    case dataset(DatasetID)
    /// What names this entry.
    case entry(EntryID)

    /// The scope of a list of `kind` below `document`, or at top level.
    init(of kind: DocumentKind, below document: Document?) {
        self =
            switch (kind, document) {
            case (.entry, .upload(let upload)): .upload(upload.record.id)
            case (.dataset, .entry(let entry)): .entry(entry.record.id)
            case (.dataset, .metadata(let id, _)): .entry(id)
            case (.upload, .dataset(let dataset)), (.entry, .dataset(let dataset)): .dataset(dataset.id)
            case (.upload, .user(let user)), (.entry, .user(let user)), (.dataset, .user(let user)): .user(user.id)
            default: .caller
            }
    }
}

/// What a list showed.
enum ListAnswer {
    /// Ids in order, the size of the whole list, and the id to go on from where there is more.
    case page(ids: [String], total: Int, next: String?)
    /// A page of entries of which only stored fields are read: as ``page(ids:total:next:)``, with the records.
    case entries([EntryRecord], total: Int, next: String?)
    /// There is none, and why.
    case refused(GraphProblem)

    /// The answer that `page` is; where it is absent, it was to begin behind something that is not in the list.
    init<Record>(_ page: RecordPage<Record>?, of question: ListQuestion, id: (Record) -> String) {
        guard let page else {
            self = .beginsNowhere(question)
            return
        }
        let ids = page.records.map(id)
        self = .page(ids: ids, total: page.total, next: page.hasMore ? ids.last : nil)
    }

    /// The answer that a page of entries is, with the records.
    init(_ page: RecordPage<EntryRecord>?, of question: ListQuestion) {
        guard let page else {
            self = .beginsNowhere(question)
            return
        }
        self = .entries(page.records, total: page.total, next: page.hasMore ? page.records.last?.id.text : nil)
    }

    private static func beginsNowhere(_ question: ListQuestion) -> ListAnswer {
        let asked = question.pagination.pageAfterValue ?? ""
        return .refused(
            GraphProblem(
                .unknownPosition, "Invalid pagination: '\(asked)' is nothing in this list.",
                at: question.places.pagination + "/page_after_value"))
    }
}
