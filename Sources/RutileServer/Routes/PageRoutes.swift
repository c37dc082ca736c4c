import CWebPages
import Crypto
import HTTPTypes
import RutileJSON

/// The pages for people: one shell for all of them, and the files that browsers load for it. All of it is in the
/// program, from `Web/`; which page is shown the shell decides by its address.
package enum PageRoutes {
    /// Last parts of the addresses of pages; the first is the root of the server.
    package static let pages: KeyValuePairs<String, String> = [
        "": "What is here, and a search", "explore": "Search for structures", "entry": "One entry",
        "graph": "Graph requests", "federated": "Search many databases", "my-data": "Uploads, datasets, groups",
        "reference": "The HTTP APIs", "status": "How the server is doing",
    ]

    /// The routes of a server below `basePath`.
    package static func routes(basePath: String) -> [Route] {
        let files = WebFile.all
        return pages.map { page, summary in
            Route(
                .open, .get, "/" + page,
                RouteDocumentation(
                    "Page: " + summary, "A page for people; its state is in the query of its address.",
                    answers: [(200, "The page.", "text/html")]),
                answer: { call in
                    // Pages name everything relative to the root, where they have to stand themselves.
                    if let address = properAddress(of: page, for: call.target, basePath: basePath) {
                        return redirection(to: address)
                    }
                    return answer(try file("page.html", in: files))
                })
        } + [
            Route(
                .open, .get, "/web", scope: .below,
                RouteDocumentation(
                    "Files of the pages", "Scripts, styles and pictures, by their path below `/web`.",
                    answers: [
                        (200, "The file.", "text/javascript"), (200, "The file.", "text/css"),
                        (200, "The file.", "image/svg+xml"), (404, "There is no such file.", "application/json"),
                    ]),
                answer: { call in
                    guard call.target.method == "GET" || call.target.method == "HEAD" else {
                        throw RequestProblem.wrongMethod(call.target.method, allowed: ["GET", "HEAD"])
                    }
                    return answer(try file(String(call.target.path.dropFirst()), in: files))
                })
        ]
    }

    private static func file(_ name: String, in files: [UTF8Key: WebFile]) throws(RequestProblem) -> WebFile {
        guard let file = files[UTF8Key(name)] else { throw .unknownPath("/web/" + name) }
        return file
    }

    /// Where a page is asked for at another address than its own, that one: the root of a server below a base path has a
    /// slash at its end, the other pages have none. Relative, as proxies may have changed what stands before.
    private static func properAddress(of page: String, for target: Route.Target, basePath: String) -> String? {
        let address: String
        switch (page, target.path) {
        case ("", "") where !basePath.isEmpty:
            address = String(basePath.split(separator: "/").last ?? "") + "/"
        case ("", _), (_, ""): return nil
        default: address = "../" + page
        }
        return target.query.isEmpty ? address : address + "?" + target.query
    }

    private static func redirection(to address: String) -> Route.Answer {
        var answer = Route.Answer([])
        answer.status = 308
        answer.contentType = "text/plain"
        answer.headers[.location] = address
        return answer
    }

    private static func answer(_ file: WebFile) -> Route.Answer {
        var answer = Route.Answer(file.bytes)
        answer.contentType = file.contentType
        answer.entityTag = file.digest
        answer.headers[.cacheControl] = "no-cache"
        answer.headers[.contentSecurityPolicy] = securityPolicy
        answer.headers[.xContentTypeOptions] = "nosniff"
        if let policy = HTTPField.Name("Referrer-Policy") { answer.headers[policy] = "same-origin" }
        return answer
    }

    /// Everything that pages load or ask comes from this server, and nothing that is text can become a script.
    package static let securityPolicy =
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'"
}

/// A file of `Web/`, as it is in the program.
private struct WebFile {
    let bytes: [UInt8]
    let contentType: String
    /// Names this content.
    let digest: String

    /// All files, by their path below `Web/`.
    static var all: [UTF8Key: WebFile] {
        var files: [UTF8Key: WebFile] = [:]
        for index in 0..<rutile_web_file_count() {
            let file = unsafe rutile_web_file_at(index)
            let name = unsafe String(cString: file.name)
            let bytes = unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
            files[UTF8Key(name)] = WebFile(name, bytes)
        }
        return files
    }

    private init(_ name: String, _ bytes: [UInt8]) {
        self.bytes = bytes
        digest = SHA256.hash(data: bytes).prefix(12).hexadecimal
        contentType =
            switch name.split(separator: ".").last {
            case "js": "text/javascript; charset=utf-8"
            case "css": "text/css; charset=utf-8"
            case "html": "text/html; charset=utf-8"
            case "svg": "image/svg+xml"
            default: "application/octet-stream"
            }
    }
}
