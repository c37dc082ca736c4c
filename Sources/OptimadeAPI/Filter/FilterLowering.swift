import RutileJSON
import RutileModel
package import RutileQuery

/// A filter whose names were looked up.
package struct LoweredFilter: Hashable, Sendable {
    /// What it asks.
    package var predicate: Predicate
    /// What the client should know although the filter is answered; each one once, in the order of the text.
    package var warnings: [FilterWarning]

    /// Parses `text` and looks its names up in `vocabulary`.
    ///
    /// - Throws: ``FilterError``; errors of syntax before all others, then the first one from the left.
    package init(_ text: String, _ vocabulary: FilterVocabulary) throws(FilterError) {
        try self.init(FilterSyntax(parsing: text), vocabulary)
    }

    /// Looks up the names of `syntax` in `vocabulary`.
    ///
    /// - Throws: ``FilterError`` of every kind but `syntax`.
    package init(_ syntax: FilterSyntax, _ vocabulary: FilterVocabulary) throws(FilterError) {
        var lowering = FilterLowering(vocabulary)
        predicate = try lowering.predicate(syntax)
        warnings = lowering.warnings
    }
}

/// Something in a filter that is answered, but perhaps not as the client thinks.
package struct FilterWarning: Hashable, Sendable {
    /// The name; its prefix is registered by nobody, so its value is unknown.
    package let name: String
    /// Its provider's prefix, without underscores.
    package let prefix: String
    /// UTF-8 offsets of the name in the filter.
    package let span: Range<Int>
}

/// Turns syntax into predicates. Values of foreign properties are unknown; everything else must exist and fit.
///
/// Source: OPTIMADE 1.2 and 1.3, "Filtering Entries".
struct FilterLowering {
    private let vocabulary: FilterVocabulary
    private(set) var warnings: [FilterWarning] = []

    init(_ vocabulary: FilterVocabulary) { self.vocabulary = vocabulary }

    mutating func predicate(_ syntax: FilterSyntax) throws(FilterError) -> Predicate {
        switch syntax {
        case .and(let operands): return .and(try predicates(operands))
        case .or(let operands): return .or(try predicates(operands))
        case .not(let operand): return .not(try predicate(operand))
        case .compares(let left, let comparison, let right):
            if case .name(let name) = left.content { return try test(name, .compares(comparison), right) }
            if case .name(let name) = right.content { return try test(name, .compares(comparison.reversed), left) }
            return .constant(Truth(try constants(left, comparison, right)))
        case .matches(let name, let relation, let value): return try test(name, relation, value)
        case .isKnown(let name): return try isKnown(name)
        case .isUnknown(let name): return .not(try isKnown(name))
        case .length(let name, let comparison, let value): return try length(name, comparison, value)
        case .has(let names, let quantifier, let rows): return try items(names, quantifier, rows)
        case .name(let name):
            switch try resolve(name) {
            case .property(let path, .boolean): return .test(path, Test(.compares(.equal), .literal(.boolean(true))))
            case .property(let path, _): return isKnown(path)
            case .foreign: return .constant(.false)
            }
        }
    }

    private mutating func predicates(_ operands: [FilterSyntax]) throws(FilterError) -> [Predicate] {
        var predicates: [Predicate] = []
        predicates.reserveCapacity(operands.count)
        for operand in operands { predicates.append(try predicate(operand)) }
        return predicates
    }

    private func constants(
        _ left: FilterValue, _ comparison: Comparison, _ right: FilterValue
    ) throws(FilterError) -> Bool {
        let span = left.span.lowerBound..<right.span.upperBound
        if case (.string, .string) = (left.content, right.content) { throw FilterError(.twoStrings, span) }
        let (leftValue, rightValue) = (try literal(left), try literal(right))
        guard leftValue.isComparable(with: rightValue) else { throw FilterError(.constantMismatch, span) }
        return leftValue.holds(.compares(comparison), rightValue)
    }

    // MARK: - Scalars

    private mutating func test(
        _ name: FilterName, _ relation: Relation, _ value: FilterValue
    ) throws(FilterError) -> Predicate {
        guard case .property(let path, let type) = try resolve(name) else {
            try checkUnread(value, relation)
            return .constant(.unknown)
        }
        guard type.isScalar else { throw FilterError(.notScalar(name.path.description, type), name.span) }
        guard let operand = try operand(of: name, type, relation, value) else { return .constant(.unknown) }
        return .test(path, Test(relation, operand))
    }

    /// What a scalar of `type`, of the property `name`, is compared with; `nil` for a foreign property.
    mutating func operand(
        of name: FilterName, _ type: PropertyType, _ relation: Relation, _ value: FilterValue
    ) throws(FilterError) -> Operand? {
        if case .compares(let comparison) = relation {
            guard type != .boolean || comparison == .equal || comparison == .notEqual else {
                throw FilterError(.orderedProperty(name.path.description, comparison), name.span, suggestion: nil)
            }
        } else if type != .string {
            throw FilterError(.notString(name.path.description, type), name.span)
        }
        if case .name(let other) = value.content { return try property(other, like: type, of: name) }
        if type == .timestamp, case .string(let text) = value.content {
            guard let time = Timestamp(rfc3339: text) else {
                throw FilterError(.invalidTimestamp(text.shortened), value.span)
            }
            return .literal(.timestamp(time))
        }
        let literal = try literal(value)
        guard literal.fits(type) else {
            throw FilterError(.valueMismatch(name.path.description, type), value.span)
        }
        return .literal(literal)
    }

