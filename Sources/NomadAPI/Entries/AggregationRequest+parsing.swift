import RutileJSON

extension NamedAggregation {
    /// The aggregations in `given`, an object of objects.
    static func all(_ given: Value) throws(EntriesProblem) -> [NamedAggregation] {
        guard let members = given.object else {
            throw .value("dict_type", "Input should be a valid dictionary", at: ["aggregations"], input: given)
        }
        var all: [NamedAggregation] = []
        for (name, value) in members.members {
            let place = ["aggregations", name]
            guard let kinds = value.object, kinds.count == 1,
                let (kind, asked) = kinds.members.first(where: { _ in true }), let fields = asked.object
            else {
                throw .value(
                    "model_attributes_type", "An aggregation is an object with one kind", at: place, input: value)
            }
            let parser = AggregationParser(FieldReader(fields, at: place + [kind]), name: name)
            let request = try parser.request(of: kind)
            var given = fields.withoutNulls
            for (name, value) in request.defaults.members where given[name] == nil { given[name] = value }
            all.append(
                NamedAggregation(
                    name: name, request: request, ignoresOwnCriterion: parser.ignoresOwnCriterion, given: given))
        }
        return all
    }
}

/// Reads one aggregation.
private struct AggregationParser {
    private let fields: FieldReader
    private let name: String

    init(_ fields: FieldReader, name: String) {
        self.fields = fields
        self.name = name
    }

    /// Entries that are shown of each value at most, as in NOMAD's index.
    private static let mostEntries = 100
    private static let kinds = [
        "terms", "histogram", "date_histogram", "auto_date_histogram", "min_max", "percentiles", "statistics",
    ]

    func request(of kind: String) throws(EntriesProblem) -> AggregationRequest {
        if ["histogram", "date_histogram", "auto_date_histogram"].contains(where: kind.hasSameUTF8) {
            try refuseParts()
        }
        switch kind {
        case "terms": return .terms(try terms())
        case "histogram": return .histogram(try histogram())
        case "date_histogram": return .dateHistogram(try dateHistogram())
        case "auto_date_histogram":
            return .autoDateHistogram(
                quantity: try quantity([.date]).name, buckets: try positive("buckets") ?? 10)
        case "min_max": return .minMax(quantity: try quantity([.integer, .double, .date]).name)
        case "percentiles": return .percentiles(try percentiles())
        case "statistics": return .statistics(try metrics())
        default:
            throw .search(
                "\(kind) is no kind of aggregation; there are \(Self.kinds.joined(separator: ", "))",
                at: ["aggregations", name])
        }
    }

    /// Whether the criterion of the query for the quantity does not count.
    var ignoresOwnCriterion: Bool { fields.members["exclude_from_search"]?.bool ?? false }

    /// Refuses what only the values of `terms` have: it would be repeated without being answered.
    private func refuseParts() throws(EntriesProblem) {
        for name in ["metrics", "entries"] {
            guard let value = fields.members[name], !value.isNull, value.items?.isEmpty != true else { continue }
            throw fields.problem("extra_forbidden", "Only the values of terms have \(name)", name)
        }
    }

    private func refusal(_ message: String, _ field: String) -> EntriesProblem {
        .search(message, at: fields.place + [field])
    }

    /// The quantity that `field` names, one of `kinds`.
    private func quantity(
        _ kinds: [SearchQuantity.Kind], _ field: String = "quantity"
    ) throws(EntriesProblem) -> SearchQuantity {
        guard let name = try fields.text(field) else { throw fields.problem("missing", "Field required", field) }
        guard let quantity = SearchQuantities.standard[name] else {
            throw .unknownQuantity(name, at: fields.place + [field])
        }
        guard kinds.contains(quantity.kind) else {
            throw refusal("the quantity \(name) cannot be used in this aggregation", field)
        }
        return quantity
    }

    private func positive(_ field: String) throws(EntriesProblem) -> Int? {
        guard let number = try fields.integer(field) else { return nil }
        guard number > 0 else {
            throw fields.problem(
                "greater_than", "Input should be greater than 0", field, context: .members(["gt": .integer(0)]))
        }
        return number
    }

    private func metrics() throws(EntriesProblem) -> [EntriesMetric] {
        try (fields.texts("metrics") ?? []).map { (text) throws(EntriesProblem) in
            guard let metric = EntriesMetric(rawValue: text) else {
                throw refusal("\(text) is not the name of a metric", "metrics")
            }
            return metric
        }
    }

