import CZlib

/// Compresses a text, piece by piece, into one gzip member (RFC 1952).
@safe
package final class GzipStream {
    /// The stream could not go on: there was no memory.
    package struct Failure: Error {}

    // zlib keeps the stream's address in its own state, so the stream must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// A stream that has got nothing yet.
    ///
    /// - Throws: ``Failure``.
    package init(level: Int32) throws(Failure) {
        // SAFETY: freed in deinit only, or here when the stream cannot begin.
        unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe rutile_gzip_begin(stream, level) == Z_OK else {
            unsafe stream.deallocate()
            throw Failure()
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Takes in `input` and gives what can be sent, possibly nothing. After the `last` piece, none may follow.
    ///
    /// - Throws: ``Failure``.
    package func compress(_ input: ArraySlice<UInt8>, last: Bool) throws(Failure) -> [UInt8] {
        // What earlier pieces left in the stream is far smaller than the margin, or the loop goes round again.
        var output = [UInt8](repeating: 0, count: input.count / 2 + 4_096)
        var written = 0
        var status = Z_OK
        // zlib does not write to its input; its interface only fails to say so.
        var input = Array(input)
        // SAFETY: both pointers are used inside the closures only, each with the length of its own array.
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.pointee.next_in = source.baseAddress
            unsafe stream.pointee.avail_in = UInt32(source.count)
            var isDone = false
            while !isDone {
                if written == output.count { output += [UInt8](repeating: 0, count: output.count) }
                unsafe output.withUnsafeMutableBufferPointer { target in
                    unsafe stream.pointee.next_out = target.baseAddress?.advanced(by: written)
                    unsafe stream.pointee.avail_out = UInt32(target.count - written)
                    status = unsafe deflate(stream, last ? Z_FINISH : Z_NO_FLUSH)
                    written = unsafe target.count - Int(stream.pointee.avail_out)
                }
                // A full output means that there may be more, whatever the status says.
                isDone = status == Z_STREAM_END || written < output.count
            }
        }
        // Z_BUF_ERROR: nothing to do, which is no failure.
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw Failure() }
        output.removeLast(output.count - written)
        return output
    }
}
