import RutileJSON
package import RutileModel

/// The raw files of uploads, as far as their names and sizes go.
///
/// Links are never followed, and are not there: what a place or a page names lies in the upload's own folder. The folder
/// of an upload that has no files counts as empty. Implementations block no thread that others wait for.
///
/// - Throws: ``StoreError``, or `CancellationError`.
package protocol RawFiles: Sendable {
    /// What is at `places`; those with neither a file nor a folder are absent from the answer.
    func items(at places: Set<RawPlace>) async throws -> [RawPlace: RawItem]

    /// The pages that `requests` ask for; those of places with neither a file nor a folder are absent.
    ///
    /// What is looked through counts against `limit`, as ``RawListing`` says.
    ///
    /// - Throws: ``TooManyRawFiles`` when there is more, as soon as that is known.
    func pages(_ requests: Set<RawPageRequest>, within limit: Int) async throws -> RawPages
}

/// A path from an upload's folder of raw files down: names with `/` between them, empty for the folder itself.
package struct RawPath: Hashable, Sendable {
    /// The path as text.
    package let text: String

    /// The folder of all raw files.
    package static let root = RawPath(names: [])

    /// A path through `names`, none of which has a `/`.
    package init(names: some Sequence<String>) { text = names.joined(separator: "/") }

    /// The names from the top; none for the folder of all raw files.
    package var names: [String] { text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) } }

    package static func == (left: RawPath, right: RawPath) -> Bool { left.text.hasSameUTF8(as: right.text) }

    package func hash(into hasher: inout Hasher) { UTF8Key(text).hash(into: &hasher) }
}

/// A path in the raw files of an upload.
package struct RawPlace: Hashable, Sendable {
    package let upload: UploadID
    package let path: RawPath

    /// `path` in `upload`.
    package init(_ upload: UploadID, _ path: RawPath) {
        self.upload = upload
        self.path = path
    }
}

/// A file or a folder.
package struct RawItem: Hashable, Sendable {
    /// From the upload's folder of raw files down.
    package let path: RawPath
    /// The size of a file in bytes; absent for folders.
    package let size: Int?

    /// The file of `size` bytes at `path`, or the folder there.
    package init(path: RawPath, size: Int?) {
        self.path = path
        self.size = size
    }

    /// Whether it is a folder.
    package var isFolder: Bool { size == nil }
}

/// A page of all that a folder holds, at any depth. A file holds itself.
///
/// Folders come first, by the bytes of their whole paths, then files, by theirs; in descending order either group is
/// turned around.
package struct RawPageRequest: Hashable, Sendable {
    package let place: RawPlace
    /// Levels below the folder, at least 1; absent means all.
    package let depth: Int?
    package let isDescending: Bool
    /// Positions of the page in the order, from 0.
    package let positions: Range<Int>

    /// The page at `positions`.
    package init(place: RawPlace, depth: Int?, isDescending: Bool, positions: Range<Int>) {
        self.place = place
        self.depth = depth
        self.isDescending = isDescending
        self.positions = positions
    }
}

/// A page of a folder.
package struct RawPage: Hashable, Sendable {
    /// How many files and folders there are on all pages.
    package let total: Int
    /// In order.
    package let items: [RawItem]

    /// `items` of `total`.
    package init(total: Int, items: [RawItem]) {
        self.total = total
        self.items = items
    }
}

/// Pages, and what it took to find them.
package struct RawPages: Sendable {
    package var pages: [RawPageRequest: RawPage] = [:]
    /// How much was looked through, as ``RawListing`` counts.
    package var effort = 0

    /// No page.
    package init() {}
}

/// There is more to look through than was allowed.
package struct TooManyRawFiles: Error, Equatable {
    /// Nothing but that.
    package init() {}
}
