import RutileJSON

/// Reads the JSON object that a body is, and gathers all that is wrong with it.
struct BodyReader {
    /// The members.
    let object: ObjectValue
    private(set) var problems: [GatewayRefusal.Problem] = []

    /// Reads `body`.
    ///
    /// - Throws: ``GatewayRefusal`` where it is no JSON object.
    init(_ body: [UInt8]) throws(GatewayRefusal) {
        let value: Value
        do {
            value = try Value(json: body)
        } catch {
            throw GatewayRefusal(.body, pointer: "/body", "The body is not the JSON that is wanted: \(error).")
        }
        guard let object = value.object else {
            throw GatewayRefusal(.body, pointer: "/body", "The body must be a JSON object.")
        }
        self.object = object
    }

    /// Notes that something is wrong at `pointer`, which stands below `/body`.
    mutating func fault(_ pointer: String, _ detail: String, code: GatewayRefusal.Code = .body) {
        problems.append(GatewayRefusal.Problem(code, pointer: "/body" + pointer, detail))
    }

    /// - Throws: ``GatewayRefusal`` where something was wrong.
    func check() throws(GatewayRefusal) {
        if !problems.isEmpty { throw GatewayRefusal(problems) }
    }

    /// As ``check()``, for what is the value of `parameter` and no body.
    func check(parameter: String) throws(GatewayRefusal) {
        if !problems.isEmpty { throw GatewayRefusal(problems.map { $0.of(parameter: parameter) }) }
    }

    /// The text `name`; absent where it is absent, null, or wrong, which is noted.
    mutating func text(_ name: String, isRequired: Bool = false) -> String? {
        guard let value = object[name], !value.isNull else {
            if isRequired { fault("/" + name, "\(name) is required.") }
            return nil
        }
        guard let text = value.text else {
            fault("/" + name, "\(name) must be a text.")
            return nil
        }
        return text
    }

    /// A text that can name a resource; see ``isIdentifier(_:slashes:)``.
    mutating func identifier(_ name: String, slashes: Bool) -> String? {
        guard let text = text(name) else { return nil }
        guard Self.isIdentifier(text, slashes: slashes) else {
            fault("/" + name, "\(name) \(Self.rule(ofIdentifiers: slashes))")
            return nil
        }
        return text
    }

    /// What ``isIdentifier(_:slashes:)`` wants, for people.
    static func rule(ofIdentifiers slashes: Bool) -> String {
        "must have 1 to 200 bytes, none of them a control character\(slashes ? "" : " or a slash"), "
            + "and not be “.” or “..”."
    }

    /// Whether `text` can name a resource.
    static func isIdentifier(_ text: String, slashes: Bool) -> Bool {
        // Clients take “.” and “..” in paths for other places.
        (1...200).contains(text.utf8.count) && !text.hasSameUTF8(as: ".") && !text.hasSameUTF8(as: "..")
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && (slashes || $0 != UInt8(ascii: "/")) }
    }

    /// The texts of a list; one text stands for a list of it. Empty where it is absent, null, or wrong, which is noted.
    mutating func texts(_ name: String) -> [String] {
        guard let value = object[name], !value.isNull else { return [] }
        if let text = value.text { return [text] }
        guard let items = value.items else {
            fault("/" + name, "\(name) must be a list of texts.")
            return []
        }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            if let text = item.text { texts.append(text) } else { fault("/\(name)/\(index)", "This must be a text.") }
        }
        return texts
    }

    /// The truth value `name`; false where it is absent, null, or wrong, which is noted.
    mutating func flag(_ name: String) -> Bool {
        guard let value = object[name], !value.isNull else { return false }
        if value.bool == nil { fault("/" + name, "\(name) must be true or false.") }
        return value.bool ?? false
    }
}
