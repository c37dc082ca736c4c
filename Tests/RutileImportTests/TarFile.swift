/// Writes tar files (ustar), hostile ones included.
struct TarFile {
    /// The file's bytes so far; ``finished`` has the end too.
    private var bytes: [UInt8] = []

    /// Adds a file; `type` is the character of its kind, `link` what a link points to.
    mutating func add(_ name: String, _ content: String, type: Unicode.Scalar = "0", link: String = "") {
        add(Array(name.utf8), content, type: type, link: link)
    }

    /// The same with a name that may be no text.
    mutating func add(_ name: [UInt8], _ content: String, type: Unicode.Scalar = "0", link: String = "") {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ number: Int, _ width: Int) -> String {
            let digits = String(number, radix: 8)
            return String(repeating: "0", count: width - digits.utf8.count) + digits
        }
        header.replaceSubrange(0..<name.count, with: name)
        put(octal(0o644, 7), at: 100)
        put(octal(content.utf8.count, 11), at: 124)
        put(octal(1_700_000_000, 11), at: 136)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put("        ", at: 148)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6), at: 148)
        header[154] = 0
        bytes += header + Array(content.utf8)
        bytes += [UInt8](repeating: 0, count: (512 - content.utf8.count % 512) % 512)
    }

    /// The whole file.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
