import RutileClient
import RutileJSON
package import RutileModel

/// How a registered database was when it was asked for one structure. It is remembered with the database and shown; who
/// is asked does not depend on it.
package struct DatabaseHealth: Hashable, Sendable {
    /// `ok`, or what kind of failure it was.
    package let status: String
    /// Why it failed; absent where it did not.
    package let detail: String?
    /// How long the answer took, in milliseconds.
    package let milliseconds: Int64
    package let checked: Timestamp
    /// When it last answered; absent where it never did.
    package let lastOK: Timestamp?

    /// What became of a check, after `before`.
    init(_ failure: DatabaseFailure?, took elapsed: Duration, at checked: Timestamp, after before: DatabaseHealth?) {
        status = failure?.kind.rawValue ?? "ok"
        detail = failure?.detail
        milliseconds = Int64(elapsed / .milliseconds(1))
        self.checked = checked
        lastOK = failure == nil ? checked : before?.lastOK
    }

    /// What was remembered; `nil` where that is nothing.
    init?(_ value: Value?) {
        guard let value, let status = value["status"]?.text,
            let checked = value["checked"]?.text.flatMap({ Timestamp($0) })
        else { return nil }
        self.status = status
        self.checked = checked
        detail = value["detail"]?.text
        milliseconds = value["elapsed_ms"]?.integer ?? 0
        lastOK = value["last_ok"]?.text.flatMap { Timestamp($0) }
    }

    /// As documents show it, and as it is remembered.
    var json: Value {
        var members = ObjectValue([
            ("status", Value.string(status)), ("checked", .string(checked.text(offset: "Z"))),
            ("last_ok", lastOK.map { .string($0.text(offset: "Z")) } ?? .null), ("elapsed_ms", .integer(milliseconds)),
        ])
        if let detail { members["detail"] = .string(detail) }
        return .object(members)
    }
}
