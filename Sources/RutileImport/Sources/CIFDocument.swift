import CGemmi
import RutileJSON

/// A parsed CIF file: blocks of tags and loops. Syntax only; what tags mean is ``CIFSource``'s business.
@safe
struct CIFDocument: ~Copyable {
    private let document: OpaquePointer

    /// - Throws: ``SourceFailure`` with the line where the syntax ends.
    init(_ bytes: [UInt8]) throws(SourceFailure) {
        // Editors put a byte order mark in front of UTF-8, which is no part of the text.
        let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        guard !text.isEmpty else { throw SourceFailure("the file is empty") }
        var failure = rutile_cif_failure()
        // SAFETY: the parser reads text.count bytes and keeps no pointer to them.
        let parsed = unsafe text.withUnsafeBytes { buffer in
            unsafe buffer.assumingMemoryBound(to: CChar.self).baseAddress.flatMap {
                unsafe rutile_cif_parse($0, buffer.count, &failure)
            }
        }
        guard let parsed = unsafe parsed else {
            let message = fixedText(failure.message)
            throw SourceFailure(
                line: failure.line > 0 ? Int(failure.line) : nil, "no CIF syntax: \(message)")
        }
        unsafe document = parsed
    }

    deinit { unsafe rutile_cif_free(document) }

    /// Number of data blocks.
    var blockCount: Int { unsafe rutile_cif_block_count(document) }

    /// Name of a block, without `data_`.
    func name(ofBlock block: Int) -> String {
        precondition((0..<blockCount).contains(block))
        return unsafe String(cString: rutile_cif_block_name(document, block))
    }

    /// The values of the first of `tags` that the block has.
    func column(_ tags: String..., inBlock block: Int) -> CIFColumn? {
        for tag in tags {
            // SAFETY: the shim checks the block's number.
            let values = unsafe rutile_cif_find(document, block, tag)
            if unsafe values.count > 0 { return unsafe CIFColumn(tag: tag, values: values) }
        }
        return nil
    }

    /// The text of one value; `nil` where there is none, or it is unknown (`?`) or does not apply (`.`).
    func text(_ column: CIFColumn?, row: Int = 0) -> String? {
        guard let column, row >= 0 else { return nil }
        var length = 0
        // SAFETY: the shim checks the row; the text is copied before the next call.
        guard let text = unsafe rutile_cif_text(document, column.values, row, &length) else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    /// The same on one line: any white space is one blank. `nil` also where nothing is left, or a `?` or `.` that
    /// somebody quoted.
    func line(_ column: CIFColumn?, row: Int = 0) -> String? {
        guard let text = text(column, row: row) else { return nil }
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return ["", "?", "."].contains { $0.hasSameUTF8(as: line) } ? nil : line
    }

    /// All texts of a column; those that are unknown are left out.
    func texts(_ column: CIFColumn?) -> [String] {
        guard let column else { return [] }
        return (0..<column.count).compactMap { text(column, row: $0) }
    }

    /// The number of one value, its uncertainty dropped; `nil` where it is none.
    func number(_ column: CIFColumn?, row: Int = 0) -> Double? {
        guard let column, row >= 0 else { return nil }
        // SAFETY: the shim checks the row.
        let number = unsafe rutile_cif_number(column.values, row)
        return number.isFinite ? number : nil
    }
}

/// U+FEFF in UTF-8.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

/// The values of one tag. Only for the document that gave it.
@safe
struct CIFColumn {
    /// The tag as it was asked for.
    let tag: String
    fileprivate let values: rutile_cif_values

    fileprivate init(tag: String, values: rutile_cif_values) {
        self.tag = tag
        unsafe self.values = values
    }

    /// Number of values, at least 1.
    var count: Int { unsafe values.count }
    /// Where its pair or loop begins, from 1.
    var line: Int? { unsafe values.line > 0 ? Int(values.line) : nil }
}
