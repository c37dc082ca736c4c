package import RutileJSON

/// What the OpenAPI document says of a route.
package struct RouteDocumentation: Sendable {
    /// One parameter, in the path or in the query.
    package struct Parameter: Sendable {
        /// As clients write it.
        package let name: String
        /// Markdown.
        package let meaning: String
        /// Whether it stands in the path, at `{name}`; else in the query.
        package let isInPath: Bool
        /// An OpenAPI schema object.
        package let schema: Value

        /// A part of the path.
        package static func path(_ name: String, _ meaning: String) -> Parameter {
            Parameter(name: name, meaning: meaning, isInPath: true, schema: .members(["type": .string("string")]))
        }

        /// A parameter of the query whose values are of `type` (`string`, `integer`, `boolean`); one that is a list may
        /// be repeated.
        package static func query(
            _ name: String, _ meaning: String, type: String = "string", isList: Bool = false
        ) -> Parameter {
            let item = Value.members(["type": .string(type)])
            return Parameter(
                name: name, meaning: meaning, isInPath: false,
                schema: isList ? .members(["type": .string("array"), "items": item]) : item)
        }
    }

    /// The body that a route takes.
    package struct Body: Sendable {
        /// Content types with an OpenAPI media type object each.
        package let contents: [(type: String, description: Value)]
        /// Whether a request without a body is refused by the handler.
        package let isRequired: Bool
        /// Whether the handler reads it piece by piece (``Route/Call/stream``): it may then be larger than
        /// `limits.body_bytes`, and take longer than `limits.request_seconds`, as long as it keeps coming.
        package let isStreamed: Bool

        /// A JSON body as `model` says.
        package static func json(_ model: APIModel, example: Value? = nil) -> Body {
            var media = ObjectValue([("schema", model.reference)])
            media["example"] = example
            return Body(contents: [("application/json", .object(media))], isRequired: true, isStreamed: false)
        }

        /// A form (`application/x-www-form-urlencoded`) of text fields, each with its meaning; `example` has some of them.
        package static func form(
            _ fields: KeyValuePairs<String, String>, required: [String], example: KeyValuePairs<String, Value>
        ) -> Body {
            let properties = fields.map { name, meaning in
                (name, Value.members(["type": .string("string"), "description": .string(meaning)]))
            }
            let schema = Value.members([
                "type": .string("object"), "required": .list(required.map(Value.string)),
                "properties": .object(ObjectValue(properties)),
            ])
            return Body(
                contents: [
                    ("application/x-www-form-urlencoded", .members(["schema": schema, "example": .members(example)]))
                ], isRequired: true, isStreamed: false)
        }

        /// Bytes of any length, of one of `types`.
        package static func stream(_ types: [String], isRequired: Bool = true) -> Body {
            let bytes = Value.members([
                "schema": .members(["type": .string("string"), "format": .string("binary")])
            ])
            return Body(contents: types.map { ($0, bytes) }, isRequired: isRequired, isStreamed: true)
        }
    }

    /// One line.
    package let summary: String
    /// Markdown.
    package let description: String
    /// Those of the path and of the query.
    package let parameters: [Parameter]
    /// The body that is wanted; absent where there is none.
    package let body: Body?
    /// A command of a shell that asks for this, with the server's address in `$RUTILE_URL` and a token in
    /// `$RUTILE_TOKEN`; absent where nobody needs one.
    package let example: String?
    /// Statuses with what each means. Those that any route can answer are added by the document. An empty content type
    /// is that of an answer without body. A status that stands here with several content types has all of them, and the
    /// first meaning.
    package let answers: [(status: Int, meaning: String, contentType: String)]
    /// What answers in JSON are like where the request succeeds; absent where there are none.
    package let model: APIModel?
    /// What they are like where it is refused by the handler.
    package let problem: APIModel

    /// Texts as given.
    package init(
        _ summary: String, _ description: String, parameters: [Parameter] = [], body: Body? = nil,
        example: String? = nil, answers: [(status: Int, meaning: String, contentType: String)],
        model: APIModel? = nil, problem: APIModel = .problem
    ) {
        self.summary = summary
        self.description = description
        self.parameters = parameters
        self.body = body
        self.example = example
        self.answers = answers
        self.model = model
        self.problem = problem
    }
}

extension RouteDocumentation {
    /// What a route answers that is only for users. Some that only read are.
    static let noToken: (status: Int, meaning: String, contentType: String) = (
        401, "There is no token, or it is not valid.", "application/json"
    )

    /// Whether the route is only for users.
    var isForUsers: Bool { answers.contains { $0 == Self.noToken } }
}
