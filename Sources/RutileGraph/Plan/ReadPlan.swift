package import NomadAPI
package import RutileJSON
import RutileModel
package import RutileStore

/// What to read for one request, decided before anything is read.
///
/// A plan is a value: it can be printed, compared and refused without touching a store. What an archive holds decides
/// how its part of the plan goes on (definitions, references); ``GraphLimits`` bounds that part.
package struct ReadPlan: Hashable, Sendable {
    /// What stands at the top level of the answer, in order.
    package let parts: [Part]

    /// One key of the answer and what is read for it.
    package struct Part: Hashable, Sendable {
        package let key: RequestKey
        package let read: Read
    }

    /// What one key reads.
    package indirect enum Read: Hashable, Sendable {
        /// A stored field of the document; without settings as it is.
        case field(RequestConfig?)
        /// Members of a stored field that holds objects.
        case members(MembersPlan)
        /// The users that a field names.
        case users(DocumentPlan)
        /// The document that the field's id names, or the document's own link of that name.
        case linked(DocumentPlan)
        /// Documents by id, behind the `m_response` of their list where it has one.
        case documents([Named], response: ObjectValue?)
        /// A page of a list of documents, and some by id.
        case list(ListPlan)
        /// The entry's archive. What lies below is decided section by section, as definitions tell.
        case archive(RequestNode)
        /// The upload's files.
        case files(FilePlan)
        /// The entry's main file, in the tree of its upload's files.
        case mainfile(FilePlan)
        /// Definitions, by package or id.
        case metainfo(MetainfoPlan)
        /// Entries of other databases, by gateway.
        case foreign([ForeignPlan])
    }

    /// A list of documents: which, in which order, what is read of each.
    package struct ListPlan: Hashable, Sendable {
        /// What is read of the documents on the page.
        package enum Items: Hashable, Sendable {
            /// Their ids, those that the filter admits.
            case ids(RequestConfig.KeyFilter)
            /// Each as if it were named.
            case documents(DocumentPlan)
        }

        package let criteria: ListCriteria
        package let pagination: ListPagination
        /// What `m_response` begins with: the settings, for lists with children; the query where there is one.
        package let response: ObjectValue
        /// Documents by id, which are written before the page.
        package let named: [Named]
        package let items: Items
        /// Where its settings stand in the request.
        package let places: ListPlaces

        /// The names of the fields that are read of each document; `nil` where anything is read that is not a stored
        /// field as it is, or no document.
        var storedFields: [String]? {
            guard case .documents(let each) = items, each.whole == nil, each.required == nil else { return nil }
            var names: [String] = []
            for part in each.parts {
                guard case .field(nil) = part.read, part.key.index == nil else { return nil }
                names.append(part.key.name)
            }
            return names
        }
    }

    /// A document that is asked for by its id.
    package struct Named: Hashable, Sendable {
        package let id: String
        package let document: DocumentPlan
    }

    /// What is read of one document.
    package struct DocumentPlan: Hashable, Sendable {
        package let kind: DocumentKind
        /// Settings for all fields that no part names; absent where only the parts are read.
        package let whole: RequestConfig?
        /// Which of the documents are read, where a field names a list of them.
        package let index: IndexRange?
        package let parts: [Part]
        /// What is shown of a search document at all; absent for everything.
        package var required: RequiredQuantities?
    }
}

/// The kinds of documents that a plan can name.
package enum DocumentKind: String, Hashable, Sendable {
    case entry, upload, user, dataset, group
    /// What the search index holds of an entry.
    case metadata
}

/// Which documents a list has, of those in its place.
package enum ListCriteria: Hashable, Sendable {
    case uploads(UploadQuery?)
    case entries(EntryListing.Filter)
    /// The pattern is what a name begins with.
    case datasets(DatasetQuery?, prefix: TextPattern?)
    case groups(GroupQuery?)
    case search(SearchQuestion)
    /// What cannot be asked of documents of a kind. At top level that refuses the request.
    case refused(DocumentKind, GraphProblem)

    /// The kind of documents that are listed.
    package var kind: DocumentKind {
        switch self {
        case .uploads: .upload
        case .entries: .entry
        case .datasets: .dataset
        case .groups: .group
        case .search: .metadata
        case .refused(let kind, _): kind
        }
    }
}

/// Caps on what one request may cost. Each is a setting.
package struct GraphLimits: Hashable, Sendable {
    /// Nodes that may be visited (`limits.answer_nodes`).
    package var answerNodes: Int
    /// As how many nodes a document counts, beside its fields: what it takes to make one.
    package static let documentNodes = 20
    /// Bytes that an answer may have (`limits.answer_bytes`).
    package var answerBytes: Int
    /// Archives that may be opened (`limits.archives`).
    package var archives: Int
    /// Archives of other installations that may be read (`references.remote_archives`).
    package var remoteArchives: Int

    /// Caps as given; the defaults are those of the settings.
    package init(
        answerNodes: Int = 2_000_000, answerBytes: Int = 256 << 20, archives: Int = 10_000, remoteArchives: Int = 100
    ) {
        self.answerNodes = answerNodes
        self.answerBytes = answerBytes
        self.archives = archives
        self.remoteArchives = remoteArchives
    }
}
