import RutileModel
package import RutileQuery

extension Predicate {
    /// This predicate as a filter, from which ``LoweredFilter`` makes the same predicate again.
    ///
    /// That holds for predicates whose operands have their properties' types. A group of one operand is written as
    /// that operand, an empty one as the constant that it is: there the new predicate only means the same. The filter
    /// uses optional parts of the language where the predicate needs them.
    package func filterText() throws(FilterTextError) -> String {
        var printer = FilterPrinter()
        try printer.put(self, as: .expression)
        return printer.text
    }
}

/// Writes predicates with no more parentheses than needed.
private struct FilterPrinter {
    /// Where in the grammar a predicate stands; later ones admit less.
    enum Place: Comparable { case expression, clause, phrase, atom }

    private(set) var text = ""
    private var depth = 0

    mutating func put(_ predicate: Predicate, as place: Place) throws(FilterTextError) {
        switch predicate {
        case .constant(.true): text += "1 = 1"
        case .constant(.false): text += "1 != 1"
        case .constant(.unknown): throw .unknownConstant
        case .test(let path, let test):
            try put(path, " ")
            try put(test, equality: "= ")
        case .isKnown(let path): try put(path, " IS KNOWN")
        case .not(.isKnown(let path)): try put(path, " IS UNKNOWN")
        case .length(let path, let comparison, let count):
            try put(path, comparison == .equal ? " LENGTH \(count)" : " LENGTH \(comparison.rawValue) \(count)")
        case .lengthAs(let path, let comparison, let other):
            try put(path, comparison == .equal ? " LENGTH " : " LENGTH \(comparison.rawValue) ")
            try put(other)
        case .items(let test): try put(test)
        case .and(let operands): try put(operands, "AND", .clause, in: place, empty: .constant(.true))
        case .or(let operands): try put(operands, "OR", .expression, in: place, empty: .constant(.false))
        case .not(let operand):
            try put(.phrase, in: place) { (printer) throws(FilterTextError) in
                printer.text += "NOT "
                try printer.put(operand, as: .atom)
            }
        case .isTrue: throw .isTrue
        case .someItem: throw .relationNotInLanguage
        }
    }

    private mutating func put(
        _ operands: [Predicate], _ keyword: String, _ own: Place, in place: Place, empty: Predicate
    ) throws(FilterTextError) {
        guard operands.count > 1 else { return try put(operands.first ?? empty, as: place) }
        try put(own, in: place) { (printer) throws(FilterTextError) in
            for (index, operand) in operands.enumerated() {
                if index > 0 { printer.text += " \(keyword) " }
                try printer.put(operand, as: own == .expression ? .clause : .phrase)
            }
        }
    }

    /// Runs `body`, which writes what may stand in the place `own`; within parentheses, where `place` asks for less.
    private mutating func put(
        _ own: Place, in place: Place, _ body: (inout FilterPrinter) throws(FilterTextError) -> Void
    ) throws(FilterTextError) {
        guard place > own else { return try body(&self) }
        guard depth < FilterSyntax.nestingLimit else { throw .nestedTooDeeply }
        depth += 1
        text += "("
        try body(&self)
        text += ")"
        depth -= 1
    }

    private mutating func put(_ items: ItemsTest) throws(FilterTextError) {
        guard !items.rows.isEmpty, !items.lists.isEmpty else { throw .emptyItemsTest }
        for (index, path) in items.lists.enumerated() {
            if index > 0 { text += ":" }
            try put(path)
        }
        switch items.quantifier {
        case .any: text += items.rows.count == 1 ? " HAS " : " HAS ANY "
        case .all: text += " HAS ALL "
        case .only: text += " HAS ONLY "
        }
        for (index, row) in items.rows.enumerated() {
            if index > 0 { text += ", " }
            for (column, test) in row.enumerated() {
                if column > 0 { text += ":" }
                try put(test, equality: "")
            }
        }
    }

    private mutating func put(_ test: Test, equality: String) throws(FilterTextError) {
        switch test.relation {
        case .compares(.equal): text += equality
        case .compares(.notEqual): text += "!= "
        case .compares(let comparison):
            if case .literal(.boolean) = test.operand { throw .relationNotInLanguage }
            text += "\(comparison.rawValue) "
        case .contains: try putSubstring("CONTAINS ", test.operand)
        case .startsWith: try putSubstring("STARTS WITH ", test.operand)
        case .endsWith: try putSubstring("ENDS WITH ", test.operand)
        case .matches: throw .relationNotInLanguage
        }
        switch test.operand {
        case .property(let path): try put(path)
        case .literal(let literal): try put(literal)
        }
    }

    private mutating func putSubstring(_ keyword: String, _ operand: Operand) throws(FilterTextError) {
        switch operand {
        case .property, .literal(.string): text += keyword
        case .literal: throw .relationNotInLanguage
        }
    }

    private mutating func put(_ literal: Literal) throws(FilterTextError) {
        switch literal {
        case .string(let string): put(quoted: string)
        case .integer(let number): text += String(number)
        case .real(let number):
            guard number.isFinite else { throw .notFinite(number) }
            text += number.description
        case .boolean(let flag): text += flag ? "TRUE" : "FALSE"
        case .timestamp(let time):
            guard Self.years.contains(time) else { throw .timestampOutOfRange(time) }
            put(quoted: time.text(offset: "Z"))
        }
    }

    /// From the year 1 to the year 9999.
    private static let years =
        Timestamp(microseconds: -62_135_596_800_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    private mutating func put(quoted string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }

    private mutating func put(_ path: PropertyPath, _ rest: String = "") throws(FilterTextError) {
        for component in path.components where !FilterLexer.isName(component) { throw .noIdentifier(component) }
        text += path.description + rest
    }
}
