import CProcess
import Glibc
import RutileStore

/// What a parse process does: answers requests on its standard input until that ends.
///
/// The process can be lost at any time: it holds no state, writes no file (but what it unpacks), and the one who
/// started it survives its crash.
package struct ParseService {
    /// Memory that the process may address, in bytes.
    package static let memoryLimit = 4 << 30

    /// Restricts this process, then serves. Returns when the other side is gone.
    package static func run() {
        rutile_restrict(memoryLimit)
        // A server that was killed has nobody to unpack for, and the next one may be removing what is unpacked.
        rutile_end_with_peer(STDIN_FILENO)
        let channel = FrameChannel(STDIN_FILENO)
        while let request = try? channel.receive() {
            // The importer ends a process that takes too long; where it is gone, the alarm does.
            alarm(UInt32(clamping: timeLimit(of: request).components.seconds + 5))
            do {
                try answer(request, on: channel)
            } catch {
                return
            }
            alarm(0)
        }
    }

    private static func timeLimit(of request: ParseMessage) -> Duration {
        if case .parse(_, let path, _) = request {
            ParsePool.timeLimit(of: path)
        } else {
            ParsePool.unpackTime
        }
    }

    private static func answer(
        _ request: ParseMessage, on channel: borrowing FrameChannel
    ) throws(FrameChannel.Failure) {
        switch request {
        case .parse(let format, let path, let limit):
            let file: FileEntries
            do {
                file = try InProcessParser.entries(of: path, format: format, symmetryLimit: limit)
            } catch {
                return try channel.send(.failure(error))
            }
            for entry in file.entries { try channel.send(.entry(entry)) }
            for part in file.badParts { try channel.send(.badPart(part)) }
            try channel.send(.done)
        case .unpack(let path, let destination):
            let report: UnpackReport
            do {
                report = try Unpacker.unpack(path, into: destination)
            } catch {
                return try channel.send(.failure(error))
            }
            for item in report.leftOut { try channel.send(.leftOut(item)) }
            try channel.send(.done)
        default: throw .malformed
        }
    }
}
