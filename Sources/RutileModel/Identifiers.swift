import Crypto
import RutileJSON

/// An identifier of one kind of record.
///
/// Kinds are types, so that an upload's id cannot be passed for an entry's. Equal means equal UTF-8 bytes.
package protocol Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The id as clients write it.
    var text: String { get }
    /// Takes `text` as it is; an id is only ever looked up, so any text is allowed.
    init(_ text: String)
}

extension Identifier {
    package var description: String { text }

    package static func == (left: Self, right: Self) -> Bool { left.text.hasSameUTF8(as: right.text) }

    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) { UTF8Key(text).hash(into: &hasher) }
}

/// The id of an entry: 28 characters of base64url where this software made it.
package struct EntryID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The id of the entry that `mainfile` (and one block, frame or line `key` of it) of `upload` makes.
    ///
    /// `base64url(sha512(upload + mainfile + key))`, its first 28 characters. Source: NOMAD 2.0.0, measured.
    package init(upload: UploadID, mainfile: String, key: String? = nil) {
        self.init(ShortDigest.text(of: upload.text + mainfile + (key ?? ""), length: 28))
    }
}

/// The id of an upload: 22 characters of base64url where this software made it.
package struct UploadID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The id of the upload that `author` calls `name`: `base64url(sha512(author + "\0" + name))[:22]`.
    package init(author: UserID, name: String) {
        self.init(ShortDigest.text(of: author.text + "\0" + name, length: 22))
    }

    /// Whether this software or NOMAD could have made it: 22 characters of base64url.
    package var isWellFormed: Bool {
        text.utf8.count == 22
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// The id of a user.
package struct UserID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// The id of a group of users. `all` is not a record: everybody, logged in or not, belongs to it.
package struct GroupID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
    /// The group that everybody belongs to.
    package static let all = GroupID("all")
}

/// The id of a dataset.
package struct DatasetID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// Another installation: the address of its API as references have it, `https://example.org/api/v1`.
package struct InstallationID: Identifier {
    package let text: String
    package init(_ text: String) { self.text = text }
}

/// Names that are made of texts.
package enum ShortDigest {
    /// The first `length` characters of the base64url form (RFC 4648 §5) of SHA-512 over the UTF-8 bytes of `text`.
    package static func text(of text: String, length: Int) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let digest = Array(SHA512.hash(data: Array(text.utf8)))
        var characters: [UInt8] = []
        for start in stride(from: 0, to: digest.count - 2, by: 3) where characters.count < length {
            let bits = UInt32(digest[start]) << 16 | UInt32(digest[start + 1]) << 8 | UInt32(digest[start + 2])
            for shift in stride(from: 18, through: 0, by: -6) {
                characters.append(alphabet[Int(bits >> UInt32(shift)) & 63])
            }
        }
        return String(decoding: characters.prefix(length), as: UTF8.self)
    }
}
