import NomadAPI

extension ReadPlan {
    /// The plan in words, one line a read, in the order in which it happens.
    package func text(limits: GraphLimits) -> String {
        var lines: [String] = []
        for part in parts { describe(part, indent: 0, into: &lines) }
        lines.append(
            "at most \(limits.archives) archives opened, \(limits.answerNodes) nodes visited, "
                + "\(limits.answerBytes) bytes answered")
        return lines.joined(separator: "\n") + "\n"
    }

    private func describe(_ part: Part, indent: Int, into lines: inout [String]) {
        func line(_ text: String) { lines.append(String(repeating: "  ", count: indent) + text) }
        switch part.read {
        case .field(let config): line("\(part.key.text): stored field\(config.map(settings) ?? "")")
        case .members(let node): line("\(part.key.text): members \(names(node))")
        case .users(let document):
            line("\(part.key.text): users, read in one batch")
            describe(document, indent: indent + 1, into: &lines)
        case .linked(let document):
            line("\(part.key.text): the \(document.kind.rawValue) it names")
            describe(document, indent: indent + 1, into: &lines)
        case .documents(let documents):
            line("\(part.key.text): \(documents.count) by id, read in one batch")
            describe(documents, indent: indent + 1, into: &lines)
        case .list(let list):
            line("\(part.key.text): \(words(for: list))")
            describe(list.named, indent: indent + 1, into: &lines)
            if case .documents(let document) = list.items {
                lines.append(String(repeating: "  ", count: indent + 1) + "each of the others on the page")
                describe(document, indent: indent + 2, into: &lines)
            }
        case .archive(let node):
            line("\(part.key.text): opened if the caller may read the upload")
            describe(node, indent: indent + 1, into: &lines)
        case .files(let plan):
            line("\(part.key.text): files of the upload, if the caller may read it")
            describe(plan.request, indent: indent + 1, into: &lines)
        case .mainfile(let plan):
            line("\(part.key.text): the main file, if the caller may read the upload")
            describe(plan.request, indent: indent + 1, into: &lines)
        case .metainfo(let plan):
            line("\(part.key.text): definitions")
            describe(plan.request, indent: indent + 1, into: &lines)
        case .foreign(let gateways):
            line("\(part.key.text): \(gateways.count) gateways, asked at the same time")
            for gateway in gateways {
                let questions = [gateway.list?.question, gateway.named.isEmpty ? nil : gateway.namedQuestion]
                for question in questions.compactMap({ $0 }) {
                    lines.append(String(repeating: "  ", count: indent + 1) + question.text)
                }
            }
        }
    }

    private func describe(_ documents: [Named], indent: Int, into lines: inout [String]) {
        for named in documents {
            lines.append(String(repeating: "  ", count: indent) + named.id)
            describe(named.document, indent: indent + 1, into: &lines)
        }
    }

    private func words(for list: ListPlan) -> String {
        var words = list.named.isEmpty ? [] : ["\(list.named.count) by id"]
        if list.items != .nothing {
            let page = list.pagination
            var text = "a page of at most \(page.size)"
            switch page.start {
            case .offset(0): break
            case .offset(let count): text += " behind the first \(count)"
            case .after(let id): text += " behind \(id)"
            }
            if let order = page.orderBy { text += " by \(order)" }
            if page.order == .descending { text += " downwards" }
            if case .ids = list.items { text += ", ids only" }
            words.append(text + ", read as one")
        }
        return words.joined(separator: ", and ")
    }

    private func describe(_ document: DocumentPlan, indent: Int, into lines: inout [String]) {
        if let whole = document.whole {
            lines.append(String(repeating: "  ", count: indent) + "all fields\(settings(whole))")
        }
        for part in document.parts { describe(part, indent: indent, into: &lines) }
    }

    private func describe(_ node: RequestNode, indent: Int, into lines: inout [String]) {
        let margin = String(repeating: "  ", count: indent)
        if let config = node.ownConfig {
            lines.append(margin + (node.form == .both ? "all other keys" : "all of it") + settings(config))
        }
        for child in node.children {
            lines.append(
                margin + child.key.text + (child.node.form == .ignored ? ": nothing (a list asks for nothing)" : ""))
            describe(child.node, indent: indent + 1, into: &lines)
        }
    }

    private func names(_ node: RequestNode) -> String {
        let children = node.children.map(\.key.text)
        return (children + (node.ownConfig == nil ? [] : ["and all others"])).joined(separator: ", ")
    }

    /// The settings that differ from the defaults, in parentheses.
    private func settings(_ config: RequestConfig) -> String {
        var words: [String] = []
        if config.directive != .plain { words.append(config.directive.rawValue) }
        switch config.keys {
        case .everything: break
        case .include(let globs): words.append("include " + globs.map(\.pattern).joined(separator: " "))
        case .exclude(let globs): words.append("exclude " + globs.map(\.pattern).joined(separator: " "))
        }
        let numbers = [
            ("depth", config.depth), ("resolve_depth", config.resolveDepth), ("max_list_size", config.maxListSize),
            ("max_dict_size", config.maxDictSize), ("page_size", config.page?.size),
        ]
        for case (let name, let number?) in numbers { words.append("\(name) \(number)") }
        if let index = config.index {
            words.append("index \(index.first.map(String.init) ?? "")…\(index.last.map(String.init) ?? "")")
        }
        if !config.includeQuantities { words.append("without quantities") }
        if config.includeDefinition != .none { words.append("definitions \(config.includeDefinition.rawValue)") }
        return words.isEmpty ? "" : " (" + words.joined(separator: ", ") + ")"
    }
}
