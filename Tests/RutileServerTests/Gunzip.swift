import CZlib

/// zlib's own reader of gzip, for tests of ours.
enum Gunzip {
    struct Failure: Error {}

    static func bytes(_ packed: [UInt8], upTo limit: Int) throws -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, 31, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw Failure()
        }
        defer { inflateEnd(&stream) }
        var packed = packed
        var output = [UInt8](repeating: 0, count: limit)
        let count = output.count
        return try packed.withUnsafeMutableBufferPointer { source in
            try output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(count)
                guard inflate(&stream, Z_FINISH) == Z_STREAM_END, stream.avail_in == 0 else { throw Failure() }
                return Array(target.prefix(count - Int(stream.avail_out)))
            }
        }
    }
}
