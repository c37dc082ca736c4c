extension String {
    /// The text with characters that control a terminal, or the order in which it shows others, written as `\u{…}`:
    /// names of others' files must not command it.
    var visible: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isControl {
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// As much of the text as fits into so many columns of a terminal. Characters beyond ASCII may be two columns wide.
    func cut(toColumns columns: Int) -> String {
        func width(_ text: some Sequence<Character>) -> Int { text.reduce(0) { $0 + ($1.isASCII ? 1 : 2) } }
        guard width(self) > columns else { return self }
        var kept = ""
        var left = columns - width("…")
        for character in self {
            left -= width([character])
            guard left >= 0 else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text as a word of a shell's command.
    var quotedForShell: String {
        let plain = utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || "/._-".unicodeScalars.contains(scalar)
        }
        return plain && !isEmpty
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is no character to be seen but a command.
    fileprivate var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Marks that turn the direction of writing; joiners, which scripts need, are of the same category.
        case .format: (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
        default: false
        }
    }
}
