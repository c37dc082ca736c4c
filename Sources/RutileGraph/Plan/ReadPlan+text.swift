import NomadAPI
package import RutileModel

extension ReadPlan {
    /// The plan in words for `caller`, one line a read, in the order in which it happens.
    package func text(limits: GraphLimits, as caller: Caller) -> String {
        var text = PlanText(caller: caller)
        for part in parts { text.describe(part, indent: 0) }
        text.lines.append(
            "at most \(limits.archives) archives opened, \(limits.answerNodes) nodes visited, "
                + "\(limits.answerBytes) bytes answered")
        return text.lines.joined(separator: "\n") + "\n"
    }
}

/// Writes a plan in words.
private struct PlanText {
    let caller: Caller
    var lines: [String] = []

    mutating func describe(_ part: ReadPlan.Part, indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        switch part.read {
        case .field(let config): lines.append(margin + "\(part.key.text): stored field\(config.map(settings) ?? "")")
        case .members(let plan): lines.append(margin + "\(part.key.text): members \(names(plan))")
        case .users(let document):
            lines.append(margin + "\(part.key.text): users, read in one batch")
            describe(document, indent: indent + 1)
        case .linked(let document):
            lines.append(margin + "\(part.key.text): the \(document.kind.rawValue) it names")
            describe(document, indent: indent + 1)
        case .documents(let documents, _):
            lines.append(margin + "\(part.key.text): \(documents.count) by id, read in one batch")
            describe(documents, indent: indent + 1)
        case .list(let list):
            lines.append(margin + "\(part.key.text): \(words(for: list))")
            describe(list.named, indent: indent + 1)
            if case .documents(let document) = list.items {
                lines.append(String(repeating: "  ", count: indent + 1) + "each of the others on the page")
                describe(document, indent: indent + 2)
            }
        case .archive(let node):
            lines.append(margin + "\(part.key.text): opened if the caller may read the upload")
            describe(node, indent: indent + 1)
        case .files(let plan):
            lines.append(margin + "\(part.key.text): files of the upload, if the caller may read it")
            describe(plan.request, indent: indent + 1)
        case .mainfile(let plan):
            lines.append(margin + "\(part.key.text): the main file, if the caller may read the upload")
            describe(plan.request, indent: indent + 1)
        case .metainfo(let plan):
            lines.append(margin + "\(part.key.text): definitions")
            describe(plan.request, indent: indent + 1)
        case .foreign(let gateways):
            lines.append(margin + "\(part.key.text): \(gateways.count) gateways, asked at the same time")
            for gateway in gateways {
                let questions = [gateway.list?.question, gateway.named.isEmpty ? nil : gateway.namedQuestion]
                for question in questions.compactMap({ $0 }) {
                    lines.append(String(repeating: "  ", count: indent + 1) + question.text)
                }
            }
        }
    }

    private mutating func describe(_ documents: [ReadPlan.Named], indent: Int) {
        for named in documents {
            lines.append(String(repeating: "  ", count: indent) + name(of: named))
            describe(named.document, indent: indent + 1)
        }
    }

    /// The id; for `me` also who that is.
    private func name(of named: ReadPlan.Named) -> String {
        guard named.document.kind == .user, named.id == "me" else { return named.id }
        return "me (\(caller.user?.text ?? "nobody: there is no login"))"
    }

    private func words(for list: ReadPlan.ListPlan) -> String {
        var words = list.named.isEmpty ? [] : ["\(list.named.count) by id"]
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
        return words.joined(separator: ", and ")
    }

    private mutating func describe(_ document: ReadPlan.DocumentPlan, indent: Int) {
        if let whole = document.whole {
            lines.append(String(repeating: "  ", count: indent) + "all fields\(settings(whole))")
        }
        for part in document.parts { describe(part, indent: indent) }
    }

    private mutating func describe(_ node: RequestNode, indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        if let config = node.ownConfig {
            lines.append(margin + (node.form == .both ? "all other keys" : "all of it") + settings(config))
        }
        for child in node.children {
            lines.append(
                margin + child.key.text + (child.node.form == .ignored ? ": nothing (a list asks for nothing)" : ""))
            describe(child.node, indent: indent + 1)
        }
    }

    private func names(_ plan: ReadPlan.MembersPlan) -> String {
        let named = plan.members.map(\.key.text)
        return (named + (plan.whole == nil ? [] : ["and all others"])).joined(separator: ", ")
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
