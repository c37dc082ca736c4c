import Glibc

/// One end of a stream socket that carries frames (``ParseMessage``). Calls block their thread.
struct FrameChannel: ~Copyable {
    /// Why a frame did not come.
    enum Failure: Error, Equatable {
        /// The other side closed the stream, or is gone.
        case closed
        /// The deadline passed.
        case timedOut
        /// What came is no frame.
        case malformed
    }

    private let descriptor: Int32

    /// Takes over `descriptor`.
    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Sends one message whole. The other side's end is no signal, only a failure.
    func send(_ message: ParseMessage) throws(Failure) {
        let frame = message.frame
        var sent = 0
        while sent < frame.count {
            // SAFETY: sent < frame.count, so the rest of the buffer is valid.
            let count = unsafe frame.withUnsafeBytes { buffer in
                unsafe Glibc.send(
                    descriptor, buffer.baseAddress.map { unsafe $0 + sent }, buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .closed }
            sent += count
        }
    }

    /// The next message. Waits until `deadline`, for ever without one.
    func receive(by deadline: ContinuousClock.Instant? = nil) throws(Failure) -> ParseMessage {
        let header = try read(5, by: deadline)
        let length = header[0..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length >= 1, length <= ParseMessage.largestFrame else { throw .malformed }
        let content = try read(length - 1, by: deadline)
        guard let message = ParseMessage(kind: header[4], content: content) else { throw .malformed }
        return message
    }

    private func read(_ count: Int, by deadline: ContinuousClock.Instant?) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        // Grows with what comes: a length alone gets no memory.
        var buffer = [UInt8](repeating: 0, count: min(count, 1 << 20))
        while bytes.count < count {
            try wait(by: deadline)
            let wanted = min(count - bytes.count, buffer.count)
            // SAFETY: the buffer has room for `wanted` bytes.
            let got = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, wanted, 0) }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { throw .closed }
            bytes += buffer[..<got]
        }
        return bytes
    }

    private func wait(by deadline: ContinuousClock.Instant?) throws(Failure) {
        guard let deadline else { return }
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .timedOut }
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&poller, 1, Int32(clamping: milliseconds))
            if ready > 0 { return }
            if ready < 0 && errno != EINTR { throw .closed }
        }
    }
}
