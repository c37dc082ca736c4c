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
            guard let kinds = value.object else { throw .noObject(value, at: place) }
            guard kinds.count == 1, let (kind, asked) = kinds.members.first(where: { _ in true }) else {
                throw .value(
                    "model_attributes_type", "An aggregation is an object with one kind", at: place, input: value)
            }
            guard let fields = asked.object else { throw .noObject(asked, at: place + [kind]) }
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

    /// The quantity, one of `kinds`. Refusals have the places that NOMAD gives them.
    private func quantity(_ kinds: [SearchQuantity.Kind]) throws(EntriesProblem) -> SearchQuantity {
        let place = fields.place + ["quantity"]
        guard fields.members["quantity"] != nil else {
            throw .value("missing", "Field required", at: place, input: .object(fields.members))
        }
        guard let name = try fields.text("quantity") else {
            throw fields.problem("string_type", "Input should be a valid string", "quantity")
        }
        guard let quantity = SearchQuantities.standard[name] else {
            throw .unknownQuantity(name, at: place, loc: ["aggregation", "quantity"])
        }
        guard kinds.contains(quantity.kind) else {
            guard let (words, kind) = Self.namesInRefusals[fields.place.last ?? ""] else {
                throw .search(
                    "The aggregation quantity cannot be used in a terms aggregation.", at: place,
                    loc: ["aggregation", self.name, "terms", "quantity"])
            }
            throw .search(
                "The quantity SearchQuantity(\(name)) cannot be used in a \(words) aggregation", at: place,
                loc: ["aggregations", self.name, kind, "quantity"])
        }
        return quantity
    }

    /// How NOMAD's refusals call a kind of aggregation in words and in places, `terms` apart.
    private static let namesInRefusals = [
        "histogram": ("histogram", "histogram"), "date_histogram": ("date histogram", "histogram"),
        "auto_date_histogram": ("auto date histogram", "histogram"), "min_max": ("mix-max", "min_max"),
        "percentiles": ("percentiles", "percentiles"),
    ]

    private func positive(_ field: String) throws(EntriesProblem) -> Int? {
        guard let number = try fields.integer(field) else { return nil }
        guard number > 0 else { throw Self.notPositive(fields, field) }
        return number
    }

    private static func notPositive(_ fields: FieldReader, _ field: String) -> EntriesProblem {
        fields.problem("greater_than", "Input should be greater than 0", field, context: .members(["gt": .integer(0)]))
    }

    private func metrics() throws(EntriesProblem) -> [EntriesMetric] {
        try (fields.texts("metrics") ?? []).map { (text) throws(EntriesProblem) in
            guard let metric = EntriesMetric(rawValue: text) else {
                throw EntriesProblem.search(
                    "metric must be the qualified name of a suitable search quantity", at: fields.place + ["metrics"],
                    loc: ["statistic", "metrics"])
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
        if terms.page != nil, ignoresOwnCriterion {
            throw refusal(
                "Aggregation pagination cannot be used with exclude_from_search in the same request", "pagination")
        }
        if size != nil, terms.page != nil {
            throw refusal("You cannot paginate and provide an extra size parameter.", "pagination")
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
            guard size > 0 else { throw Self.notPositive(reader, "size") }
            guard size <= Self.mostEntries else {
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
            throw reader.problem(
                "invalid_page", "Pagination by `page` is not possible for aggregations, use `page_after_value`", "page")
        }
        let isDescending = try reader.isDescending()
        let orderBy = try reader.text("order_by")
        if let orderBy {
            let (place, loc) = (reader.place + ["order_by"], ["aggregation", "pagination", "order_by"])
            guard let quantity = SearchQuantities.standard[orderBy] else {
                throw .unknownQuantity(orderBy, at: place, loc: loc)
            }
            guard quantity.isSortable else {
                throw .search("the order_by quantity must be a scalar", at: place, loc: loc)
            }
        }
        let after = try reader.text("page_after_value")
        let hasOrder = orderBy.map { !$0.hasSameUTF8(as: quantity.name) } ?? false
        if let after, hasOrder, !after.utf8.contains(UInt8(ascii: ":")) {
            throw .search(
                "The pager_after_value has not the right format.", at: reader.place + ["page_after_value"],
                hint: "a value of order_by, a colon and a value of the quantity")
        }
        return TermsAggregation.Page(
            size: size, isDescending: isDescending, orderBy: orderBy, after: after)
    }

    private func histogram() throws(EntriesProblem) -> HistogramAggregation {
        guard ["interval", "buckets"].contains(where: { fields.members[$0]?.isNull == false }) else {
            throw .value(
                "value_error", "Value error, Provide either interval or the number of buckets.", at: fields.place,
                input: .object(fields.members), context: .members(["error": .object(ObjectValue())]))
        }
        let interval = try fields.number("interval")
        if let interval, interval <= 0 {
            throw fields.problem(
                "greater_than", "Input should be greater than 0", "interval", context: .members(["gt": .real(0)]))
        }
        let buckets = try positive("buckets")
        let quantity = try quantity([.integer, .double, .date])
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
            guard let seconds = DateHistogramAggregation.seconds(text) else {
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
        let group = try groupingQuantity()
        return PercentilesAggregation(
            quantity: quantity.name, percents: percents.isEmpty ? [0, 25, 50, 75, 100] : percents, groupBy: group,
            groupCount: try positive("group_by_size") ?? 10)
    }

    private func groupingQuantity() throws(EntriesProblem) -> String? {
        guard let group = try fields.text("group_by") else { return nil }
        let (place, loc) = (fields.place + ["group_by"], ["aggregation", name, "percentiles", "group_by"])
        guard let quantity = SearchQuantities.standard[group] else {
            throw .unknownQuantity(group, at: place, loc: loc)
        }
        guard quantity.kind == .keyword || quantity.kind == .boolean else {
            throw .search("The group_by quantity cannot be used in a terms aggregation.", at: place, loc: loc)
        }
        return group
    }
}
