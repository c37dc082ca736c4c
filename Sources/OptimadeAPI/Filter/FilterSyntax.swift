package import RutileQuery

/// A filter as it was written: operators, names and constants with their places, nothing looked up.
///
/// Source: OPTIMADE 1.2 and 1.3, "The Filter Language EBNF Grammar".
package indirect enum FilterSyntax: Hashable, Sendable {
    /// Two or more, as written between one pair of parentheses.
    case or([FilterSyntax])
    /// Two or more.
    case and([FilterSyntax])
    case not(FilterSyntax)
    /// `left op right`; either side, or both, may be constants.
    case compares(FilterValue, Comparison, FilterValue)
    /// `name CONTAINS value` and its like.
    case matches(FilterName, Relation, FilterValue)
    /// `name IS KNOWN`.
    case isKnown(FilterName)
    /// `name IS UNKNOWN`.
    case isUnknown(FilterName)
    /// `name LENGTH op value`.
    case length(FilterName, Comparison, FilterValue)
    /// `name:name HAS … value:value, …`; each row has an item for each name.
    case has([FilterName], ItemsTest.Quantifier, [[FilterItem]])
    /// A name alone (1.3): that a boolean is true, that anything else is known.
    case name(FilterName)
}

/// A dotted name.
package struct FilterName: Hashable, Sendable {
    /// One name between dots.
    package struct Component: Hashable, Sendable {
        /// `[a-z_][a-z_0-9]*`
        package let text: String
        /// UTF-8 offsets into the filter.
        package let span: Range<Int>
    }

    /// Outermost first; never empty.
    package let components: [Component]

    /// From the first component's start to the last one's end.
    package var span: Range<Int> { components[0].span.lowerBound..<components[components.count - 1].span.upperBound }

    /// The outermost component.
    package var head: Component { components[0] }

    /// The path it spells, whether or not it leads anywhere.
    package var path: PropertyPath { PropertyPath(head.text, components.dropFirst().map(\.text)) }
}

/// A constant or a name.
package struct FilterValue: Hashable, Sendable {
    /// What it is.
    package enum Content: Hashable, Sendable {
        /// With its escapes resolved.
        case string(String)
        case integer(Int64)
        case real(Double)
        /// No `Int64`, or no finite `Double`, or too small for one.
        case numberOutOfRange(String)
        case boolean(Bool)
        case name(FilterName)
    }

    /// What it is.
    package let content: Content
    /// UTF-8 offsets into the filter.
    package let span: Range<Int>

    /// `content` at `span`.
    package init(content: Content, span: Range<Int>) {
        self.content = content
        self.span = span
    }
}

/// What one item of a list is tested for.
package struct FilterItem: Hashable, Sendable {
    /// Equality where nothing is written.
    package let relation: Relation
    /// The operand.
    package let value: FilterValue

    /// A test for `value`.
    package init(relation: Relation, value: FilterValue) {
        self.relation = relation
        self.value = value
    }
}
