import Dispatch
import RutileStore
import Synchronization

/// Reads files in processes of their own: as many as are asked for at once, each used for one file after the other.
///
/// A process that crashes, or takes longer than ``timeLimit(fileSize:)``, costs the file it was at and nothing else.
/// Crystals are read again then, without looking for the symmetry of the larger ones, at last of any: nobody can tell
/// beforehand how long the search takes, and it cannot be broken off.
package final class ParsePool: FileParser {
    private let executable: String
    private let idle = Mutex<[ParseWorker]>([])

    private let baseTime: Duration

    /// Time for one file, whatever its size.
    package static let standardTime = Duration.seconds(10)
    /// Time on top for each MiB of a file.
    package static let timePerMebibyte = Duration.seconds(5)
    /// Time for unpacking.
    package static let unpackTime = Duration.seconds(3_600)

    /// Processes of `executable`, by default this program itself.
    package init(executable: String = "/proc/self/exe", baseTime: Duration = ParsePool.standardTime) {
        self.executable = executable
        self.baseTime = baseTime
    }

    /// Time after which the file at `path` is given up.
    static func timeLimit(of path: String, baseTime: Duration = standardTime) -> Duration {
        // Of text a packed file holds some ten times its size.
        let size = (FileTree.size(of: path) ?? 0) * (PackedFile.isPacked(path) ? 10 : 1)
        return timeLimit(fileSize: size, baseTime: baseTime)
    }

    /// Time after which a file of `fileSize` bytes is given up.
    package static func timeLimit(fileSize: Int, baseTime: Duration = standardTime) -> Duration {
        baseTime + timePerMebibyte * (fileSize >> 20)
    }

    package func entries(of path: String, format: SourceFormat) async throws -> FileEntries {
        let limit = Self.timeLimit(of: path, baseTime: baseTime)
        var efforts = [CrystalSymmetry.largestSiteCount, CrystalSymmetry.quickSiteCount, 0]
        if !format.holdsStructures { efforts = [0] }
        for effort in efforts {
            do {
                return try await entries(of: path, format: format, symmetryLimit: effort, within: limit)
            } catch is ParseTimeout {
                continue
            }
        }
        throw ParseTimeout(limit: limit).failure
    }

    /// - Throws: ``ParseTimeout``, and what ``entries(of:format:)`` throws.
    private func entries(
        of path: String, format: SourceFormat, symmetryLimit: Int, within limit: Duration
    ) async throws -> FileEntries {
        var file = FileEntries([])
        let request = ParseMessage.parse(format: format, path: path, symmetryLimit: symmetryLimit)
        for message in try await answer(to: request, within: limit) {
            switch message {
            case .entry(let entry): file.entries.append(entry)
            case .badPart(let part): file.badParts.append(part)
            case .failure(let failure): throw failure
            default: break
            }
        }
        return file
    }

    package func unpack(_ path: String, into destination: String) async throws -> UnpackReport {
        var report = UnpackReport()
        let messages: [ParseMessage]
        do {
            messages = try await answer(to: .unpack(path: path, destination: destination), within: Self.unpackTime)
        } catch let timeout as ParseTimeout {
            throw timeout.failure
        }
        for message in messages {
            switch message {
            case .leftOut(let item): report.leftOut.append(item)
            case .failure(let failure): throw failure
            default: break
            }
        }
        return report
    }

    private func answer(to request: ParseMessage, within limit: Duration) async throws -> [ParseMessage] {
        try Task.checkCancellation()
        let worker = idle.withLock { $0.popLast() } ?? ParseWorker(executable: executable)
        let result = await worker.answer(to: request, within: limit)
        idle.withLock { $0.append(worker) }
        return try result.get()
    }
}

/// A process took longer than it may.
private struct ParseTimeout: Error {
    let limit: Duration

    /// What that is for the file.
    var failure: SourceFailure { SourceFailure("took longer than \(limit.components.seconds) s") }
}

/// A thread of ours that talks to one parse process.
private final class ParseWorker: Sendable {
    private let executable: String
    private let queue = DispatchQueue(label: "rutile.parse")
    /// Used on ``queue`` only; the lock is for the compiler.
    private let process = Mutex<ParseProcess?>(nil)

    init(executable: String) { self.executable = executable }

    func answer(to request: ParseMessage, within limit: Duration) async -> Result<[ParseMessage], any Error> {
        await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(returning: Result { try self.blockingAnswer(to: request, within: limit) })
            }
        }
    }

    private func blockingAnswer(to request: ParseMessage, within limit: Duration) throws -> [ParseMessage] {
        try process.withLock { process in
            let running = try process ?? ParseProcess(executable: executable)
            process = running
            var answer: [ParseMessage] = []
            do throws(FrameChannel.Failure) {
                try running.ask(request, by: .now + limit) { answer.append($0) }
                return answer
            } catch {
                // The next file gets a new process.
                process = nil
                switch error {
                case .timedOut: throw ParseTimeout(limit: limit)
                case .malformed: throw SourceFailure("its reader lost its way")
                case .closed:
                    let ending = running.ending().map { " (\($0))" } ?? ""
                    throw SourceFailure("its reader crashed\(ending)")
                }
            }
        }
    }
}