    private func terms() throws(EntriesProblem) -> TermsAggregation {
        let quantity = try quantity([.keyword, .boolean])
        var terms = TermsAggregation(
            quantity: quantity.name, size: quantity.bucketCount, filter: nil, metrics: try metrics(),
            entries: nil, entriesRequired: nil, page: try page(of: quantity))
        let size = try positive("size")
        if let size { terms.size = size }
        if size != nil, terms.page != nil {
            throw refusal("You cannot paginate and provide an extra size parameter.", "pagination")
        }
        if terms.page != nil, ignoresOwnCriterion {
            throw refusal("A paginated aggregation cannot be excluded from the search.", "exclude_from_search")
        }
        switch fields.members["include"] {
        case nil, .null?: break
        case .list?: terms.filter = .values(try fields.texts("include") ?? [])
        case .string(let text)?:
            guard !text.isEmpty, text.utf8.allSatisfy(Self.isAllowedInInclude) else {
                throw fields.problem(
                    "string_pattern_mismatch", "String should match pattern '^[A-Za-z0-9_\\- ]+$'", "include")
            }
            terms.filter = .containing(text)
        case .some: throw fields.problem("string_type", "Input should be a valid string or list", "include")
        }
        if let entries = try fields.object("entries") {
            let reader = FieldReader(entries, at: fields.place + ["entries"])
            let size = try reader.integer("size") ?? 1
            guard (1...Self.mostEntries).contains(size) else {
                throw reader.problem("bad_size", "Input should be from 1 to \(Self.mostEntries)", "size")
            }
            terms.entries = size
            if let required = try reader.object("required") {
                terms.entriesRequired = try RequiredQuantities(.object(required), orderBy: "entry_id")
            }
        }
        return terms
    }

    private static func isAllowedInInclude(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "):
            true
        default: false
        }
    }

    /// Which page is asked for of the values of `quantity`.
    private func page(of quantity: SearchQuantity) throws(EntriesProblem) -> TermsAggregation.Page? {
        guard let given = try fields.object("pagination") else { return nil }
        let reader = FieldReader(given, at: fields.place + ["pagination"])
        let size = try reader.integer("page_size") ?? 10
        guard size > 0 else {
            throw reader.problem(
                "invalid_page_size", "0 or smaller page sizes are not allowed for aggregations.", "page_size")
        }
        guard size <= GraphRequest.largestPage else {
            throw reader.problem(
                "bad_page_size", "Page size must be at most \(GraphRequest.largestPage).", "page_size")
        }
        if try reader.integer("page") != nil {
            throw reader.problem("bad_pagination", "Pagination by page is not supported for aggregations.", "page")
        }
        let order = try reader.text("order")
        guard order.map({ $0.hasSameUTF8(as: "asc") || $0.hasSameUTF8(as: "desc") }) ?? true else {
            throw reader.problem("enum", "Input should be 'asc' or 'desc'", "order")
        }
        let orderBy = try reader.text("order_by")
        if let orderBy {
            guard let quantity = SearchQuantities.standard[orderBy] else {
                throw .unknownQuantity(orderBy, at: reader.place + ["order_by"])
            }
            guard quantity.isSortable else {
                throw .search("the order_by quantity must be a scalar", at: reader.place + ["order_by"])
            }
        }
        let after = try reader.text("page_after_value")
        let hasOrder = orderBy.map { !$0.hasSameUTF8(as: quantity.name) } ?? false
        if let after, hasOrder, !after.utf8.contains(UInt8(ascii: ":")) {
            throw reader.problem(
                "bad_page_after_value", "Input should be a value of order_by, a colon and a value of the quantity",
                "page_after_value")
        }
        return TermsAggregation.Page(
            size: size, isDescending: order?.hasSameUTF8(as: "desc") ?? false, orderBy: orderBy, after: after)
    }

    private func histogram() throws(EntriesProblem) -> HistogramAggregation {
        let quantity = try quantity([.integer, .double, .date])
        let interval = try fields.number("interval")
        if let interval, interval <= 0 {
            throw fields.problem(
                "greater_than", "Input should be greater than 0", "interval", context: .members(["gt": .real(0)]))
        }
        let buckets = try positive("buckets")
        guard interval != nil || buckets != nil else { throw refusal("Give interval or buckets.", "interval") }
        let reader = FieldReader(
            try fields.object("extended_bounds") ?? ObjectValue(), at: fields.place + ["extended_bounds"])
        let (least, greatest) = (try reader.number("min"), try reader.number("max"))
        if let least, let greatest, least > greatest {
            throw reader.problem("bad_bounds", "The bounds need a min that is not above max", "min")
        }
        return HistogramAggregation(
            quantity: quantity.name, interval: interval, buckets: buckets, offset: try fields.number("offset") ?? 0,
            least: least, greatest: greatest)
    }

    private func dateHistogram() throws(EntriesProblem) -> DateHistogramAggregation {
        let quantity = try quantity([.date])
        var given: [String] = []
        for name in ["interval", "calendar_interval", "fixed_interval"] where try fields.text(name) != nil {
            given.append(name)
        }
        if given.count > 1 {
            throw refusal("Only one of interval, calendar_interval and fixed_interval can be given.", given[1])
        }
        if let text = try fields.text("fixed_interval") {
            guard let seconds = Self.seconds(text) else {
                throw fields.problem("bad_interval", "A fixed interval is a number with s, m, h or d", "fixed_interval")
            }
            return DateHistogramAggregation(quantity: quantity.name, interval: .seconds(seconds))
        }
        let calendar = try fields.text("calendar_interval")
        let old = try fields.text("interval")
        let text = calendar ?? old ?? "1M"
        if text == "1s" || text == "second" {
            return DateHistogramAggregation(quantity: quantity.name, interval: .seconds(1))
        }
        guard let unit = DateHistogramAggregation.Unit(text) else {
            let units = EntriesQuery.list(["1s"] + DateHistogramAggregation.Unit.allCases.map(\.rawValue))
            let place = calendar == nil ? "interval" : "calendar_interval"
            throw fields.problem("bad_interval", "A calendar interval is \(units)", place)
        }
        return DateHistogramAggregation(quantity: quantity.name, interval: .calendar(unit))
    }

    private static func seconds(_ text: String) -> Int? {
        guard let unit = text.utf8.last, let number = Int(String(text.utf8.dropLast()) ?? ""), number > 0 else {
            return nil
        }
        let factor: Int? =
            switch unit {
            case UInt8(ascii: "s"): 1
            case UInt8(ascii: "m"): 60
            case UInt8(ascii: "h"): 3_600
            case UInt8(ascii: "d"): 86_400
            default: nil
            }
        guard let factor else { return nil }
        let (seconds, overflows) = number.multipliedReportingOverflow(by: factor)
        return overflows ? nil : seconds
    }

    private func percentiles() throws(EntriesProblem) -> PercentilesAggregation {
        let quantity = try quantity([.integer, .double, .date])
        var percents: [Double] = []
        if let given = fields.members["percents"], !given.isNull {
            for item in given.items ?? [given] {
                guard let percent = item.real ?? item.text.flatMap(Double.init), (0...100).contains(percent) else {
                    throw fields.problem("bad_percent", "Percentages are numbers from 0 to 100", "percents")
                }
                percents.append(percent)
            }
        }
        let group = try fields.text("group_by") == nil ? nil : groupingQuantity("group_by")
        return PercentilesAggregation(
            quantity: quantity.name, percents: percents.isEmpty ? [0, 25, 50, 75, 100] : percents, groupBy: group,
            groupCount: try positive("group_by_size") ?? 10)
    }

    private func groupingQuantity(_ field: String) throws(EntriesProblem) -> String {
        try quantity([.keyword, .boolean], field).name
    }
}

