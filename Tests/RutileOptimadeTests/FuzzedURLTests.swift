import OptimadeAPI
import RutileOptimade
import Testing

@Suite struct FuzzedURLTests {
    private static let pieces = [
        "/", "v1", "v1.2", "v9", "structures", "references", "info", "links", "versions", "extensions", "docs",
        "s00003",
        "?", "&", "=", "%", "%2F", "%00", "%FF", "%C3%A9", "+", "\"", "\\", "é", "\u{0}", "#", "filter=", "sort=",
        "page_limit=", "page_offset=", "page_number=", "page_cursor=", "page_above=", "include=", "response_fields=",
        "response_format=", "api_hint=", "email_address=", "dimension_slices=", "_exmpl_", "_mp_x", "-", ",", "-1", "0",
        "500", "9223372036854775807", "nelements", "elements", "HAS", "1e5", "(", "NOT", "last_modified",
        "species.name",
        "WyIiLDAsImEiXQ", "WyJuc2l0ZXMiLDEsImEiLFsiaSIsMTJdXQ", "..", "%2e%2e", ";", "@", "id", "type", "true", "null",
    ]

    @Test func everyURLIsAnsweredOrRefused() async throws {
        let service = try await OptimadeService.ofExchangeFile(in: .searchEngine)
        var random = SeededGenerator(seed: 7)
        var statuses: Set<Int> = []
        for round in 0..<2000 {
            var target = ["/v1/structures?", "/v1/references?", "/", "/v1/structures/", "/v1/"].randomElement(
                using: &random)!
            for _ in 0..<Int.random(in: 0...8, using: &random) { target += Self.pieces.randomElement(using: &random)! }
            let reply = try await service.reply(target, method: ["GET", "HEAD"].randomElement(using: &random)!)
            statuses.insert(reply.status)
            #expect([200, 400, 403, 404, 501, 553].contains(reply.status), "\(target)")
            let isDocument = reply.contentType == "application/vnd.api+json"
            #expect(!isDocument || reply.json != nil, "\(target)")
            // Links can be followed.
            for link in ["/links/next", "/links/last", "/links/self"] {
                guard let address = reply[link]?.text else { continue }
                #expect(address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(target)")
                if reply.status == 200, round % 8 == 0 {
                    #expect(try await service.reply(address).status == 200, "\(address)")
                }
            }
        }
        #expect(statuses.isSuperset(of: [200, 400, 404, 553]))
    }
}

/// The same numbers in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
