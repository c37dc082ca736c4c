import Glibc
package import Logging
import RutileJSON
import RutileModel
import RutileStore

/// Writes log lines to standard error: time, level, message, then metadata by name.
///
/// Each line is one `write`, so lines of several threads do not mix.
package struct LineLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let format: LogFormat
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler of lines at `level` or above; `write` takes whole lines with their line feed.
    package init(
        level: Logger.Level, format: LogFormat,
        write: @escaping @Sendable ([UInt8]) -> Void = LineLog.writeToStandardError
    ) {
        logLevel = level
        self.format = format
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields: [(String, String)] = [
            ("time", Timestamp.now().text(offset: "Z")), ("level", event.level.rawValue), ("msg", "\(event.message)"),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        fields += all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        if let error = event.error { fields.append(("error", "\(error)")) }
        switch format {
        case .json: write(Self.json(fields))
        case .text: write(Self.text(fields))
        }
    }

    private static func json(_ fields: [(String, String)]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in fields {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        writer.endLine()
        return writer.bytes
    }

    private static func text(_ fields: [(String, String)]) -> [UInt8] {
        Array((fields.map { $0 + "=" + quotedIfNeeded($1) }.joined(separator: " ") + "\n").utf8)
    }

    /// `text` as it is when it is one word, else as a JSON string: a client's line feed forges no second line.
    private static func quotedIfNeeded(_ text: String) -> String {
        let isWord = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 61 && $0 != 92 }
        if isWord { return text }
        var writer = JSONWriter()
        writer.string(text)
        return writer.text
    }

    private static func writeToStandardError(_ line: [UInt8]) {
        // A log that cannot be written must not stop the server, so the result does not matter.
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

extension Logger {
    /// The logger of a server with these settings.
    package init(label: String, settings: Settings.Log) {
        let handler = LineLog(level: settings.level, format: settings.format)
        self.init(label: label) { _ in handler }
    }
}
