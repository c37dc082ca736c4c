package import RutileJSON

/// Writes MessagePack as NOMAD does: integers in their shortest form, reals in 64 bits, text with its UTF-8 length.
///
/// That as many parts follow as a header announced is the caller's business.
package struct MessagePackWriter: Sendable {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// A writer with room for `reserving` bytes, which grows as needed.
    package init(reserving: Int = 0) { bytes.reserveCapacity(reserving) }

    /// Begins an object; so many keys (text) and values follow by turns.
    package mutating func object(_ count: Int) {
        head(count, fixed: 0x80, limit: 16, two: 0xDE, four: 0xDF)
    }

    /// Begins a list; so many values follow.
    package mutating func list(_ count: Int) {
        head(count, fixed: 0x90, limit: 16, two: 0xDC, four: 0xDD)
    }

    /// Writes text; keys are text too.
    package mutating func text(_ text: String) {
        var copy = text
        // SAFETY: a string's bytes live while `withUTF8` runs.
        copy.withUTF8 { unsafe self.text(UnsafeRawBufferPointer($0)) }
    }

    /// Writes text given as UTF-8.
    package mutating func text(_ utf8: UnsafeRawBufferPointer) {
        let count = utf8.count
        if (32..<256).contains(count) {
            bytes.append(0xD9)
            bytes.append(UInt8(count))
        } else {
            head(count, fixed: 0xA0, limit: 32, two: 0xDA, four: 0xDB)
        }
        unsafe bytes.append(contentsOf: utf8)
    }

    /// Writes a byte string.
    package mutating func binary(_ content: UnsafeRawBufferPointer) {
        let count = content.count
        if count < 256 {
            bytes.append(0xC4)
            bytes.append(UInt8(count))
        } else {
            head(count, fixed: 0, limit: 0, two: 0xC5, four: 0xC6)
        }
        unsafe bytes.append(contentsOf: content)
    }

    /// Writes null.
    package mutating func null() { bytes.append(0xC0) }

    /// Writes true or false.
    package mutating func bool(_ flag: Bool) { bytes.append(flag ? 0xC3 : 0xC2) }

    /// Writes a real.
    package mutating func real(_ number: Double) {
        bytes.append(0xCB)
        bigEndian(number.bitPattern)
    }

    /// Writes an integer.
    package mutating func integer(_ number: Int64) {
        switch number {
        case 0...: unsigned(UInt64(number))
        case -32 ... -1: bytes.append(UInt8(bitPattern: Int8(number)))
        case -0x80..<0:
            bytes.append(0xD0)
            bigEndian(Int8(number))
        case -0x8000..<0:
            bytes.append(0xD1)
            bigEndian(Int16(number))
        case -0x8000_0000..<0:
            bytes.append(0xD2)
            bigEndian(Int32(number))
        default:
            bytes.append(0xD3)
            bigEndian(number)
        }
    }

    /// Writes an integer that may lie above `Int64.max`.
    package mutating func unsigned(_ number: UInt64) {
        switch number {
        case ..<0x80: bytes.append(UInt8(number))
        case ..<0x100:
            bytes.append(0xCC)
            bytes.append(UInt8(number))
        case ..<0x1_0000:
            bytes.append(0xCD)
            bigEndian(UInt16(number))
        case ..<0x1_0000_0000:
            bytes.append(0xCE)
            bigEndian(UInt32(number))
        default:
            bytes.append(0xCF)
            bigEndian(number)
        }
    }

    /// Writes a whole value.
    package mutating func value(_ value: Value) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .unsigned(let number): unsigned(number)
        case .real(let number): real(number)
        case .string(let text): self.text(text)
        case .list(let items):
            list(items.count)
            for item in items { self.value(item) }
        case .object(let object):
            self.object(object.count)
            for (key, member) in object.members {
                text(key)
                self.value(member)
            }
        }
    }

    /// Replaces the bytes from `offset` on, for headers whose content is known last.
    mutating func replace(at offset: Int, with content: [UInt8]) {
        bytes.replaceSubrange(offset..<offset + content.count, with: content)
    }

    /// Forgets what was written from `offset` on.
    mutating func truncate(to offset: Int) { bytes.removeSubrange(offset...) }

    /// Appends bytes that are encoded already.
    mutating func raw(_ content: [UInt8]) { bytes.append(contentsOf: content) }

    private mutating func head(_ count: Int, fixed: UInt8, limit: Int, two: UInt8, four: UInt8) {
        if count < limit {
            bytes.append(fixed | UInt8(count))
        } else if count < 0x1_0000 {
            bytes.append(two)
            bigEndian(UInt16(count))
        } else {
            // MessagePack can say no more than four bytes; nothing in memory comes near it.
            bytes.append(four)
            bigEndian(UInt32(count))
        }
    }

    private mutating func bigEndian(_ number: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }
}
