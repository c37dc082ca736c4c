import Foundation
import HTTPTypes
import RutileServer
import RutileTestSupport
import Testing

struct PageRouteTests {
    /// Paths of the files of `Web/`, below it.
    private static func files() throws -> [String] {
        let root = Repository.root + "/Web"
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter {
            var isFolder: ObjCBool = false
            let path = root + "/" + $0
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
        }
    }

    @Test func everyFileOfTheSourcesIsServedAsItIs() async throws {
        let server = try await TestServer()
        let files = try Self.files()
        #expect(files.count > 15)
        for file in files {
            let answer = try await server.send(.get, "/web/" + file)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/Web/" + file))
            #expect(answer.status == 200, "\(file)")
            #expect(answer.body == Array(bytes), "Scripts/embed-pages.sh was not run after a change of \(file)")
        }
        let embedded = try String(
            contentsOfFile: Repository.root + "/Sources/CWebPages/CWebPages.c", encoding: .utf8)
        #expect(embedded.components(separatedBy: "#embed").count - 1 == files.count)
    }

    @Test(arguments: PageRoutes.pages.map(\.key))
    func everyPageIsTheShellWithAPolicy(_ page: String) async throws {
        let answer = try await TestServer().send(.get, "/" + page)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
        #expect(answer.headers[.contentSecurityPolicy] == PageRoutes.securityPolicy)
        #expect(!PageRoutes.securityPolicy.contains("unsafe"))
        #expect(String(decoding: answer.body, as: UTF8.self).contains("web/app.js"))
    }

    @Test func whatTheBrowserHasIsNotSentAgain() async throws {
        let server = try await TestServer()
        let first = try await server.send(.get, "/web/app.js")
        let tag = try #require(first.headers[.eTag])
        let again = try await server.send(.get, "/web/app.js", headers: [.ifNoneMatch: tag])
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
    }

    @Test(arguments: ["/web/none.js", "/web", "/web/../Package.swift", "/web/%2e%2e/page.html", "/explorer"])
    func whatIsNotThereIsNotFound(_ path: String) async throws {
        #expect(try await TestServer().send(.get, path).status == 404)
    }

    @Test func filesOfPagesAreOnlyRead() async throws {
        #expect(try await TestServer().send(.post, "/web/app.js").status == 405)
        #expect(try await TestServer().send(.post, "/explore").status == 405)
    }

    @Test func pagesStandAtTheirAddresses() async throws {
        var settings = Settings()
        settings.server.basePath = "/data/rutile"
        let server = try await TestServer(settings: settings)
        let page = try await server.send(.get, "/data/rutile/explore")
        #expect(page.status == 200)
        let root = try await server.send(.get, "/data/rutile")
        #expect(root.status == 308)
        #expect(root.headers[.location] == "rutile/")
        #expect(try await server.send(.get, "/data/rutile/").status == 200)
        let slash = try await server.send(.get, "/data/rutile/explore/?filter=nsites%3E2")
        #expect(slash.status == 308)
        #expect(slash.headers[.location] == "../explore?filter=nsites%3E2")
        #expect(try await server.send(.get, "/").status == 404)
    }

    @Test func allFilesTogetherAreSmall() async throws {
        let server = try await TestServer()
        var size = 0
        for file in try Self.files() {
            size += try await server.send(.get, "/web/" + file, headers: [.acceptEncoding: "gzip"]).body.count
        }
        #expect(size <= 250_000)
    }
}
