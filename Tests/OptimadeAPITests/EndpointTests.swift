import OptimadeAPI
import Testing

struct EndpointTests {
    @Test(arguments: [
        ("/", Endpoint.landingPage), ("", .landingPage), ("/versions", .versions), ("/info", .info),
        ("/info/", .info), ("/info/structures", .entryInfo(type: "structures")), ("/links", .links),
        ("/structures", .entries(type: "structures")), ("/structures/", .entries(type: "structures")),
        ("/structures/1", .entry(type: "structures", id: "1")),
        ("/structures/1/", .entry(type: "structures", id: "1")),
        ("/structures/exmpl%2F1", .entry(type: "structures", id: "exmpl/1")),
        ("/structures/exmpl/1", .entry(type: "structures", id: "exmpl/1")),
        ("/structures/a//b", .entry(type: "structures", id: "a//b")),
        ("/structures/1+1", .entry(type: "structures", id: "1+1")),
        ("/structures/%22%20OR%20id=%22x", .entry(type: "structures", id: "\" OR id=\"x")),
        ("/structures/%E6%BC%A2", .entry(type: "structures", id: "漢")),
        ("/extensions/docs", .documentation), ("/extensions/openapi.json", .openAPI),
    ])
    func pathsAreRead(path: String, endpoint: Endpoint) { #expect(Endpoint(path: path) == endpoint) }

    @Test(arguments: [
        "/info/structures/1", "/links/1", "/versions/1", "/extensions", "/extensions/x", "/extensions/docs/x",
        "//structures", "/structures/%", "/structures/%FF", "/%FF",
    ])
    func otherPathsLeadNowhere(path: String) { #expect(Endpoint(path: path) == nil) }

    @Test func everyEndpointIsReadFromItsOwnPath() {
        for endpoint in Endpoint.all(types: ["structures", "references"]) {
            #expect(Endpoint(path: endpoint.path) == endpoint)
        }
    }
}
