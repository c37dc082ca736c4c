public import RutileJSON

/// One value of a document that a server sent, which is decoded where it is looked at.
///
/// Any key and any position can be asked for: what is not there is a node as well, which has no value and says so when it
/// is read. So `archive["run"][0]["calculation"][-1]["energy"]["total"]["value"].double` is a number or `nil`.
public struct DataNode: Sendable, CustomStringConvertible {
    /// One step from the root.
    enum Step: Sendable {
        case key(String)
        case position(Int)
    }

    let view: JSONView?
    let root: JSONView?
    let steps: [Step]

    init(_ root: JSONView?) {
        view = root
        self.root = root
        steps = []
    }

    private init(_ view: JSONView?, _ root: JSONView?, _ steps: [Step]) {
        self.view = view
        self.root = root
        self.steps = steps
    }

    /// The document that `json` is.
    ///
    /// - Throws: ``ClientError/Code/notUnderstood``.
    public init(json: String) throws(ClientError) {
        do {
            self.init(try JSONDocument(json: Array(json.utf8), limits: .file).root)
        } catch {
            throw ClientError(.notUnderstood, "this is no JSON: \(error)", underlying: error)
        }
    }

    // MARK: Going on

    /// The member `key` of an object.
    public subscript(_ key: String) -> DataNode { DataNode(view?[key], root, steps + [.key(key)]) }

    /// The item at `position` of a list; negative ones count from the end, -1 is the last item. Cost: one step for each
    /// item before it.
    public subscript(_ position: Int) -> DataNode {
        var found: JSONView?
        if let view, view.kind == .list {
            let index = position < 0 ? view.count + position : position
            if index >= 0 {
                var items = view.items.dropFirst(index).makeIterator()
                found = items.next()
            }
        }
        return DataNode(found, root, steps + [.position(position)])
    }

    /// The items of a list, in order; none for other values.
    public var items: [DataNode] {
        guard let view else { return [] }
        return view.items.enumerated().map { DataNode($1, root, steps + [.position($0)]) }
    }

    /// The names of an object's members, in order; none for other values.
    public var keys: [String] { view?.members.map(\.key) ?? [] }

    /// Number of items of a list or members of an object; 0 for other values.
    public var count: Int { view?.count ?? 0 }

    // MARK: Reading

    /// Whether there is a value, which may be null.
    public var exists: Bool { view != nil }

    /// Whether there is a value, and it is null.
    public var isNull: Bool { view?.isNull ?? false }

    /// The number of an integer or real.
    public var double: Double? { view?.real }

    /// The number of an integer.
    public var int: Int? { view?.integer.map { Int($0) } }

    /// The text of a string.
    public var string: String? { view?.text }

    /// The truth value of a bool.
    public var bool: Bool? { view?.bool }

    /// The numbers of a list of numbers; `nil` where any item is none.
    public var doubles: [Double]? { list { $0.real } }

    /// The texts of a list of strings; `nil` where any item is none.
    public var strings: [String]? { list { $0.text } }

    /// All of the value, decoded; `nil` where there is none.
    public var value: Value? { view?.value }

    /// The value as JSON text, `null` where there is none.
    public var json: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }

    /// Where the value stands: `run/0/calculation/-1/energy`.
    public var path: String {
        steps.map { step in
            switch step {
            case .key(let key): key
            case .position(let position): String(position)
            }
        }.joined(separator: "/")
    }

    /// The value as JSON text.
    public var description: String { json }

    /// Writes the value, `null` where there is none.
    package func write(to writer: inout JSONWriter) {
        if let view { writer.view(view) } else { writer.null() }
    }

    private func list<Item>(_ read: (JSONView) -> Item?) -> [Item]? {
        guard let view, view.kind == .list else { return nil }
        var items: [Item] = []
        for item in view.items {
            guard let item = read(item) else { return nil }
            items.append(item)
        }
        return items
    }
}
