import NomadAPI
import RutileJSON

/// A ready-made archive request that `auto_from_layout` stands for. There is one, `default`; it fits every entry.
///
/// Source: NOMAD 2.0.0's default layout, measured.
enum Layout {
    /// Its id.
    static let id = "default"

    /// Refuses a request for another layout.
    static func check(_ config: RequestConfig, at pointer: @autoclosure () -> String) throws(GraphProblem) {
        guard config.directive == .autoFromLayout, let asked = config.layoutID, asked != id else { return }
        throw GraphProblem(.invalidLayout, "Unknown layout id: \(asked). There is one layout, '\(id)'.", at: pointer())
    }

    /// The request, with a part for `data` only where the archive has one.
    static func request(hasData: Bool) -> Value {
        let plainShort: Value = .members(["directive": .string("plain"), "m_def_format": .string("short")])
        let definition: Value = .members(["m_request": plainShort])
        let both: KeyValuePairs<String, Value> = [
            "directive": .string("plain"), "include_definition": .string("both"), "m_def_format": .string("short"),
        ]
        var root = ObjectValue(both.map { ($0.key, $0.value) })
        root["exclude"] = .list([.string("*")])
        var request = ObjectValue([("m_request", .object(root)), ("m_def", definition)])
        if hasData {
            var data = ObjectValue(both.map { ($0.key, $0.value) })
            data["depth"] = .integer(2)
            request["data"] = .members(["m_request": .object(data), "m_def": definition])
        }
        return .object(request)
    }
}
