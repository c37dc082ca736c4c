import RutileQuery

/// Comparisons that begin with a property.
extension FilterParser {
    // property [ operator value | IS … | CONTAINS … | LENGTH … | { ":" property } HAS … ]
    mutating func propertyFirst() throws(FilterError) -> FilterSyntax {
        let name = try property()
        switch token.kind {
        case .comparison(let comparison):
            try advance()
            let left = FilterValue(content: .name(name), span: name.span)
            return .compares(left, comparison, try value(of: comparison))
        case .keyword(.is): return try isKnown(name)
        case .keyword(.contains), .keyword(.starts), .keyword(.ends):
            let relation = try substringRelation()
            return .matches(name, relation, try value())
        case .keyword(.length): return try length(name)
        case .keyword(.has), .colon: return try has(name)
        case .keyword(.and), .keyword(.or), .closeParenthesis, .end: return .name(name)
        default: throw expected("an operator, IS, HAS, LENGTH, CONTAINS, STARTS or ENDS")
        }
    }

    // "IS" ( "KNOWN" | "UNKNOWN" )
    private mutating func isKnown(_ name: FilterName) throws(FilterError) -> FilterSyntax {
        try advance()
        if try accept(.keyword(.known)) { return .isKnown(name) }
        guard try accept(.keyword(.unknown)) else { throw expected("KNOWN or UNKNOWN") }
        return .isUnknown(name)
    }

    // "CONTAINS" | "STARTS" [ "WITH" ] | "ENDS" [ "WITH" ]
    private mutating func substringRelation() throws(FilterError) -> Relation {
        if try accept(.keyword(.contains)) { return .contains }
        let relation: Relation = token.kind == .keyword(.starts) ? .startsWith : .endsWith
        try advance()
        _ = try accept(.keyword(.with))
        return relation
    }

    // "LENGTH" [ operator ] value
    private mutating func length(_ name: FilterName) throws(FilterError) -> FilterSyntax {
        try advance()
        guard case .comparison(let comparison) = token.kind else { return .length(name, .equal, try value()) }
        try advance()
        return .length(name, comparison, try value(of: comparison))
    }

    // { ":" property } "HAS" ( row | ( "ALL" | "ANY" | "ONLY" ) row { "," row } )
    private mutating func has(_ first: FilterName) throws(FilterError) -> FilterSyntax {
        var names = [first]
        while try accept(.colon) { names.append(try property()) }
        guard try accept(.keyword(.has)) else { throw expected("HAS or :") }
        guard let quantifier = try quantifier() else { return .has(names, .any, [try row(of: names.count)]) }
        var rows: [[FilterItem]] = []
        repeat { rows.append(try row(of: names.count)) } while try accept(.comma)
        return .has(names, quantifier, rows)
    }

    private mutating func quantifier() throws(FilterError) -> ItemsTest.Quantifier? {
        if try accept(.keyword(.all)) { return .all }
        if try accept(.keyword(.any)) { return .any }
        return try accept(.keyword(.only)) ? .only : nil
    }

    // row = item { ":" item }
    private mutating func row(of width: Int) throws(FilterError) -> [FilterItem] {
        let start = token.span.lowerBound
        var items: [FilterItem] = []
        var end = start
        repeat {
            let item = try item()
            end = item.value.span.upperBound
            items.append(item)
        } while try accept(.colon)
        guard items.count == width else {
            throw FilterError(.unequalCorrelation(lists: width, values: items.count), start..<end)
        }
        return items
    }

    // item = [ operator | "CONTAINS" | "STARTS" [ "WITH" ] | "ENDS" [ "WITH" ] ] value
    private mutating func item() throws(FilterError) -> FilterItem {
        switch token.kind {
        case .comparison(let comparison):
            try advance()
            return FilterItem(relation: .compares(comparison), value: try value(of: comparison))
        case .keyword(.contains), .keyword(.starts), .keyword(.ends):
            let relation = try substringRelation()
            return FilterItem(relation: relation, value: try value())
        default: return FilterItem(relation: .compares(.equal), value: try value())
        }
    }
}
