import RutileJSON
import RutileQuery

/// The page about endpoints, parameters and properties, made from the tables that serve them.
package enum DocumentationPage {
    /// The page of a server of `types`.
    package static func html(
        _ types: [EntryTypeDefinition], _ rules: ParameterRules, _ head: DocumentHead
    ) -> [UInt8] {
        let endpoints = Endpoint.all(types: types.map(\.name))
        let rows = endpoints.map { endpoint in
            "<tr><td><code>\(HTMLText(endpoint.path))</code></td><td>\(HTMLText(endpoint.summary))</td>"
                + "<td>\(parameters(of: endpoint))</td></tr>"
        }
        let explanations = Parameter.allCases.map { parameter in
            "<tr><td><code>\(parameter.rawValue)</code></td><td>\(HTMLText(parameter.summary))</td></tr>"
        }
        return HTMLText.page(
            "\(head.settings.provider.name): OPTIMADE documentation",
            """
            <h1>OPTIMADE at \(HTMLText(head.settings.provider.name))</h1>
            <p>Base URL: <code>\(HTMLText(head.baseURL))/v1</code>. The protocol is described at
            \(HTMLText.link("https://www.optimade.org", "optimade.org")), this server in machine-readable form at
            \(HTMLText.link(head.schema, "OpenAPI")).</p>
            <h2>Endpoints</h2>
            <table>
            <tr><th>Path</th><th>Answer</th><th>Parameters</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            <p><code>/versions</code> is below the unversioned base URL only.</p>
            <h2>Parameters</h2>
            <p>A list has \(rules.defaultPageLimit) entries unless <code>page_limit</code> says otherwise, and at most
            \(rules.maximumPageLimit).</p>
            <table>
            <tr><th>Parameter</th><th>Meaning</th></tr>
            \(explanations.joined(separator: "\n"))
            </table>
            \(types.map(properties).joined(separator: "\n"))
            """)
    }

    private static func parameters(of endpoint: Endpoint) -> String {
        guard let kind = endpoint.parameters else { return "" }
        return Parameter.allCases.filter { $0.isUsed(by: kind) }
            .map { "<code>\($0.rawValue)</code>" }.joined(separator: " ")
    }

    private static func properties(of type: EntryTypeDefinition) -> String {
        let rows = type.properties.map { definition in
            let kind = definition.json["x-optimade-type"]?.text ?? "unknown"
            return """
                <tr><td><code>\(HTMLText(definition.name))</code></td><td>\(HTMLText(kind))</td>\
                <td>\(HTMLText(definition.property.unit ?? ""))</td>\
                <td>\(HTMLText(definition.property.description ?? ""))</td></tr>
                """
        }
        return """
            <h2>Properties of \(HTMLText(type.name))</h2>
            <table>
            <tr><th>Property</th><th>Type</th><th>Unit</th><th>Meaning</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            """
    }
}
