import FoundationEssentials
import RutileJSON
import RutileMetainfo
import RutileModel
import Testing

/// Compares with what NOMAD's own reader of definitions answered (`Goldens/answers.json`), for built-in sections and for
/// the packages of three archives: lists, sections by name with sections inside, and definitions in a circle.
@Suite struct DefinitionReaderTests {
    @Test func answersAreThoseOfNOMAD() throws {
        let goldens = try Goldens.answers()
        let packages = try #require(goldens["packages"]?.object)
        let cases = try #require(goldens["cases"]?.items)
        #expect(cases.count > 200)
        for golden in cases {
            // Digests of circles depend on what was asked before: a new scope for each.
            let scope = DefinitionScope(catalogue: .builtIn)
            for (entry, definitions) in packages.members {
                scope.add(archive: key(entry), definitions: definitions)
            }
            let section = try section(golden, scope)
            if let short = golden["short"]?.text {
                #expect(try scope.shortForm(of: section).found() == short)
                continue
            }
            let answer = try scope.answer(request(try #require(golden["request"])), for: .section(section)).found()
            var tree = AnswerTree()
            tree.add(answer)
            let wanted = try #require(golden["response"]?.object)
            // Digests of circles depend on how NOMAD came to load the package: only those of a server count, and
            // `DefinitionDigestTests` has them.
            let isCircle = golden["entry"]?.text == "e-circle"
            for top in ["metainfo", "uploads"] {
                let differences = (tree.root[top] ?? .null).comparable.differences(
                    from: (wanted[top] ?? .null).comparable)
                #expect(differences.filter { !isCircle || !$0.contains("/definition_id: ") } == [], "\(golden.head)")
            }
            #expect(isCircle || answer.reference["m_def_id"] == wanted["m_def_id"], "\(golden.head)")
            #expect(answer.reference["m_def"] == wanted["m_def"], "\(golden.head)")
        }
    }

    private func key(_ entry: String) -> ArchiveKey { ArchiveKey(upload: UploadID("upl-1"), entry: EntryID(entry)) }

    private func section(_ golden: Value, _ scope: DefinitionScope) throws -> SectionID {
        if let name = golden["section"]?.text { return try #require(scope.catalogue.section(named: name)) }
        let entry = try #require(golden["entry"]?.text)
        let number = try #require(golden["section"]?.integer)
        return try scope.section(mDef: "#/definitions/section_definitions/\(number)", in: key(entry)).found()
    }

    private func request(_ json: Value) -> DefinitionRequest {
        var request = DefinitionRequest(config: nil)
        for (key, value) in json.object?.members ?? zip([], []) {
            if key == "m_request" {
                request.config = config(value)
                continue
            }
            let parts = key.split(separator: "[")
            var positions: (@Sendable (Int) -> Range<Int>)?
            if parts.count == 2, let position = Int(parts[1].dropLast()) {
                positions = { _ in position..<position + 1 }
            }
            request.children.append(
                .init(key: String(parts[0]), positions: positions, request: self.request(value)))
        }
        return request
    }

    private func config(_ json: Value) -> DefinitionConfig {
        var config = DefinitionConfig()
        config.resolves = json["directive"]?.text == "resolved"
        config.depth = json["depth"]?.integer.map(Int.init)
        config.resolveDepth = json["resolve_depth"]?.integer.map(Int.init)
        config.exportsWholePackage = json["export_whole_package"]?.bool ?? false
        return config
    }
}

extension Value {
    /// What a golden case is about, for messages.
    fileprivate var head: String {
        "\(self["entry"]?.text ?? "") \(self["section"]?.json ?? "") \(self["request"]?.json ?? "")"
    }
}
