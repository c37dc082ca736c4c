import RutileQuery

extension FilterSyntax {
    /// How deep parentheses may be nested.
    package static let nestingLimit = 200

    /// Parses `text`. Linear in its length; the stack is bounded by ``nestingLimit``.
    ///
    /// - Throws: ``FilterError`` of the kind `syntax`; the first one from the left.
    package init(parsing text: String) throws(FilterError) {
        var parser = try FilterParser(text)
        self = try parser.filter()
    }
}

/// Recursive descent over the tokens of one filter. Each function is headed by its production.
struct FilterParser {
    private var lexer: FilterLexer
    /// The token that comes next.
    private(set) var token: FilterToken
    /// Where the token before it begins.
    private var previousStart = 0
    private var depth = 0

    init(_ text: String) throws(FilterError) {
        lexer = FilterLexer(text)
        token = try lexer.next()
    }

    // filter = expression end
    mutating func filter() throws(FilterError) -> FilterSyntax {
        let expression = try expression()
        guard token.kind == .end else { throw expected("AND, OR or the end of the filter") }
        return expression
    }

    // expression = clause { "OR" clause }
    private mutating func expression() throws(FilterError) -> FilterSyntax {
        let first = try clause()
        guard token.kind == .keyword(.or) else { return first }
        var operands = [first]
        while try accept(.keyword(.or)) { operands.append(try clause()) }
        return .or(operands)
    }

    // clause = phrase { "AND" phrase }
    private mutating func clause() throws(FilterError) -> FilterSyntax {
        let first = try phrase()
        guard token.kind == .keyword(.and) else { return first }
        var operands = [first]
        while try accept(.keyword(.and)) { operands.append(try phrase()) }
        return .and(operands)
    }

    // phrase = [ "NOT" ] ( comparison | "(" expression ")" )
    private mutating func phrase() throws(FilterError) -> FilterSyntax {
        if try accept(.keyword(.not)) { return .not(try atom()) }
        return try atom()
    }

    private mutating func atom() throws(FilterError) -> FilterSyntax {
        switch token.kind {
        case .openParenthesis: return try group()
        case .name: return try propertyFirst()
        case .string, .number, .keyword(.true), .keyword(.false): return try constantFirst()
        default: throw expected("a property name, a constant or (")
        }
    }

    private mutating func group() throws(FilterError) -> FilterSyntax {
        guard depth < FilterSyntax.nestingLimit else {
            throw FilterError(.nestedTooDeeply(limit: FilterSyntax.nestingLimit), token.span)
        }
        depth += 1
        defer { depth -= 1 }
        try advance()
        let expression = try expression()
        guard try accept(.closeParenthesis) else { throw expected("AND, OR or )") }
        return expression
    }

    // comparison = constant operator value
    private mutating func constantFirst() throws(FilterError) -> FilterSyntax {
        let left = try value()
        guard case .comparison(let comparison) = token.kind else {
            throw expected("an operator (=, !=, <, <=, >, >=) after a constant")
        }
        if case .boolean = left.content { try refuseOrder(comparison) }
        try advance()
        return .compares(left, comparison, try value(of: comparison))
    }

    /// The value behind `comparison`, which orders no booleans.
    mutating func value(of comparison: Comparison) throws(FilterError) -> FilterValue {
        if token.kind == .keyword(.true) || token.kind == .keyword(.false) { try refuseOrder(comparison) }
        return try value()
    }

    private func refuseOrder(_ comparison: Comparison) throws(FilterError) {
        guard comparison == .equal || comparison == .notEqual else {
            throw FilterError(.orderedBoolean(comparison), token.span, suggestion: "=")
        }
    }

    // value = string | number | "TRUE" | "FALSE" | property
    mutating func value() throws(FilterError) -> FilterValue {
        let content: FilterValue.Content
        let span = token.span
        switch token.kind {
        case .string(let hasEscapes): content = .string(lexer.string(span, hasEscapes: hasEscapes))
        case .number(let isInteger): content = Self.number(lexer.text(span), isInteger: isInteger)
        case .keyword(.true): content = .boolean(true)
        case .keyword(.false): content = .boolean(false)
        case .name:
            let name = try property()
            return FilterValue(content: .name(name), span: name.span)
        case .comparison: throw misspelledOperator()
        default: throw expected("a string, a number, TRUE, FALSE or a property name")
        }
        try advance()
        return FilterValue(content: content, span: span)
    }

    private static func number(_ text: String, isInteger: Bool) -> FilterValue.Content {
        if isInteger { return Int64(text).map { .integer($0) } ?? .numberOutOfRange(text) }
        guard let number = Double(text), number.isFinite else { return .numberOutOfRange(text) }
        let mantissa = text.utf8.prefix { $0 | 0x20 != UInt8(ascii: "e") }
        let isZero = !mantissa.contains { (0x31...0x39).contains($0) }
        return number == 0 && !isZero ? .numberOutOfRange(text) : .real(number)
    }

    // property = identifier { "." identifier }
    mutating func property() throws(FilterError) -> FilterName {
        var components: [FilterName.Component] = []
        repeat {
            guard token.kind == .name else { throw expected("a property name") }
            components.append(FilterName.Component(text: lexer.text(token.span), span: token.span))
            try advance()
        } while try accept(.dot)
        return FilterName(components: components)
    }

    // MARK: - Tokens

    mutating func advance() throws(FilterError) {
        previousStart = token.span.lowerBound
        token = try lexer.next()
    }

    /// Goes on if the next token is of `kind`.
    mutating func accept(_ kind: FilterToken.Kind) throws(FilterError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    func expected(_ what: String) -> FilterError {
        guard token.kind != .end else { return FilterError(.expected(what, found: nil), token.span) }
        let found = lexer.excerpt(token.span)
        let suggestion = token.kind == .name ? FilterKeyword.spelled(like: found)?.rawValue : nil
        return FilterError(.expected(what, found: found), token.span, suggestion: suggestion)
    }

    /// Two operators in a row: probably one of another language.
    private func misspelledOperator() -> FilterError {
        let span = previousStart..<token.span.upperBound
        let meant: String
        switch lexer.excerpt(span) {
        case "==": meant = "="
        case "=>": meant = ">="
        case "=<": meant = "<="
        case "<>": meant = "!="
        default: return expected("a value after the operator")
        }
        return FilterError(.expected("an operator", found: lexer.excerpt(span)), span, suggestion: meant)
    }
}
