import OptimadeAPI
import RutileClient
import RutileJSON
import RutileOptimade
import RutileQuery

/// What databases are asked: read, checked, and written in one way, before any of them is asked.
struct Question: Sendable {
    /// The endpoint, which is the entry type.
    let endpoint: EntryTypeDefinition
    let listing: EntryListingRequest
    /// The filter, parsed; absent for all entries.
    let syntax: FilterSyntax?
    let pageLimit: Int
    /// The properties that filter, sort and response fields name, each once; without those that every entry has.
    let properties: [String]
    /// The parameters that say what is asked, as given, in the order of ``Parameter``. Equal questions have equal ones.
    let parameters: ObjectValue
    /// The parameters in the one way to write them, without those that make no difference to the answers.
    let identity: ObjectValue
    /// Whether an answer without some of the databases is one.
    let allowsPartial: Bool
    /// Whether equal structures are shown once.
    let mergesEqual: Bool
    /// Whether the databases are asked even though an equal question was answered a moment ago.
    let isFresh: Bool
    /// Under which name the client looks how far the answer has come; absent where it does not.
    let progressName: String?

    /// Reads `query`; parameters that are not known are ignored.
    ///
    /// - Throws: ``GatewayRefusal``, which names the parameter and says how to mend it.
    init(_ query: QueryString, _ endpoint: EntryTypeDefinition, _ rules: ParameterRules) throws(GatewayRefusal) {
        do throws(OptimadeProblem) {
            self.endpoint = endpoint
            listing = try EntryListingRequest(try query.known, rules)
            if case .above(let id) = listing.position, !id.isEmpty {
                throw OptimadeProblem(
                    .parameterUnsupported, parameter: "page_above",
                    "page_above is not offered. Follow links.next, or use page_offset.")
            }
            syntax = try Self.syntax(listing.filter, endpoint)
            try Self.check(sort: listing.sort, endpoint, rules)
            try Self.check(responseFields: listing.responseFields, endpoint, rules)
            try Self.check(include: listing.include)
            pageLimit = listing.pageLimit ?? rules.defaultPageLimit
            properties = Self.properties(listing, syntax, endpoint)
            parameters = query.canonical
            identity = Self.identity(parameters, syntax, pageLimit)
            allowsPartial = try query.flag("_\(rules.prefix)_partial") ?? true
            isFresh = try query.flag("_\(rules.prefix)_fresh") ?? false
            progressName = query.first("_\(rules.prefix)_progress").flatMap { $0.isEmpty ? nil : $0 }
            if let progressName, progressName.utf8.count > 64 {
                throw OptimadeProblem(
                    .parameterValue, parameter: "_\(rules.prefix)_progress",
                    "_\(rules.prefix)_progress must be a name of at most 64 bytes.")
            }
            mergesEqual = try query.choice("_\(rules.prefix)_dedupe", ["none", "structure"]) == "structure"
        } catch {
            throw GatewayRefusal(error)
        }
    }

    /// Names that the standard could have are checked here; those with a prefix are the databases' business.
    private static func check(
        sort: [SortTerm], _ type: EntryTypeDefinition, _ rules: ParameterRules
    ) throws(OptimadeProblem) {
        for term in sort where rules.owner(of: term.name) == .standard {
            guard let property = type[term.name] else { throw .unknown(term.name, of: type, parameter: "sort") }
            guard property.property.isSortable else { throw .unordered(term.name, of: type) }
        }
    }

    /// As ``check(sort:_:_:)``, for the properties of the answer.
    static func check(
        responseFields names: [String]?, _ type: EntryTypeDefinition, _ rules: ParameterRules
    ) throws(OptimadeProblem) {
        let unknown = (names ?? []).first { name in
            rules.owner(of: name) == .standard && type[name] == nil
                && !ResponseFields.topLevelNames.contains { $0.hasSameUTF8(as: name) }
        }
        if let unknown { throw .unknown(unknown, of: type, parameter: "response_fields") }
    }

    /// - Throws: ``OptimadeProblem`` where entries of databases are not related to what `include` names.
    static func check(include names: [String]?) throws(OptimadeProblem) {
        let related = GatewayService.entryTypes.map(\.name)
        let unknown = (names ?? []).first { name in !related.contains { $0.hasSameUTF8(as: name) } }
        if let unknown {
            throw OptimadeProblem(
                .parameterName, parameter: "include",
                "Nothing is related as “\(unknown)”. Entries can be related to \(related.joined(separator: ", ")).")
        }
    }

