import RutileServer
import Testing

struct RouteTableTests {
    private let table = RouteTable(
        [
            "/users", "/users/me", "/users/{user_id}", "/groups/{group_id}/edit", "/{a}/{b}/c",
            "/files/{id}/raw/{path...}",
        ].map { path in
            Route(.api, .get, path, RouteDocumentation("", "", answers: [])) { _ in Route.Answer([]) }
        }, basePath: "/base")

    @Test(
        arguments: [
            ("/base/users", "/users", [:]), ("/base/users/", "/users", [:]), ("/base/users?x=/y", "/users", [:]),
            ("/base/users/me", "/users/me", [:]), ("/base/users/ada", "/users/{user_id}", ["user_id": "ada"]),
            ("/base/users/a%2Fb%20%C3%A9+", "/users/{user_id}", ["user_id": "a/b é+"]),
            ("/base/groups/g/edit", "/groups/{group_id}/edit", ["group_id": "g"]),
            ("/base/files/i/raw/a", "/files/{id}/raw/{path...}", ["id": "i", "path": "a"]),
            ("/base/files/i/raw/a/b%20c/d", "/files/{id}/raw/{path...}", ["id": "i", "path": "a/b c/d"]),
        ] as [(String, String, [String: String])])
    func namesInAPathAreFound(_ path: String, _ route: String, _ names: [String: String]) throws {
        let match = try table.match(.get, at: path)
        #expect(match.route.path == route)
        #expect(match.names == names)
    }

    @Test(arguments: [
        "/base/users//", "/users", "/base/users/a/b", "/base/users/%FF", "/base/users/%2", "/base/groups//edit",
        "/base/files/i/raw", "/base/files/i/raw/a//b",
    ])
    func aNameStandsForOnePart(_ path: String) {
        #expect(throws: RequestProblem.self) { try table.match(.get, at: path) }
    }

    @Test func aPathWithoutNamesGoesFirst() {
        #expect(throws: RequestProblem.wrongMethod("POST", allowed: ["GET", "HEAD"])) {
            try table.match(.post, at: "/base/users/me")
        }
        #expect(table.methods(at: "/base/users/x") == ["GET", "HEAD"])
    }

    @Test func formsAreDecoded() throws {
        let form = try FormFields("a=1&b=x+y%20z&a=%C3%A9%26&c&=d&&e=f=g".utf8, place: "body")
        #expect(form["a"] == "é&")
        #expect(form.all("a") == ["1", "é&"])
        #expect(form["b"] == "x y z")
        #expect(form["c"] == "")
        #expect(form["e"] == "f=g")
        #expect(form["none"] == nil)
        for broken in ["a=%", "a=%FF", "%zz=1"] {
            #expect(throws: RequestProblem.self) { try FormFields(broken.utf8, place: "query") }
        }
    }
}
