import RutileModel
import RutileStore

/// Numbers of uploads; an upload keeps its number for ever.
struct UploadNumbers: Sendable {
    private var numbers: [UploadID: UInt32] = [:]

    /// The number of `upload`; `nil` when it never had an entry.
    func number(_ upload: UploadID) -> UInt32? { numbers[upload] }

    /// The number of `upload`, which it gets when it comes first.
    mutating func add(_ upload: UploadID) -> UInt32 {
        let next = UInt32(numbers.count)
        return numbers[upload]
            ?? {
                numbers[upload] = next
                return next
            }()
    }
}

/// Uploads that a caller may see, by their numbers.
struct VisibleNumbers: Sendable {
    private let named: Set<UInt32>
    private let areNamedVisible: Bool

    /// The numbers of `visible`.
    init(_ visible: VisibleUploads, _ numbers: UploadNumbers) {
        switch visible {
        case .all: (named, areNamedVisible) = ([], false)
        case .only(let uploads): (named, areNamedVisible) = (Set(uploads.compactMap(numbers.number)), true)
        case .allBut(let uploads): (named, areNamedVisible) = (Set(uploads.compactMap(numbers.number)), false)
        }
    }

    /// Whether the entries of the upload with `number` may be seen.
    func contains(_ number: UInt32) -> Bool { named.contains(number) == areNamedVisible }
}
