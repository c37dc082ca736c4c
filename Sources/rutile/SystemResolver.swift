import Dispatch
import Glibc
import RutileClient

/// The system's resolver. It blocks, so it has threads of its own.
struct SystemResolver: NameResolver {
    private static let threads = DispatchQueue(label: "rutile.names", attributes: .concurrent)

    func addresses(of host: String) async throws -> [NetworkAddress] {
        try await withCheckedThrowingContinuation { continuation in
            Self.threads.async { continuation.resume(with: Result { try Self.lookUp(host) }) }
        }
    }

    private static func lookUp(_ host: String) throws -> [NetworkAddress] {
        // Any port will do: only the addresses are wanted.
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else { throw FetchFailure.unreachable("the name \(host) has no address") }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [NetworkAddress] = []
        var next = unsafe list
        while let info = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let named = unsafe getnameinfo(
                info.pointee.ai_addr, info.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            let numeric = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            // An address that cannot be read cannot be checked: a host with one of them is not asked.
            guard named == 0, let address = NetworkAddress(String(decoding: numeric, as: UTF8.self)) else {
                throw FetchFailure.refused("\(host) has an address that cannot be checked")
            }
            addresses.append(address)
            unsafe next = info.pointee.ai_next
        }
        return addresses
    }
}
