package import RutileJSON

extension RequiredQuantities {
    /// What is to be shown of `document`: what a name of ``include`` leads to or lies around, without what one of
    /// ``exclude`` leads to, ``always`` apart. A `*` stands for any characters, dots included. An object of which nothing
    /// is left is absent.
    package func selection(of document: ObjectValue) -> ObjectValue {
        let always = always.map(Glob.init)
        return Selection(include: include.map { $0.map(Glob.init) }, exclude: (exclude ?? []).map(Glob.init), always)
            .members(of: document, at: "", isIncluded: include == nil)
    }

    private struct Selection {
        /// `nil` includes everything.
        let include: [Glob]?
        let exclude: [Glob]
        let always: [Glob]

        init(include: [Glob]?, exclude: [Glob], _ always: [Glob]) {
            self.include = include
            self.exclude = exclude
            self.always = always
        }

        /// What is left of what is excluded.
        private var remainder: Selection { Selection(include: always, exclude: [], []) }

        func members(of object: ObjectValue, at path: String, isIncluded: Bool) -> ObjectValue {
            var selected = ObjectValue()
            for (name, value) in object.members {
                let path = path.isEmpty ? name : path + "." + name
                if exclude.contains(where: { $0.matches(path) }) {
                    let isIncluded = always.contains { $0.matches(path) }
                    selected[name] = remainder.value(value, at: path, isIncluded: isIncluded)
                    continue
                }
                let isIncluded = isIncluded || include?.contains { $0.matches(path) } ?? true
                selected[name] = self.value(value, at: path, isIncluded: isIncluded)
            }
            return selected
        }

        private func value(_ value: Value, at path: String, isIncluded: Bool) -> Value? {
            switch value {
            case .object(let object):
                let members = members(of: object, at: path, isIncluded: isIncluded)
                return members.isEmpty && !(isIncluded && object.isEmpty) ? nil : .object(members)
            case .list(let items):
                guard items.contains(where: { $0.object != nil || $0.items != nil }) else {
                    return isIncluded ? value : nil
                }
                let kept = items.compactMap { self.value($0, at: path, isIncluded: isIncluded) }
                return kept.isEmpty ? nil : .list(kept)
            default: return isIncluded ? value : nil
            }
        }
    }
}