    private mutating func property(
        _ other: FilterName, like type: PropertyType, of name: FilterName
    ) throws(FilterError) -> Operand? {
        let target: Target
        do {
            target = try resolve(other)
        } catch {
            guard case .unknownProperty = error.reason, error.suggestion == nil, type == .string else { throw error }
            throw FilterError(error.reason, error.span, suggestion: "\"\(other.path.description.shortened)\"")
        }
        guard case .property(let path, let otherType) = target else { return nil }
        guard otherType.isComparable(with: type) else {
            throw FilterError(
                .propertyMismatch(name.path.description, type, other.path.description, otherType), other.span)
        }
        return .property(path)
    }

    private func literal(_ value: FilterValue) throws(FilterError) -> Literal {
        switch value.content {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .boolean(let flag): .boolean(flag)
        case .numberOutOfRange(let text): throw FilterError(.numberOutOfRange(text.shortened), value.span)
        case .name: preconditionFailure("names were told apart before")
        }
    }

    /// Checks a value that a foreign property is compared with. Of its type we know nothing.
    mutating func checkUnread(_ value: FilterValue, _ relation: Relation) throws(FilterError) {
        switch (value.content, relation) {
        case (.name(let other), _): _ = try resolve(other)
        case (.boolean, .contains), (.boolean, .startsWith), (.boolean, .endsWith):
            throw FilterError(.substringOfBoolean, value.span)
        default: break
        }
    }

    private mutating func isKnown(_ name: FilterName) throws(FilterError) -> Predicate {
        guard case .property(let path, _) = try resolve(name) else { return .constant(.false) }
        return isKnown(path)
    }

    /// Whether there is something at `path`.
    private func isKnown(_ path: PropertyPath) -> Predicate { isDescribed(path) ?? .isKnown(path) }

    /// Whether the list at `path`, of descriptions or roles of relationships, is known; `nil` for other paths.
    ///
    /// Where no relationship has one there is a list all the same, of nothing but nulls. That of no relationships at all
    /// is known, and empty.
    func isDescribed(_ path: PropertyPath) -> Predicate? {
        guard vocabulary.relationships.contains(where: { $0.hasSameUTF8(as: path.head) }), path.components.count > 1,
            !path.components[1].hasSameUTF8(as: "id")
        else { return nil }
        let anyText = Test(.contains, .literal(.string("")))
        return .and([
            .isKnown(path), .or([.items(ItemsTest([path], .any, [[anyText]])), .length(path, .equal, 0)]),
        ])
    }

    // MARK: - Names

    /// What a name leads to.
    enum Target {
        case property(PropertyPath, PropertyType)
        /// A property of another provider: always unknown.
        case foreign
    }

    mutating func resolve(_ name: FilterName) throws(FilterError) -> Target {
        let path = name.path
        if vocabulary.relationships.contains(where: { $0.hasSameUTF8(as: path.head) }) {
            return .property(path, try relationshipType(name))
        }
        do {
            return .property(path, try vocabulary.catalogue.type(of: path))
        } catch {
            guard error.component == 0 else { throw unknownMember(name, error) }
            return try foreign(name.head)
        }
    }

    private mutating func foreign(_ name: FilterName.Component) throws(FilterError) -> Target {
        guard let prefix = FilterVocabulary.prefix(of: name.text), !vocabulary.ownPrefixes.contains(prefix) else {
            throw unknownProperty(name)
        }
        let isNew = !warnings.contains { $0.prefix.hasSameUTF8(as: prefix) }
        if isNew && !vocabulary.registeredPrefixes.contains(prefix) {
            warnings.append(FilterWarning(name: name.text, prefix: prefix, span: name.span))
        }
        return .foreign
    }

    private func relationshipType(_ name: FilterName) throws(FilterError) -> PropertyType {
        guard name.components.count > 1 else { throw FilterError(.unsupported(.bareRelationship), name.span) }
        let field = name.components[1]
        if field.text.hasSameUTF8(as: "target") { throw FilterError(.unsupported(.relationshipTarget), name.span) }
        let fields = Property.relationshipFields
        guard fields.contains(where: { $0.hasSameUTF8(as: field.text) }) else {
            throw FilterError(
                .unknownMember(field.text.shortened, of: name.head.text), field.span,
                suggestion: FilterSuggestion.nearest(to: field.text, among: fields))
        }
        guard name.components.count == 2 else {
            throw FilterError(.noMembers(of: "\(name.head.text).\(field.text)"), name.components[2].span)
        }
        return .list(.string)
    }

    private func unknownProperty(_ name: FilterName.Component) -> FilterError {
        let names = vocabulary.catalogue.properties.map(\.name) + vocabulary.relationships
        let prefixed = vocabulary.ownPrefixes.sorted().map { "_\($0)_\(name.text)" }
            .first { vocabulary.catalogue[$0] != nil }
        let suggestion = prefixed ?? FilterSuggestion.nearest(to: name.text, among: names)
        let isPrefixed = name.text.utf8.first != UInt8(ascii: "_") || FilterVocabulary.prefix(of: name.text) != nil
        let shown = name.text.shortened
        return FilterError(isPrefixed ? .unknownProperty(shown) : .noPrefix(shown), name.span, suggestion: suggestion)
    }

    private func unknownMember(_ name: FilterName, _ error: PropertyCatalogue.PathError) -> FilterError {
        let parents = name.components[..<error.component].map(\.text)
        let parent = parents.joined(separator: ".").shortened
        let component = name.components[error.component]
        guard error.reason == .unknownName else { return FilterError(.noMembers(of: parent), component.span) }
        let path = PropertyPath(parents[0], Array(parents.dropFirst()))
        let members = (try? vocabulary.catalogue.type(of: path))?.innermostMembers ?? []
        return FilterError(
            .unknownMember(component.text.shortened, of: parent), component.span,
            suggestion: FilterSuggestion.nearest(to: component.text, among: members))
    }
}
