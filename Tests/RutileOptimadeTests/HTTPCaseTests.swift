import FoundationEssentials
import OptimadeAPI
import RutileJSON
import RutileOptimade
import RutileTestSupport
import Testing

/// The shared cases of `http_cases.json`, answered in process. `run_http_cases.py` says what the checks mean.
@Suite struct HTTPCaseTests {
    @Test(arguments: BackEnd.allCases)
    func everyCaseAgreesAtEveryLevel(backEnd: BackEnd) async throws {
        let path = try SharedMaterial.path("cases/optimade/http_cases.json")
        let cases = try Value(json: Array(Data(contentsOf: URL(filePath: path))))["cases"]?.items ?? []
        try #require(cases.count > 50)
        let service = try await OptimadeService.ofExchangeFile(in: backEnd)
        for item in cases {
            // Headers that the edge adds are its own tests' business.
            if item["headers"]?["Origin"] != nil { continue }
            let name = item["id"]?.text ?? ""
            let reply = try await service.reply(
                Self.expanded(item["get"]?.text ?? ""), method: item["method"]?.text ?? "GET",
                accept: item["headers"]?["Accept"]?.text)
            let allowed = item["status"]?.items?.compactMap(\.integer) ?? []
            #expect(allowed.contains(Int64(reply.status)), "\(name): \(reply.status) \(reply.text.prefix(2000))")
            guard allowed.contains(Int64(reply.status)) else { continue }
            for check in item["checks"]?.items ?? [] {
                #expect(try Check(check).holds(reply), "\(name): \(Self.text(check)) \(reply.text.prefix(2000))")
            }
            guard let follow = item["follow"]?.text, reply.status == 200 else { continue }
            let link = try #require(reply[follow]?.text, "\(name): no link to follow")
            let next = try await service.reply(link)
            #expect(next.status == 200, "\(name): \(link)")
            for check in item["then"]?.items ?? [] {
                #expect(try Check(check).holds(next, first: reply), "\(name), followed: \(Self.text(check))")
            }
        }
    }

    private static func text(_ value: Value) -> String { String(decoding: value.json(), as: UTF8.self) }

    /// Long targets are written short in the file.
    private static func expanded(_ target: String) -> String {
        if let match = target.firstMatch(of: /@OR_REPEAT@(\d+)/), let count = Int(match.1) {
            return target.replacing(match.0, with: String(repeating: "%20OR%20nelements%3D1", count: count))
        }
        if let match = target.firstMatch(of: /@PARENS@(\d+)/), let count = Int(match.1) {
            let nested =
                String(repeating: "(", count: count) + "nelements%3D1" + String(repeating: ")", count: count)
            return target.replacing(match.0, with: nested)
        }
        return target
    }
}

/// One check of a case: `[operation, JSON pointer, argument, …]`. `*` in a pointer stands for every item.
private struct Check {
    let operation: String
    let arguments: [Value]

    struct Unknown: Error {
        let operation: String
    }

    init(_ value: Value) throws {
        let items = value.items ?? []
        operation = items.first?.text ?? ""
        arguments = Array(items.dropFirst())
    }

    private func text(_ index: Int) -> String { arguments.count > index ? arguments[index].text ?? "" : "" }
    private func number(_ index: Int) -> Int { Int(arguments[index].integer ?? -1) }

    func holds(_ reply: Reply, first: Reply? = nil) throws -> Bool {
        switch operation {
        case "header":
            guard text(0) == "content-type" else { throw Unknown(operation: text(0)) }
            return try matches(reply.contentType, text(1))
        case "text": return try matches(reply.text, text(0))
        case "disjoint_ids": return !reply.ids.isEmpty && Set(reply.ids).isDisjoint(with: first?.ids ?? [])
        default: break
        }
        let values = Self.points(reply.json, text(0))
        let known = values.compactMap(\.self)
        let isComplete = !values.isEmpty && known.count == values.count
        let one = values.count == 1 ? values[0] : nil
        switch operation {
        case "eq": return isComplete && known.allSatisfy { $0 == arguments[1] }
        case "none_eq": return known.allSatisfy { $0 != arguments[1] }
        case "count_eq": return known.filter { $0 == arguments[1] }.count == number(2)
        case "type": return isComplete && known.allSatisfy { Self.isType($0, text(1)) }
        case "re": return try isComplete && known.allSatisfy { try matches($0.text ?? "\u{0}", text(1)) }
        case "in": return isComplete && known.allSatisfy { arguments[1].items?.contains($0) == true }
        case "exists": return isComplete
        case "absent": return known.isEmpty
        case "absent_or_null": return known.allSatisfy(\.isNull)
        case "empty_or_absent": return known.allSatisfy { $0 == .list([]) }
        case "maxlen_or_error":
            guard let one else { return reply["/errors"] != nil }
            return (one.items?.count ?? .max) <= number(1)
        case "len": return one?.items?.count == number(1)
        case "minlen": return (one?.items?.count ?? -1) >= number(1)
        case "maxlen": return (one?.items?.count ?? .max) <= number(1)
        case "keys":
            let keys = Set(arguments[1].items?.compactMap(\.text) ?? [])
            return isComplete && known.allSatisfy { Set($0.object?.keys ?? ["?"]) == keys }
        case "contains": return one?.items?.contains(arguments[1]) == true
        case "lt": return (one?.integer ?? .max) < arguments[1].integer ?? 0
        case "sorted":
            let numbers = known.compactMap(\.real)
            return !numbers.isEmpty && numbers == (text(1) == "desc" ? numbers.sorted(by: >) : numbers.sorted())
        default: throw Unknown(operation: operation)
        }
    }

    private static func isType(_ value: Value, _ names: String) -> Bool {
        names.split(separator: "|").contains { name in
            switch name {
            case "string": value.text != nil
            case "array": value.items != nil
            case "object": value.object != nil
            case "boolean": value.bool != nil
            case "integer": value.integer != nil
            case "null": value.isNull
            default: false
            }
        }
    }

    private func matches(_ text: String, _ pattern: String) throws -> Bool {
        try text.firstMatch(of: Regex(pattern).matchingSemantics(.unicodeScalar)) != nil
    }

    /// All values that a pointer stands for; `nil` for one that is missing.
    private static func points(_ document: Value?, _ pointer: String) -> [Value?] {
        var values = [document]
        for part in pointer.split(separator: "/") {
            values = values.flatMap { value -> [Value?] in
                if part == "*" {
                    if let items = value?.items { return items }
                    if let object = value?.object { return object.values }
                    return []
                }
                if let items = value?.items {
                    return [Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }]
                }
                return [value?[String(part)]]
            }
        }
        return values
    }
}
