package import RutileJSON

/// Why a question about entries is refused, in the form in which NOMAD says so.
package struct EntriesProblem: Error, Equatable {
    /// The HTTP status that NOMAD gives the same refusal.
    package let status: Int
    /// What stands under `detail`: a text, or a list of objects with `msg` and `loc`.
    package let reasons: Value
    /// Where in the body of a question the trouble lies, `["pagination", "order_by"]`; empty where it is the whole.
    package let place: [String]

    /// A refusal with a text, which says nothing of `place`.
    package init(_ status: Int, _ text: String, at place: [String] = []) {
        self.status = status
        self.place = place
        reasons = .string(text)
    }

    private init(status: Int, _ item: ObjectValue, at place: [String]) {
        self.status = status
        self.place = place
        reasons = .list([.object(item)])
    }

    /// The refusal of a question that came as parameters: they have no body to lie in.
    package var ofParameters: EntriesProblem {
        guard var item = reasons.items?.first?.object, item["loc"]?.items?.first == .string("body") else { return self }
        let isInGroup = ["pagination", "required", "files"].contains { place.first?.hasSameUTF8(as: $0) ?? false }
        item["loc"] = .list((["query"] + place.dropFirst(isInGroup ? 1 : 0)).map(Value.string))
        return EntriesProblem(status: status, item, at: place)
    }

    /// All messages, for people.
    package var text: String {
        reasons.text
            ?? (reasons.items ?? []).compactMap { item in
                item["msg"]?.text.map { message in item["hint"]?.text.map { "\(message) (\($0))" } ?? message }
            }.joined(separator: "; ")
    }

    /// A value of the body at `place` that is not what it must be, or the item `index` of the list there. `type` is a
    /// stable name of the reason.
    package static func value(
        _ type: String, _ message: String, at place: [String], index: Int? = nil, input: Value, context: Value? = nil
    ) -> EntriesProblem {
        var steps = (["body"] + place).map(Value.string)
        if let index { steps.append(.integer(Int64(index))) }
        var item = ObjectValue([
            ("type", .string(type)), ("loc", .list(steps)), ("msg", .string(message)), ("input", input),
        ])
        item["ctx"] = context
        return EntriesProblem(status: 422, item, at: place + (index.map { [String($0)] } ?? []))
    }

    /// A value of the body at `place` that is not the object that it must be.
    static func noObject(_ value: Value, at place: [String]) -> EntriesProblem {
        .value(
            "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", at: place,
            input: value)
    }

    /// A name or a combination that a search cannot do; `place` says where in the question. A place of one step is the
    /// name of a quantity in the query.
    ///
    /// - Parameter loc: what NOMAD calls the place, where that is something else.
    package static func search(
        _ message: String, at place: [String], loc: [String]? = nil, hint: String? = nil
    ) -> EntriesProblem {
        var item = ObjectValue([
            ("msg", .string(message)), ("loc", .list([.list((loc ?? place).map(Value.string))])),
        ])
        item["hint"] = hint.map(Value.string)
        let isQuantity = place.count == 1 && !place[0].hasSameUTF8(as: "required")
        return EntriesProblem(status: 422, item, at: isQuantity ? ["query"] : place)
    }

    /// A parameter at `place` of the address that is not what it must be.
    static func parameter(_ message: String, at place: [String]) -> EntriesProblem {
        let item = ObjectValue([("loc", .list(place.map(Value.string))), ("msg", .string(message))])
        return EntriesProblem(status: 422, item, at: place)
    }

    /// A `required` of archives that is none; `place` says where in it.
    static func required(_ message: String, at place: [String]) -> EntriesProblem { parameter(message, at: place) }

    /// A name that is no quantity. The hint says what may have been meant; `loc` is as for ``search(_:at:loc:hint:)``.
    package static func unknownQuantity(
        _ name: String, at place: [String], loc: [String]? = nil
    ) -> EntriesProblem {
        if DynamicQuantity.isName(name) {
            return search(
                "entries are found and ordered by \(name), but nothing is aggregated by quantities of data", at: place,
                loc: loc)
        }
        let names = SearchQuantities.standard.all.filter { $0.kind != .suggestion }.map(\.name)
        let hint = suggestion(for: name, among: names).map { "did you mean '\($0)'?" }
        return search("\(name) is not a doc quantity", at: place, loc: loc, hint: hint)
    }
}
