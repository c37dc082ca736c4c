import NomadAPI
import RutileJSON
import Testing

/// What NOMAD's own router was asked beside the shared cases, and what it said.
struct EntriesQueryAnswerTests {
    private static func json(_ text: String) throws -> Value {
        try Value(json: Array(text.utf8), limits: .request, nonFinite: .refuse)
    }

    @Test(arguments: [
        (#"{"not": {}}"#, #"{"and": []}"#), (#"{"or": {}}"#, #"{"and": []}"#),
        (#"{"and": []}"#, #"{"name": "and", "value": {"all": []}}"#),
        (#"{"not": []}"#, #"{"name": "not", "value": {"all": []}}"#),
        (#"{"nope": []}"#, #"{"name": "nope", "value": {"all": []}}"#),
        (#"{"data.x#a.B": []}"#, #"{"name": "data.x#a.B", "value": {"all": []}}"#),
        (#"{"not": {"or": []}}"#, #"{"not": {"name": "or", "value": {"all": []}}}"#),
        (#"{"not": {"not": {}}}"#, #"{"not": {"and": []}}"#), (#"{"and": [{"not": {}}]}"#, #"{"and": [{"and": []}]}"#),
        (
            #"{"and": [], "mainfile": "x"}"#,
            #"{"and": [{"name": "and", "value": {"all": []}}, {"name": "mainfile", "value": "x"}]}"#
        ),
        (
            #"{"results.material.topology": {"and": []}}"#,
            #"{"prefix": "results.material.topology", "query": {"and": [{"name": "and", "value": {"all": []}}]}}"#
        ),
        (
            #"{"results.material.n_elements": {"gt": 1, "gte": null}}"#,
            #"{"name": "results.material.n_elements", "value": {"gt": 1}}"#
        ),
        (
            #"{"mainfile": "x", "upload_id:any": ["a"], "entry_id": "b", "results.material.n_elements:gte": 3}"#,
            #"""
            {"and": [{"name": "mainfile", "value": "x"}, {"name": "entry_id", "value": "b"},
             {"name": "upload_id", "value": {"any": ["a"]}}, {"name": "results.material.n_elements", "value": {"gte": 3}}]}
            """#
        ),
        (
            #"{"results": {"material.elements:any": ["Ti"], "material.n_elements": 2}}"#,
            #"""
            {"and": [{"name": "results.material.elements", "value": {"any": ["Ti"]}},
             {"name": "results.material.n_elements", "value": 2}]}
            """#
        ),
        (
            #"{"results.material.topology.symmetry": {"space_group_number": 1, "crystal_system": "cubic"}}"#,
            #"""
            {"prefix": "results.material.topology", "query": {"and": [
             {"name": "symmetry.space_group_number", "value": 1}, {"name": "symmetry.crystal_system", "value": "cubic"}]}}
            """#
        ),
        (
            #"{"results.material": {"topology.symmetry": {"space_group_number": 1}}}"#,
            #"""
            {"and": [{"prefix": "results.material.topology", "query": {"and": [
             {"name": "symmetry.space_group_number", "value": 1}]}}]}
            """#
        ),
        (
            #"{"results.material.topology": {"symmetry": {"space_group_number": 1}, "label": "x"}}"#,
            #"""
            {"prefix": "results.material.topology", "query": {"and": [
             {"and": [{"name": "symmetry.space_group_number", "value": 1}]}, {"name": "label", "value": "x"}]}}
            """#
        ),
        (
            #"{"datasets": {"dataset_name:any": ["1"], "dataset_name": "a"}}"#,
            #"""
            {"and": [{"name": "datasets.dataset_name", "value": {"any": ["1"]}},
             {"name": "datasets.dataset_name", "value": "a"}]}
            """#
        ),
        (
            #"{"results.material": {"n_elements:gte": 1, "n_elements:lte": 3}}"#,
            #"""
            {"and": [{"name": "results.material.n_elements", "value": {"gte": 1}},
             {"name": "results.material.n_elements", "value": {"lte": 3}}]}
            """#
        ),
    ])
    func queriesAreRepeated(_ query: String, _ echo: String) throws {
        #expect(try EntriesQuery(Self.json("{\"query\": \(query)}")).echo["query"] == Self.json(echo))
    }

    @Test func namesAreBounded() throws {
        let name = String(repeating: "a", count: 500)
        #expect(throws: Never.self) { try EntriesQuery(Self.json("{\"query\": {\"\(name)\": {\"b\": []}}}")) }
        #expect(throws: EntriesProblem.self) {
            try EntriesQuery(Self.json("{\"query\": {\"\(name)\": {\"bbbbbbbbbbbb\": []}}}"))
        }
    }

    @Test func whatIsAlwaysShownFollowsWhatWasAskedFor() throws {
        let body = #"{"required": {"include": ["mainfile"]}, "pagination": {"order_by": "upload_create_time"}}"#
        #expect(
            try EntriesQuery(Self.json(body)).echo["required"]
                == Self.json(#"{"include": ["mainfile", "upload_create_time", "entry_id"]}"#))
    }

    @Test(arguments: [
        (#"{"order": null}"#, #"{"page_size": 10, "order_by": "entry_id"}"#),
        (
            #"{"page": 2, "page_offset": 0}"#,
            #"{"page_size": 10, "order_by": "entry_id", "order": "asc", "page": 2, "page_offset": 0}"#
        ),
        (
            #"{"page_after_value": "", "page": 1}"#,
            #"{"page_size": 10, "order_by": "entry_id", "order": "asc", "page_after_value": "", "page": 1}"#
        ),
    ])
    func paginationIsRepeated(_ pagination: String, _ echo: String) throws {
        let question = try EntriesQuery(Self.json("{\"pagination\": \(pagination)}"))
        #expect(Value.object(question.pagination.echo) == (try Self.json(echo)))
    }

    /// The refusal of each body, as NOMAD gives it; ours may have hints beside it.
    @Test(arguments: pairs(bodies))
    func bodiesAreRefused(_ body: String, _ detail: String) throws {
        let error = #expect(throws: EntriesProblem.self) { try EntriesQuery(Self.json(body)) }
        try compare(error, detail)
    }

    @Test(arguments: [
        ([("q", "upload_id__a"), ("entry_id", "b")], ["entry_id", "upload_id"]),
        (
            [("json_query", #"{"mainfile": "a", "entry_name": "c"}"#), ("q", "upload_id__a"), ("entry_id", "b")],
            ["entry_id", "upload_id", "mainfile", "entry_name"]
        ),
    ])
    func criteriaOfParametersHaveAnOrder(_ parameters: [(String, String)], _ names: [String]) throws {
        let question = try EntriesQuery(parameters: parameters.map { (name: $0.0, value: $0.1) })
        #expect(question.query?.echo["and"]?.items?.compactMap { $0["name"]?.text } == names)
    }

    @Test(arguments: [
        ("2020-01-01", "2020-01-01T00:00:00"), ("2020-01-01T10", "2020-01-01T10:00:00"),
        ("2020-01-01T10:00", "2020-01-01T10:00:00"), ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ])
    func datesOfParametersAreInstants(_ text: String, _ instant: String) throws {
        let question = try EntriesQuery(parameters: [(name: "upload_create_time__gte", value: text)])
        #expect(question.query?.echo["value"]?["gte"] == .string(instant))
    }

    @Test(arguments: pairs(parameters))
    func parametersAreRefused(_ parameters: String, _ detail: String) throws {
        var pairs: [(name: String, value: String)] = []
        for pair in try Self.json(parameters).items ?? [] {
            pairs.append((name: pair.items?.first?.text ?? "", value: pair.items?.last?.text ?? ""))
        }
        let error = #expect(throws: EntriesProblem.self) { try EntriesQuery(parameters: pairs) }
        try compare(error, detail)
    }

    private func compare(_ error: EntriesProblem?, _ detail: String) throws {
        #expect(error?.status == 422)
        #expect(error?.reasons.items?.count == 1)
        for (name, value) in try Self.json(detail).object?.members ?? zip([], []) {
            #expect(error?.reasons.items?.first?[name] == value, "\(name)")
        }
    }

    /// Every second line of `text` with the one before it.
    private static func pairs(_ text: String) -> [(String, String)] {
        let lines = text.split(separator: "\n").map(String.init)
        return stride(from: 0, to: lines.count - 1, by: 2).map { (lines[$0], lines[$0 + 1]) }
    }

    private static let bodies = #"""
        {"pagination": {"page_size": -1}}
        {"type": "invalid_page_size", "loc": ["body", "pagination", "page_size"], "msg": "page_size must be >= 0", "input": -1}
        {"pagination": {"page": 1, "page_offset": 1}}
        {"type": "multiple_pagination_criteria", "loc": ["body", "pagination"], "msg": "Can only specify one of: page_offset, page, or page_after_value", "input": {"page": 1, "page_offset": 1}}
        {"pagination": {"page": 1, "page_after_value": "x"}}
        {"type": "multiple_pagination_criteria", "loc": ["body", "pagination"], "msg": "Can only specify one of: page_offset, page, or page_after_value", "input": {"page": 1, "page_after_value": "x"}}
        {"pagination": {"page_size": 0, "page_offset": 0}}
        {"type": "invalid_pagination", "loc": ["body", "pagination"], "msg": "Cannot specify page_offset when page_size is set to 0", "input": {"page_size": 0, "page_offset": 0}}
        {"pagination": {"page_size": 0, "page": 1}}
        {"type": "invalid_pagination", "loc": ["body", "pagination"], "msg": "Cannot specify page when page_size is set to 0", "input": {"page_size": 0, "page": 1}}
        {"pagination": {"page": 0, "order_by": "nope"}}
        {"type": "bad_page", "loc": ["body", "pagination", "page"], "msg": "Page has to be larger than 1", "input": 0}
        {"pagination": {"order": 5}}
        {"type": "enum", "loc": ["body", "pagination", "order"], "msg": "Input should be 'asc' or 'desc'", "input": 5, "ctx": {"expected": "'asc' or 'desc'"}}
        {"pagination": 5}
        {"type": "model_attributes_type", "loc": ["body", "pagination"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": 5}
        5
        {"type": "model_attributes_type", "loc": ["body"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": 5}
        {"required": "*"}
        {"type": "model_attributes_type", "loc": ["body", "required"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": "*"}
        {"required": {"include": [1]}}
        {"type": "string_type", "loc": ["body", "required", "include", 0], "msg": "Input should be a valid string", "input": 1}
        {"query": {"entry_name": {"prefix": {"any": ["a"]}}}}
        {"msg": "entry_name.prefix.any is not a doc quantity", "loc": [["entry_name.prefix.any"]]}
        {"query": {"results.material": {"elements": {"none": ["Ti"]}}}}
        {"msg": "results.material.elements.none is not a doc quantity", "loc": [["results.material.elements.none"]]}
        {"query": {"nope:any": []}}
        {"msg": "nope is not a doc quantity", "loc": [["nope"]]}
        {"query": {"data.x#entry_id:abc.Sec": 1}}
        {"msg": "Could not resolve the data type for quantity data.x#entry_id:abc.Sec. Please include the data type in the quantity name using the \"#<type>\" postfix.", "loc": [["data.x#entry_id:abc.Sec"]]}
        {"query": {"data.x#entry_id:a.S#int#str": 1}}
        {"msg": "Could not resolve the data type for quantity data.x#entry_id:a.S#int#str. Please include the data type in the quantity name using the \"#<type>\" postfix.", "loc": [["data.x#entry_id:a.S#int#str"]]}
        {"query": {"data.x#a.B#foo": 2}}
        {"msg": "data.x#a.B#foo is not a doc quantity", "loc": [["data.x#a.B#foo"]]}
        {"aggregations": {"a": 5}}
        {"type": "model_attributes_type", "loc": ["body", "aggregations", "a"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": 5}
        {"aggregations": {"a": {"terms": 5}}}
        {"type": "model_attributes_type", "loc": ["body", "aggregations", "a", "terms"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": 5}
        {"aggregations": {"a": {"terms": {}}}}
        {"type": "missing", "loc": ["body", "aggregations", "a", "terms", "quantity"], "msg": "Field required", "input": {}}
        {"aggregations": {"a": {"terms": {"quantity": null}}}}
        {"type": "string_type", "loc": ["body", "aggregations", "a", "terms", "quantity"], "msg": "Input should be a valid string", "input": null}
        {"aggregations": {"a": {"terms": {"quantity": "nope"}}}}
        {"msg": "nope is not a doc quantity", "loc": [["aggregation", "quantity"]]}
        {"aggregations": {"a": {"terms": {"quantity": "comment"}}}}
        {"msg": "The aggregation quantity cannot be used in a terms aggregation.", "loc": [["aggregation", "a", "terms", "quantity"]]}
        {"aggregations": {"a": {"histogram": {"quantity": "upload_id"}}}}
        {"type": "value_error", "loc": ["body", "aggregations", "a", "histogram"], "msg": "Value error, Provide either interval or the number of buckets.", "input": {"quantity": "upload_id"}, "ctx": {"error": {}}}
        {"aggregations": {"a": {"histogram": {"quantity": "upload_id", "interval": 1}}}}
        {"msg": "The quantity SearchQuantity(upload_id) cannot be used in a histogram aggregation", "loc": [["aggregations", "a", "histogram", "quantity"]]}
        {"aggregations": {"a": {"date_histogram": {"quantity": "upload_id"}}}}
        {"msg": "The quantity SearchQuantity(upload_id) cannot be used in a date histogram aggregation", "loc": [["aggregations", "a", "histogram", "quantity"]]}
        {"aggregations": {"a": {"auto_date_histogram": {"quantity": "upload_id"}}}}
        {"msg": "The quantity SearchQuantity(upload_id) cannot be used in a auto date histogram aggregation", "loc": [["aggregations", "a", "histogram", "quantity"]]}
        {"aggregations": {"a": {"min_max": {"quantity": "upload_id"}}}}
        {"msg": "The quantity SearchQuantity(upload_id) cannot be used in a mix-max aggregation", "loc": [["aggregations", "a", "min_max", "quantity"]]}
        {"aggregations": {"a": {"percentiles": {"quantity": "upload_id"}}}}
        {"msg": "The quantity SearchQuantity(upload_id) cannot be used in a percentiles aggregation", "loc": [["aggregations", "a", "percentiles", "quantity"]]}
        {"aggregations": {"a": {"percentiles": {"quantity": "n_quantities", "group_by": "nope"}}}}
        {"msg": "nope is not a doc quantity", "loc": [["aggregation", "a", "percentiles", "group_by"]]}
        {"aggregations": {"a": {"percentiles": {"quantity": "n_quantities", "group_by": "comment"}}}}
        {"msg": "The group_by quantity cannot be used in a terms aggregation.", "loc": [["aggregation", "a", "percentiles", "group_by"]]}
        {"aggregations": {"a": {"statistics": {"metrics": ["nope"]}}}}
        {"msg": "metric must be the qualified name of a suitable search quantity", "loc": [["statistic", "metrics"]]}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "metrics": [1]}}}}
        {"type": "string_type", "loc": ["body", "aggregations", "a", "terms", "metrics", 0], "msg": "Input should be a valid string", "input": 1}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "pagination": {"page": 1}}}}}
        {"type": "invalid_page", "loc": ["body", "aggregations", "a", "terms", "pagination", "page"], "msg": "Pagination by `page` is not possible for aggregations, use `page_after_value`", "input": 1}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "pagination": {"order_by": "nope"}}}}}
        {"msg": "nope is not a doc quantity", "loc": [["aggregation", "pagination", "order_by"]]}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "pagination": {"order_by": "mainfile", "page_after_value": "x"}}}}}
        {"msg": "The pager_after_value has not the right format.", "loc": [["aggregations", "a", "terms", "pagination", "page_after_value"]]}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "pagination": {}, "exclude_from_search": true}}}}
        {"msg": "Aggregation pagination cannot be used with exclude_from_search in the same request", "loc": [["aggregations", "a", "terms", "pagination"]]}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "entries": {"size": 0}}}}}
        {"type": "greater_than", "loc": ["body", "aggregations", "a", "terms", "entries", "size"], "msg": "Input should be greater than 0", "input": 0, "ctx": {"gt": 0}}
        {"aggregations": {"a": {"terms": {"quantity": "upload_id", "entries": 5}}}}
        {"type": "model_attributes_type", "loc": ["body", "aggregations", "a", "terms", "entries"], "msg": "Input should be a valid dictionary or object to extract fields from", "input": 5}
        """#

    private static let parameters = #"""
        [["page_size", "-1"]]
        {"type": "invalid_page_size", "loc": ["query", "page_size"], "msg": "page_size must be >= 0", "input": -1}
        [["page", "0"]]
        {"type": "bad_page", "loc": ["query", "page"], "msg": "Page has to be larger than 1", "input": 0}
        [["page_size", "x"]]
        {"type": "int_parsing", "loc": ["query", "page_size"], "msg": "Input should be a valid integer, unable to parse string as an integer", "input": "x"}
        [["page_size", "0"], ["page", "1"]]
        {"type": "invalid_pagination", "loc": ["query"], "msg": "Cannot specify page when page_size is set to 0", "input": {"page_size": 0, "order_by": null, "order": "asc", "page_after_value": null, "page": 1, "page_offset": null}}
        [["page", "1"], ["page_offset", "1"], ["order", "desc"]]
        {"type": "multiple_pagination_criteria", "loc": ["query"], "msg": "Can only specify one of: page_offset, page, or page_after_value", "input": {"page_size": 10, "order_by": null, "order": "desc", "page_after_value": null, "page": 1, "page_offset": 1}}
        [["json_query", "[]"]]
        {"loc": ["json_query"], "msg": "cannot parse json_query"}
        [["json_query", "null"]]
        {"loc": ["json_query"], "msg": "cannot parse json_query"}
        [["q", "__"]]
        {"loc": ["query", "__"], "msg": " is not a doc quantity"}
        [["q", "nope__x"]]
        {"loc": ["query", "nope__x"], "msg": "nope is not a doc quantity"}
        [["q", "upload_id__like__x"]]
        {"loc": ["query", "upload_id__like"], "msg": "operator like is unknown"}
        [["q", "a__b__c__d"]]
        {"loc": ["query", "q"], "msg": "wrong format, use <quantity>[__<op>]__<value>"}
        """#
}
