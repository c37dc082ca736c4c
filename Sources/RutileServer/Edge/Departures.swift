import NIOCore
import Synchronization

/// Tells work that is done for a client when the client has gone, so that it can stop.
///
/// A client that closes its half of the connection and waits for the answer looks the same as one that has gone; so only
/// routes whose work costs others something ask for this.
package final class Departures: Sendable {
    private struct Watch {
        let connection: ObjectIdentifier
        let stop: @Sendable () -> Void
    }

    private let state = Mutex((watches: [UInt64: Watch](), next: UInt64(0)))

    /// Nobody is watched.
    package init() {}

    /// What `work` gives; it is cancelled when the client at the other end of `connection` goes.
    ///
    /// - Throws: what `work` throws.
    func answer<Answer: Sendable>(
        to connection: ObjectIdentifier?, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        guard let connection else { return try await work() }
        let task = Task.immediate { try await work() }
        let number = state.withLock { state in
            state.next += 1
            state.watches[state.next] = Watch(connection: connection, stop: { task.cancel() })
            return state.next
        }
        defer { state.withLock { state in _ = state.watches.removeValue(forKey: number) } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The client at the other end of `connection` has gone.
    fileprivate func leave(_ connection: ObjectIdentifier) {
        let stops = state.withLock { state in
            state.watches.values.filter { $0.connection == connection }.map(\.stop)
        }
        for stop in stops { stop() }
    }

    /// The last thing in the pipeline of every connection before its requests are answered.
    func handler() -> some RemovableChannelHandler { Handler(departures: self) }

    private final class Handler: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = NIOAny

        private let departures: Departures

        init(departures: Departures) { self.departures = departures }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { departures.leave(ObjectIdentifier(context.channel)) }
            context.fireUserInboundEventTriggered(event)
        }

        func channelInactive(context: ChannelHandlerContext) {
            departures.leave(ObjectIdentifier(context.channel))
            context.fireChannelInactive()
        }
    }
}
