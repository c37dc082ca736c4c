import Glibc

/// A file that is open for reading. It may be read by several at once, and closes itself.
package final class OpenFile: Sendable {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The file's own number, for those who read it by other means, while this object lives.
    package var number: Int32 { descriptor }

    /// Up to `count` bytes from `offset` on; none at the end of the file. Blocks.
    ///
    /// - Throws: `StoreError.medium`.
    package func bytes(at offset: Int, count: Int) throws(StoreError) -> [UInt8] {
        var failure = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                // SAFETY: initialized < count, which is the buffer's capacity.
                let got = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + initialized }, count - initialized,
                    off_t(offset + initialized))
                if got < 0, errno == EINTR { continue }
                failure = got < 0
                if got <= 0 { break }
                initialized += got
            }
        }
        if failure { throw StoreError.failed("cannot read a file") }
        return bytes
    }
}
