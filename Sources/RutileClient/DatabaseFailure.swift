package import RutileJSON

/// Why a database gave nothing.
package struct DatabaseFailure: Error, Hashable, Sendable {
    /// What kind of failure it is; raw values are what documents say.
    package enum Kind: String, Hashable, Sendable {
        /// It answered something else, or not at all.
        case error
        /// It was not ready in time.
        case timeout
        /// It is not asked.
        case refused
    }

    package let kind: Kind
    /// The status of HTTP; absent where there was no answer.
    package let status: Int?
    /// For people; names the address.
    package let detail: String
    /// What the database says of it: the first of its error objects; absent where it sent none.
    package let said: Value?

    /// A failure.
    package init(_ kind: Kind, status: Int? = nil, _ detail: String, said: Value? = nil) {
        self.kind = kind
        self.status = status
        self.detail = detail
        self.said = said
    }

    /// Whether it may be the number of entries that the database refused.
    var mayBePageLimit: Bool { status == 403 || isPageLimit }

    /// Whether the database says that it is the number of entries.
    var isPageLimit: Bool {
        switch status {
        case 400, 403, 422: detail.utf8.firstRange(of: "page_limit".utf8) != nil
        default: false
        }
    }

    /// `error` of a request to the database at `base`.
    init(_ error: FetchFailure, _ base: WebAddress) {
        switch error {
        case .refused(let reason): self.init(.refused, "\(base) is not asked: \(reason).")
        case .unreachable(let reason): self.init(.error, "\(base) cannot be reached: \(reason).")
        case .closed: self.init(.error, "\(base) cannot be reached: it closes the connection without an answer.")
        case .timedOut: self.init(.timeout, "\(base) did not answer in time.")
        case .crowded:
            self.init(.timeout, "\(base) could not be asked in time: too many requests to its server run.")
        case .tooLarge(let limit): self.init(.error, "\(base) sent more than \(limit) bytes.")
        case .compressed(let coding):
            self.init(.error, "\(base) sent a compressed answer (\(coding.shortened)), which it was asked not to do.")
        }
    }

    /// An answer of `base` that is no success.
    init(status: Int, body: [UInt8], _ base: WebAddress) {
        if (300..<400).contains(status) {
            self.init(.error, status: status, "\(base) redirects elsewhere (\(status)), which is not followed.")
            return
        }
        let document = try? Value(json: body, limits: JSONLimits(maximumBytes: 1 << 20))
        guard let said = document?["errors"]?.items?.first, said.object != nil else {
            self.init(.error, status: status, "\(base) answered with status \(status) and nothing of OPTIMADE.")
            return
        }
        let text = (said["detail"] ?? said["title"])?.text.map { ": \($0.shortened)" } ?? "."
        self.init(.error, status: status, "\(base) answered with status \(status)\(text)", said: said)
    }
}

extension String {
    /// As much of it as fits into some 300 bytes; texts of strangers are passed on.
    package var shortened: String {
        let limit = 300
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(unicodeScalars[..<end]) + "…"
    }
}
