/// The page that people see who follow a base URL.
package enum LandingPage {
    /// The page of a server that has `counts` entries of each type that the caller may see.
    package static func html(_ counts: [(type: EntryTypeDefinition, count: Int)], _ head: DocumentHead) -> [UInt8] {
        let provider = head.settings.provider
        let implementation = head.settings.implementation
        let rows = counts.map { type, count in
            """
            <tr><td>\(HTMLText.link(head.baseURL + "/v1/" + type.name, type.name))</td>\
            <td>\(count)</td><td>\(HTMLText(type.description))</td></tr>
            """
        }
        let links = counts.flatMap { examples(of: $0.type) }.map { path in
            "<li><code>\(HTMLText.link(head.baseURL + "/v1" + path, "/v1" + path))</code></li>"
        }
        let license = head.settings.dataLicense.map { license in
            let name = license.identifiers.joined(separator: " or ")
            let text = license.address.map { HTMLText.link($0, name.isEmpty ? $0 : name) } ?? "\(HTMLText(name))"
            return "<p>The data may be used under \(text).</p>"
        }
        let homepage = provider.homepage.map { "<p>\(HTMLText.link($0, $0))</p>" }
        return HTMLText.page(
            "\(provider.name): OPTIMADE",
            """
            <h1>\(HTMLText(provider.name))</h1>
            <p>\(HTMLText(provider.description))</p>
            \(homepage ?? "")
            <p>This is an \(HTMLText.link("https://www.optimade.org", "OPTIMADE")) server, version \
            \(OptimadeSettings.apiVersion) of the protocol. Its base URL is <code>\(HTMLText(head.baseURL))</code>; \
            give it to any OPTIMADE client.</p>
            <table>
            <tr><th>Entries</th><th>Number</th><th>What they are</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            \(license ?? "")
            <h2>Try</h2>
            <ul>
            \(links.joined(separator: "\n"))
            </ul>
            <p>\(HTMLText.link(head.baseURL + "/v1" + Endpoint.info.path, "What the server offers")) ·
            \(HTMLText.link(head.baseURL + "/v1" + Endpoint.documentation.path, "Documentation")) ·
            \(HTMLText.link(head.schema, "OpenAPI"))</p>
            <p>Served by \(HTMLText(implementation.name)) \(HTMLText(implementation.version)).</p>
            """)
    }

    private static func examples(of type: EntryTypeDefinition) -> [String] {
        switch type.name {
        case "structures":
            [
                "/structures?filter=" + PercentCoding.encoded("elements HAS ALL \"Si\",\"O\" AND nelements=2"),
                "/structures?sort=-nsites&page_limit=3&response_fields=chemical_formula_reduced,nsites",
            ]
        case "references": ["/references?page_limit=3"]
        default: []
        }
    }
}
