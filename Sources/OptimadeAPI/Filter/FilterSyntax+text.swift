import RutileQuery

extension FilterSyntax {
    /// The syntax as a filter again, with parentheses where they are needed. Nothing is looked up, so names that only
    /// the reader knows stay as they are.
    package var text: String {
        var printer = SyntaxPrinter()
        printer.put(self, within: .expression)
        return printer.text
    }
}

/// Writes syntax; the parser reads the same from it.
private struct SyntaxPrinter {
    /// Where in the grammar something stands; later ones admit less.
    enum Place: Comparable { case expression, clause, phrase, atom }

    private(set) var text = ""

    mutating func put(_ syntax: FilterSyntax, within place: Place) {
        switch syntax {
        case .or(let operands): group(operands, " OR ", .expression, in: place)
        case .and(let operands): group(operands, " AND ", .clause, in: place)
        case .not(let operand):
            open(.phrase, in: place) { printer in
                printer.text += "NOT "
                printer.put(operand, within: .atom)
            }
        case .compares(let left, let comparison, let right):
            put(left)
            text += " \(comparison.rawValue) "
            put(right)
        case .matches(let name, let relation, let value):
            text += "\(name.path) "
            put(relation)
            put(value)
        case .isKnown(let name): text += "\(name.path) IS KNOWN"
        case .isUnknown(let name): text += "\(name.path) IS UNKNOWN"
        case .length(let name, let comparison, let value):
            text += "\(name.path) LENGTH \(comparison == .equal ? "" : comparison.rawValue + " ")"
            put(value)
        case .has(let names, let quantifier, let rows): put(names, quantifier, rows)
        case .name(let name): text += "\(name.path)"
        }
    }

    private mutating func group(_ operands: [FilterSyntax], _ keyword: String, _ own: Place, in place: Place) {
        open(own, in: place) { printer in
            for (index, operand) in operands.enumerated() {
                if index > 0 { printer.text += keyword }
                printer.put(operand, within: own == .expression ? .clause : .phrase)
            }
        }
    }

    private mutating func open(_ own: Place, in place: Place, _ body: (inout SyntaxPrinter) -> Void) {
        guard place > own else { return body(&self) }
        text += "("
        body(&self)
        text += ")"
    }

    private mutating func put(_ names: [FilterName], _ quantifier: ItemsTest.Quantifier, _ rows: [[FilterItem]]) {
        text += names.map(\.path.description).joined(separator: ":")
        switch quantifier {
        case .any: text += rows.count == 1 ? " HAS " : " HAS ANY "
        case .all: text += " HAS ALL "
        case .only: text += " HAS ONLY "
        }
        for (index, row) in rows.enumerated() {
            if index > 0 { text += ", " }
            for (column, item) in row.enumerated() {
                if column > 0 { text += ":" }
                if item.relation != .compares(.equal) { put(item.relation) }
                put(item.value)
            }
        }
    }

    private mutating func put(_ relation: Relation) {
        switch relation {
        case .compares(let comparison): text += comparison.rawValue + " "
        case .contains: text += "CONTAINS "
        case .startsWith: text += "STARTS WITH "
        case .endsWith: text += "ENDS WITH "
        case .matches: preconditionFailure("the language has no such relation")
        }
    }

    private mutating func put(_ value: FilterValue) {
        switch value.content {
        case .string(let string):
            text += "\""
            for scalar in string.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
            text += "\""
        case .integer(let number): text += String(number)
        case .real(let number): text += number.description
        case .numberOutOfRange(let number): text += number
        case .boolean(let flag): text += flag ? "TRUE" : "FALSE"
        case .name(let name): text += "\(name.path)"
        }
    }
}
