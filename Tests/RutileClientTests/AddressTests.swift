import RutileClient
import Testing

struct AddressTests {
    @Test(arguments: [
        ("http://Example.ORG", "http://example.org"), ("https://example.org:443/", "https://example.org"),
        ("http://example.org:8080/a/b//", "http://example.org:8080/a/b"), ("http://[::1]:80/x", "http://[::1]/x"),
        ("http://127.0.0.1:9101/optimade?x=1#y", "http://127.0.0.1:9101/optimade"),
        ("HTTP://example.org./v1", "http://example.org/v1"),
    ])
    func oneServerHasOneSpelling(text: String, spelling: String) throws {
        #expect(try WebAddress(text).description == spelling)
    }

    @Test(arguments: [
        "", "zz", "ftp://example.org/", "http://", "http:///x", "http://user:secret@example.org", "http://a b",
        "http://exa\u{E9}mple.org", "http://example.org:0", "http://example.org:70000", "http://example.org:x",
        "http://2130706433/", "http://0x7f000001/", "http://127.1/", "http://010.0.0.1/", "http://1.2.3.4.5/",
        "http://[::1", "http://[127.0.0.1]/", "http://a..b/", "http://example.org\\@127.0.0.1/", "file:///etc/passwd",
    ])
    func whatIsNoAddressOfAServerIsRefused(_ text: String) {
        #expect(throws: WebAddressError.self) { try WebAddress(text) }
    }

    @Test(arguments: [
        "http://a.b/?", "http://a.b/x?key=1", "http://a.b#x", "http://a.b/x/../y", "http://a.b/./x/",
        "http://a.b/%2E%2e/x",
    ])
    func whatIsAnAddressButNoBaseURLIsRefused(_ text: String) throws {
        _ = try WebAddress(text)
        #expect(throws: WebAddressError.self) { try WebAddress(base: text) }
    }

    @Test(arguments: [
        ("http://a.b/x/v1", "http://a.b/x", "v1"), ("http://a.b/v1.2.0/", "http://a.b", "v1.2.0"),
        ("http://a.b/x", "http://a.b/x", nil), ("http://a.b/vasp", "http://a.b/vasp", nil),
        ("http://a.b/v2", "http://a.b/v2", nil), ("http://a.b/v10", "http://a.b/v10", nil),
    ])
    func theVersionAtTheEndIsFound(text: String, unversioned: String, version: String?) throws {
        let address = try WebAddress(text)
        #expect(address.unversioned.description == unversioned)
        #expect(address.version == version)
    }

    @Test(arguments: [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:7f00:1::", "2001:db8::1", "2001::1",
    ])
    func addressesThatAreNotOfTheInternetAreRefused(_ text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(!AddressPolicy().allows(address))
    }

    @Test(arguments: ["8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2a00:1450:4001::1", "2606:4700::1111"])
    func addressesOfTheInternetAreAllowed(_ text: String) throws {
        #expect(AddressPolicy().allows(try #require(NetworkAddress(text))))
    }

    @Test func whatAnInstallationListsIsAllowedAndNothingBeside() throws {
        let policy = AddressPolicy(allowed: try ["127.0.0.1/32", "fd00::/8"].map { try #require(AddressRange($0)) })
        for (text, isAllowed) in [
            ("127.0.0.1", true), ("127.0.0.2", false), ("127.0.0.9", false), ("fd00::5", true), ("fc00::5", false),
            ("::1", false), ("::ffff:127.0.0.1", false),
        ] {
            #expect(policy.allows(try #require(NetworkAddress(text))) == isAllowed, "\(text)")
        }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "x", "::/129", "10.0.0.0/8/8", "10.0.0.0/-1", ""])
    func whatIsNoBlockIsRefused(_ text: String) { #expect(AddressRange(text) == nil) }

    @Test(arguments: ["::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1", "12345::", "::1.2.3", "1.2.3.4::", "g::"])
    func whatIsNoAddressIsRefused(_ text: String) { #expect(NetworkAddress(text) == nil) }
}
