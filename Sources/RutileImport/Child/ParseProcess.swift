import CProcess
import Glibc
import RutileStore

/// One running parse process. Not for several threads at once.
final class ParseProcess {
    private let id: pid_t
    private let channel: FrameChannel

    /// Starts `executable` with the argument `_parse`. Its end, whatever the reason, is no signal to this process.
    ///
    /// - Throws: ``StoreError/medium(_:)`` when the system gives no process.
    init(executable: String) throws(StoreError) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .medium("no socket for a parse process") }
        defer { close(ends[1]) }
        var process: pid_t = 0
        guard unsafe rutile_spawn(executable, "_parse", ends[1], &process) == 0 else {
            close(ends[0])
            throw .medium("cannot start a parse process: \(executable)")
        }
        id = process
        channel = FrameChannel(ends[0])
    }

    deinit { rutile_end(id) }

    /// Sends a request and gives each part of the answer to `take`, until its end.
    ///
    /// After a failure other than the one that the process itself reports, it must not be used again.
    func ask(
        _ request: ParseMessage, by deadline: ContinuousClock.Instant, take: (ParseMessage) -> Void
    ) throws(FrameChannel.Failure) {
        try channel.send(request)
        while true {
            let message = try channel.receive(by: deadline)
            switch message {
            case .entry, .badPart, .leftOut: take(message)
            case .failure:
                take(message)
                return
            case .done: return
            case .parse, .unpack: throw .malformed
            }
        }
    }

    /// The signal that ended the process, in words; `nil` where none did.
    func ending() -> String? {
        let signal = rutile_ending_signal(id)
        guard signal != 0, let text = unsafe strsignal(signal) else { return nil }
        return unsafe String(cString: text)
    }
}
