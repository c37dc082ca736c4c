package import RutileJSON

extension RequiredQuantities {
    /// What is to be shown of one `document`, as ``QuantitySelection`` says.
    package func selection(of document: ObjectValue) -> ObjectValue {
        var selection = QuantitySelection(self)
        return selection.members(of: document)
    }

    /// Whether `name` is a pattern.
    static func isPattern(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: "*")) }
}

/// Picks what is to be shown of documents: what a name of ``RequiredQuantities/include`` leads to or lies around,
/// without what one of ``RequiredQuantities/exclude`` leads to, ``RequiredQuantities/always`` apart. A `*` stands for any
/// characters, dots included. An object of which nothing is left is absent.
///
/// Documents of one list have nearly the same paths: what was found about a path is remembered, so that a whole list
/// costs little more than its first document.
package struct QuantitySelection: Sendable {
    private enum Decision {
        case included, excluded, undecided
    }

    /// What is picked.
    package let required: RequiredQuantities
    /// `nil` includes everything.
    private let include: QuantityNames?
    private let exclude: QuantityNames
    private let always: QuantityNames
    private var decisions: [UTF8Key: Decision] = [:]
    /// Paths that are remembered; documents with data of any kind may have any number.
    private static let mostRemembered = 10_000

    /// Picks what `required` says.
    package init(_ required: RequiredQuantities) {
        self.required = required
        include = required.include.map(QuantityNames.init)
        exclude = QuantityNames(required.exclude ?? [])
        always = QuantityNames(required.always)
    }

    /// What is to be shown of `document`.
    package mutating func members(of document: ObjectValue) -> ObjectValue {
        members(of: document, at: "", isIncluded: false, isExcluded: false)
    }

    private mutating func members(
        of object: ObjectValue, at path: String, isIncluded: Bool, isExcluded: Bool
    ) -> ObjectValue {
        var selected = ObjectValue()
        for (name, value) in object.members {
            let path = path.isEmpty ? name : path + "." + name
            var (isIncluded, isExcluded) = (isIncluded, isExcluded)
            if !isExcluded {
                switch decision(on: UTF8Key(path)) {
                case .included: isIncluded = true
                case .excluded: (isIncluded, isExcluded) = (false, true)
                case .undecided: break
                }
            }
            if isExcluded, always.contain(UTF8Key(path)) { isIncluded = true }
            selected[name] = self.value(value, at: path, isIncluded: isIncluded, isExcluded: isExcluded)
        }
        return selected
    }

    private mutating func value(_ value: Value, at path: String, isIncluded: Bool, isExcluded: Bool) -> Value? {
        switch value {
        case .object(let object):
            let members = members(of: object, at: path, isIncluded: isIncluded, isExcluded: isExcluded)
            return members.isEmpty && !(isIncluded && object.isEmpty) ? nil : .object(members)
        case .list(let items):
            guard items.contains(where: { $0.object != nil || $0.items != nil }) else {
                return isIncluded ? value : nil
            }
            var kept: [Value] = []
            for item in items {
                if let item = self.value(item, at: path, isIncluded: isIncluded, isExcluded: isExcluded) {
                    kept.append(item)
                }
            }
            return kept.isEmpty ? nil : .list(kept)
        default: return isIncluded ? value : nil
        }
    }

    private mutating func decision(on path: UTF8Key) -> Decision {
        if let known = decisions[path] { return known }
        let decision: Decision =
            if exclude.contain(path) {
                .excluded
            } else {
                include?.contain(path) ?? true ? .included : .undecided
            }
        if decisions.count < Self.mostRemembered { decisions[path] = decision }
        return decision
    }
}

/// Names of quantities, and patterns of them.
private struct QuantityNames {
    private let names: Set<UTF8Key>
    private let patterns: [Glob]

    init(_ texts: [String]) {
        names = Set(texts.filter { !RequiredQuantities.isPattern($0) }.map(UTF8Key.init))
        patterns = texts.filter(RequiredQuantities.isPattern).map(Glob.init)
    }

    func contain(_ path: UTF8Key) -> Bool {
        names.contains(path) || patterns.contains { $0.matches(path.string) }
    }
}
