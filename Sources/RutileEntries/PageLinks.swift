import NomadAPI

/// The addresses of the pages of a list that was asked for by an address.
package struct PageLinks: Sendable {
    private let address: String
    private let fields: [Substring]

    /// `address` has no query; `query` is as it came, still encoded.
    package init(address: String, query: String) {
        self.address = address
        fields = query.split(separator: "&")
    }

    /// Names and addresses of pages, as answers show them. The page before is known where pages have numbers.
    func urls(of pagination: EntriesPagination, next: String?) -> [(String, String)] {
        var urls = [("page_url", url(fields)), ("first_page_url", url(start([])))]
        if let page = pagination.page {
            if next != nil { urls.append(("next_page_url", url(start(["page=\(page + 1)"])))) }
            if page > 1 { urls.append(("prev_page_url", url(start(["page=\(page - 1)"])))) }
        } else if let next {
            urls.append(("next_page_url", url(start(["page_after_value=\(Self.encoded(next))"]))))
        }
        return urls
    }

    /// The fields without those that say where the page begins, and `added`.
    private func start(_ added: [Substring]) -> [Substring] {
        fields.filter { field in
            !["page", "page_offset", "page_after_value"].contains { field.utf8.starts(with: ($0 + "=").utf8) }
        } + added
    }

    private func url(_ fields: [Substring]) -> String {
        fields.isEmpty ? address : address + "?" + fields.joined(separator: "&")
    }

    /// `text` with percent escapes for all but unreserved characters (RFC 3986 §2.3).
    private static func encoded(_ text: String) -> Substring {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return Substring(decoding: bytes, as: UTF8.self)
    }
}