extension AggregationRequest {
    /// What counts where a request says nothing, as answers repeat it.
    fileprivate var defaults: ObjectValue {
        if case .statistics = self { return ObjectValue() }
        var defaults = ObjectValue([("exclude_from_search", Value.bool(false))])
        switch self {
        case .terms, .histogram: defaults["metrics"] = .list([])
        case .dateHistogram(let histogram):
            defaults["metrics"] = .list([])
            if histogram.interval == .calendar(.month) { defaults["calendar_interval"] = .string("1M") }
        case .autoDateHistogram(_, let buckets):
            defaults["metrics"] = .list([])
            defaults["buckets"] = .integer(Int64(buckets))
        case .percentiles(let percentiles):
            defaults["percents"] = .list(percentiles.percents.map(Value.real))
            defaults["group_by_size"] = .integer(Int64(percentiles.groupCount))
        case .minMax, .statistics: break
        }
        return defaults
    }
}

extension DateHistogramAggregation.Unit {
    /// The unit of a short name, or of its word.
    fileprivate init?(_ text: String) {
        let words = ["minute", "hour", "day", "week", "month", "quarter", "year"]
        guard let unit = Self(rawValue: text) ?? zip(words, Self.allCases).first(where: { $0.0 == text })?.1 else {
            return nil
        }
        self = unit
    }
}

extension ObjectValue {
    /// Those of the members that are not null, at all levels: answers leave out what is null.
    fileprivate var withoutNulls: ObjectValue {
        var kept = ObjectValue()
        for (name, value) in members where !value.isNull {
            kept[name] = value.object.map { .object($0.withoutNulls) } ?? value
        }
        return kept
    }
}
