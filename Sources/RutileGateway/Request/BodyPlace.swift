/// Where a request says something: in its body, or in a parameter.
enum BodyPlace: Hashable, Sendable {
    /// A JSON pointer below `/body`; empty for the body itself.
    case body(String)
    /// The name of a query parameter.
    case parameter(String)

    /// The refusal that says what is wrong there.
    func refusal(_ detail: String) -> GatewayRefusal {
        switch self {
        case .body(let pointer): GatewayRefusal(.body, pointer: "/body" + pointer, detail)
        case .parameter(let name): GatewayRefusal(.body, parameter: name, detail)
        }
    }
}
