import Glibc

/// A string that is equal to another only if their UTF-8 bytes are.
package struct UTF8Key: Hashable, Sendable, Comparable {
    /// The string itself.
    package let string: String

    /// Wraps `string`.
    package init(_ string: String) { self.string = string }

    package static func == (left: UTF8Key, right: UTF8Key) -> Bool {
        left.string.hasSameUTF8(as: right.string)
    }

    package static func < (left: UTF8Key, right: UTF8Key) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var copy = string
        // SAFETY: the bytes live while the closure runs.
        copy.withUTF8 { (utf8: UnsafeBufferPointer<UInt8>) in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(utf8))
        }
    }
}

extension String {
    /// Whether both strings have the same UTF-8 bytes. `==` calls canonically equivalent spellings equal, too.
    package func hasSameUTF8(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isSame = unsafe other.utf8.withContiguousStorageIfAvailable { unsafe hasUTF8($0) }
        return isSame ?? utf8.elementsEqual(other.utf8)
    }

    /// Whether its UTF-8 bytes are `bytes`.
    package func hasUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count == bytes.count else { return false }
        let isSame = unsafe utf8.withContiguousStorageIfAvailable { own in
            guard let first = own.baseAddress, let second = bytes.baseAddress else { return true }
            // SAFETY: both buffers are alive here and have the same count.
            return unsafe memcmp(first, second, own.count) == 0
        }
        return unsafe isSame ?? utf8.elementsEqual(bytes)
    }
}
