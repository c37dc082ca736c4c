import Dispatch
import Synchronization

/// A list of which each element is made when it is needed, or a little earlier: by a thread of its own, while the caller
/// works on those before.
struct ReadAhead<Source: Sendable, Element: Sendable>: Sendable {
    private let sources: [Source]
    private let chunk: Int
    private let make: @Sendable (Source) throws -> Element

    /// The elements that `make` makes of `sources`, up to `chunk` of them ahead.
    init(_ sources: [Source], chunk: Int, _ make: @escaping @Sendable (Source) throws -> Element) {
        self.sources = sources
        self.chunk = chunk
        self.make = make
    }

    /// Gives each element to `body`, in order. Blocks its thread.
    func forEach(_ body: (Element) throws -> Void) throws {
        let queue = DispatchQueue(label: "rutile.readahead")
        var next = begin(0, on: queue)
        var start = 0
        while start < sources.count {
            let elements = try next.wait()
            start += chunk
            next = begin(start, on: queue)
            for element in elements { try body(element) }
        }
    }

    /// Begins to make the elements from `start` on.
    private func begin(_ start: Int, on queue: DispatchQueue) -> Chunk {
        let chunk = Chunk()
        let sources = sources[min(start, sources.count)..<min(start + self.chunk, sources.count)]
        queue.async { [make] in chunk.finish(Result { try sources.map(make) }) }
        return chunk
    }

    /// Elements that are being made.
    private final class Chunk: Sendable {
        private let isDone = DispatchSemaphore(value: 0)
        private let result = Mutex<Result<[Element], any Error>?>(nil)

        func finish(_ elements: Result<[Element], any Error>) {
            result.withLock { $0 = elements }
            isDone.signal()
        }

        func wait() throws -> [Element] {
            isDone.wait()
            return try result.withLock { try $0?.get() ?? [] }
        }
    }
}