    /// Parses a filter and looks up what the standard says of its names; those with a prefix may be any database's.
    private static func syntax(_ filter: String?, _ type: EntryTypeDefinition) throws(OptimadeProblem) -> FilterSyntax?
    {
        guard let filter else { return nil }
        do throws(FilterError) {
            let syntax = try FilterSyntax(parsing: filter)
            _ = try LoweredFilter(
                syntax, FilterVocabulary(type.catalogue, ownPrefixes: [], relationships: type.relationships))
            return syntax
        } catch {
            throw OptimadeProblem(error, in: filter)
        }
    }

    private static func identity(_ parameters: ObjectValue, _ syntax: FilterSyntax?, _ pageLimit: Int) -> ObjectValue {
        var identity = parameters
        for parameter in [Parameter.responseFormat, .emailAddress, .apiHint] { identity[parameter.rawValue] = nil }
        identity[Parameter.filter.rawValue] = syntax.map { .string($0.text) }
        identity[Parameter.pageLimit.rawValue] = .integer(Int64(pageLimit))
        if identity[Parameter.pageOffset.rawValue] == .integer(0) { identity[Parameter.pageOffset.rawValue] = nil }
        // That is what is included where nothing is said.
        if identity[Parameter.include.rawValue]?.text?.hasSameUTF8(as: "references") == true {
            identity[Parameter.include.rawValue] = nil
        }
        return identity
    }

    private static func properties(
        _ listing: EntryListingRequest, _ syntax: FilterSyntax?, _ type: EntryTypeDefinition
    ) -> [String] {
        let everybodys = ResponseFields.topLevelNames + type.relationships
        var names: [String] = []
        for name in (syntax?.properties ?? []) + listing.sort.map(\.name) + (listing.responseFields ?? [])
        where !(names + everybodys).contains(where: { $0.hasSameUTF8(as: name) }) {
            names.append(name)
        }
        return names
    }

    /// What the database at `position` of `databases` is asked, which has no properties called as `lacking` says.
    ///
    /// Sort keys, and what `more` names, are asked for even where the client does not want to see them.
    func plan(
        for position: Int, of databases: [GatewayDatabase], lacking: [String] = [], more: [String] = []
    ) -> DatabasePlan {
        func isThere(_ name: String) -> Bool { !lacking.contains { $0.hasSameUTF8(as: name) } }
        let sort = listing.sort.filter { isThere($0.name) }
        var filter = listing.filter
        if let syntax, DatabaseFilter.testsIDs(syntax) || !lacking.isEmpty {
            switch DatabaseFilter(syntax, for: position, of: databases, lacking: lacking) {
            case .nothing: return DatabasePlan(request: nil, sortNames: [], lacks: lacking)
            case .everything: filter = nil
            case .some(let rest): filter = rest.text
            }
        }
        let hidden = listing.sort.map(\.name) + more
        let fields = listing.responseFields.map { wanted in
            let all = wanted + hidden.filter { name in !wanted.contains { $0.hasSameUTF8(as: name) } }
            // Without any name the usual ones would come.
            return lacking.isEmpty ? all : all.filter(isThere) + (all.contains(where: isThere) ? [] : ["id"])
        }
        var others: [(name: String, value: String)] = []
        if let include = listing.include { others.append(("include", include.joined(separator: ","))) }
        let request = ListingRequest(
            endpoint.name, filter: filter, sort: sort.isEmpty ? nil : PageCursor.text(sort),
            responseFields: fields, pageLimit: pageLimit, others: others)
        return DatabasePlan(request: request, sortNames: sort.map(\.name), lacks: lacking)
    }

    /// Whether resources that entries refer to are to come along; databases may send them unasked.
    var wantsIncluded: Bool { listing.include?.isEmpty != true }

