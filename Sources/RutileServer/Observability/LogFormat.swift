/// How lines of the log are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `time=… level=… msg="…" key=value …`
    case text
    /// One JSON object a line.
    case json
}
