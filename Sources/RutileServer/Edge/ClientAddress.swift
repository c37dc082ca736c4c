package import Hummingbird
import NIOCore

/// Where a request comes from.
package struct ClientAddress: Hashable, Sendable, InitializableFromSource {
    /// What clients are told apart by: an IPv4 address, the first 64 bits of an IPv6 address (one household or
    /// machine has them all), or `local`.
    package let name: String
    /// Whether it is this machine itself.
    package let isLoopback: Bool
    /// Names the connection as long as it lasts; absent where there is none.
    private(set) var connection: ObjectIdentifier?

    /// The client at the other end of a connection.
    package init(source: ApplicationRequestContextSource) {
        self.init(address: source.channel.remoteAddress?.ipAddress)
        connection = ObjectIdentifier(source.channel)
    }

    /// The client at an IP address as text; without one (a Unix socket), this machine.
    package init(address: String?) {
        guard let address else {
            self.init(name: "local", isLoopback: true)
            return
        }
        let mapped = "::ffff:"
        if address.hasPrefix(mapped), address.contains(".") {
            self.init(address: String(address.dropFirst(mapped.count)))
        } else if address.contains(":") {
            self.init(name: Self.network(of: address), isLoopback: address == "::1")
        } else {
            self.init(name: address, isLoopback: address.hasPrefix("127."))
        }
    }

    private init(name: String, isLoopback: Bool) {
        self.name = name
        self.isLoopback = isLoopback
    }

    /// The first four groups of an IPv6 address in its usual text form (RFC 5952).
    private static func network(of address: String) -> String {
        let halves = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":").map(String.init)
        if halves.count == 2 {
            let tail = halves[1].split(separator: ":").map(String.init)
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        return groups.prefix(4).joined(separator: ":") + "::/64"
    }
}
