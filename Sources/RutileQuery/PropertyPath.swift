import RutileJSON

/// A dotted path to one property, for example `species.chemical_symbols`.
///
/// Paths compare by the UTF-8 bytes of their components; whether a path names a real property is the catalogue's
/// business, not the path's.
public struct PropertyPath: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The names, outermost first; never empty.
    public let components: [String]

    /// `head`, then `rest`.
    public init(_ head: String, _ rest: [String] = []) { components = [head] + rest }

    /// The components of `text` between its dots. For paths written in code.
    public init(stringLiteral text: String) {
        components = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The outermost name.
    public var head: String { components[0] }

    /// The components with dots between them.
    public var description: String { components.joined(separator: ".") }

    /// By UTF-8 bytes.
    public static func == (left: PropertyPath, right: PropertyPath) -> Bool {
        left.components.count == right.components.count
            && zip(left.components, right.components).allSatisfy { $0.hasSameUTF8(as: $1) }
    }

    /// By UTF-8 bytes, component by component.
    public static func < (left: PropertyPath, right: PropertyPath) -> Bool {
        left.components.lexicographicallyPrecedes(right.components) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Hashes as `==` compares.
    public func hash(into hasher: inout Hasher) {
        for component in components { UTF8Key(component).hash(into: &hasher) }
    }
}
