extension WebClient {
    /// A client over `transport` for servers that the user names: no address is refused, and names are looked up by the
    /// transport.
    static func direct(_ transport: any WebTransport, retries: Int) -> WebClient {
        WebClient(
            transport: DirectRequests(transport: transport), resolver: NoResolver(),
            policy: AddressPolicy(allowed: ["0.0.0.0/0", "::/0"].compactMap { AddressRange($0) }),
            limits: Limits(bodyBytes: 1 << 30, retries: retries))
    }
}

/// Requests for the addresses that they name, whatever was looked up.
private struct DirectRequests: HTTPTransport {
    let transport: any WebTransport

    func get(_ request: FetchRequest) async throws -> FetchResponse {
        do {
            let (head, body) = try await transport.answer(
                to: WebRequest(
                    .get, request.server.origin + request.target,
                    headers: [("Accept", "application/vnd.api+json, application/json")]))
            guard body.count <= request.limit else { throw FetchFailure.tooLarge(limit: request.limit) }
            return FetchResponse(
                status: head.status, retryAfter: head.retryAfter, coding: head.first("Content-Encoding"), body: body)
        } catch let failure as TransportFailure {
            switch failure {
            case .timedOut: throw FetchFailure.timedOut
            case .noConnection(let reason), .broken(let reason): throw FetchFailure.unreachable(reason)
            case .refused(let reason): throw FetchFailure.refused(reason)
            }
        }
    }
}

/// Looks nothing up.
private struct NoResolver: NameResolver {
    func addresses(of host: String) async throws -> [NetworkAddress] { [.v4(0)] }
}