    /// What is odd about the question itself.
    func warnings(_ databases: [GatewayDatabase]) -> [OptimadeWarning] {
        guard let syntax, DatabaseFilter.testsBareIDs(syntax, databases) else { return listing.warnings }
        let warning = OptimadeWarning(
            .gatewayID, parameter: "filter",
            "The filter tests an id without its database, and other databases may have an entry of that id. "
                + "Write <database id>/<id>.")
        return [warning] + listing.warnings
    }
}

extension QueryString {
    /// The parameters of the standard, for readers that refuse all others.
    var known: QueryString {
        get throws(OptimadeProblem) {
            if let item = items.first(where: { $0.value == nil }) {
                throw OptimadeProblem(
                    .parameterValue, parameter: item.name,
                    "The parameter \(item.name) has no value. Write \(item.name)=… or leave it out.")
            }
            let known = items.filter { Parameter(rawValue: $0.name)?.isUsed(by: .list) == true }
            return try QueryString(known.map(\.raw).joined(separator: "&"))
        }
    }

    /// The parameters that say what is asked of databases, by name.
    var canonical: ObjectValue {
        var parameters = ObjectValue()
        for parameter in Parameter.allCases where parameter.isUsed(by: .list) {
            guard let value = first(parameter.rawValue), !value.isEmpty else { continue }
            let isNumber = [.pageLimit, .pageOffset, .pageNumber].contains(parameter)
            parameters[parameter.rawValue] = isNumber ? Int64(value).map { .integer($0) } : .string(value)
        }
        return parameters
    }

    /// The first value of the parameter `name`.
    func first(_ name: String) -> String? { items.first { $0.name.hasSameUTF8(as: name) }?.value }

    /// All values of the parameter `name`.
    func all(_ name: String) -> [String] { items.filter { $0.name.hasSameUTF8(as: name) }.compactMap(\.value) }

    /// The truth value of the parameter `name`; `nil` where it is absent or empty.
    func flag(_ name: String) throws(OptimadeProblem) -> Bool? {
        try choice(name, ["true", "false", "1", "0"]).map { $0 == "true" || $0 == "1" }
    }

    /// The word that the parameter `name` is, one of `words`; `nil` where it is absent or empty.
    func choice(_ name: String, _ words: [String]) throws(OptimadeProblem) -> String? {
        guard let value = first(name), !value.isEmpty else { return nil }
        guard let word = words.first(where: { $0.hasSameUTF8(as: value) }) else {
            throw OptimadeProblem(
                .parameterValue, parameter: name, "\(name) must be one of \(words.joined(separator: ", ")).")
        }
        return word
    }

    /// The parameters that `object` of a body has, as a query.
    ///
    /// - Throws: ``OptimadeProblem``, which names the parameter.
    init(parameters object: ObjectValue) throws(OptimadeProblem) {
        var pieces: [String] = []
        for (name, value) in object.members where !value.isNull {
            let known = Parameter(rawValue: name)
            let text: String
            switch value {
            case .string(let string): text = string
            case .integer(let number) where known?.isPage ?? true: text = String(number)
            case .bool(let flag) where known == nil: text = flag ? "true" : "false"
            case .list(let items) where (known?.isList ?? true) && items.allSatisfy({ $0.text != nil }):
                text = items.compactMap(\.text).joined(separator: ",")
            default:
                guard let known else { continue }
                let wanted =
                    (known.isPage ? "whole number or a text" : "text") + (known.isList ? ", or a list of texts" : "")
                throw OptimadeProblem(.parameterValue, parameter: name, "\(name) must be a \(wanted).")
            }
            pieces.append("\(PercentCoding.encoded(name))=\(PercentCoding.encoded(text))")
        }
        try self.init(pieces.joined(separator: "&"))
    }
}

extension Parameter {
    /// Whether it says which page is wanted, so that it may be a number.
    fileprivate var isPage: Bool { self == .pageLimit || isPagePosition }

    /// Whether it is a list of names.
    fileprivate var isList: Bool { [.responseFields, .sort, .include].contains(self) }
}

extension OptimadeProblem {
    /// `type` has no property `name`, which `parameter` names.
    fileprivate static func unknown(
        _ name: String, of type: EntryTypeDefinition, parameter: String
    ) -> OptimadeProblem {
        OptimadeProblem(
            .parameterName, parameter: parameter,
            "\(type.name) have no “\(name)”. /info/\(type.name) lists what they have.")
    }
}
