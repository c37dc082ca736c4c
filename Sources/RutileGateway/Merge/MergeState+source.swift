import RutileClient
import RutileJSON
import RutileQuery

extension MergeState {
    /// How the list of one database stands.
    struct Source: Sendable {
        /// Why nothing more comes.
        enum End: String, Sendable {
            /// All was given.
            case exhausted = "e"
            /// It failed on an earlier page: what it would give now has its place before.
            case failed = "f"
        }

        /// The page that is, or has to be, read, and of which part it is.
        var place = PagePlace.start
        var part = Part.all
        /// Entries of the page, or of everything, that were given.
        var skip = 0
        /// Whether everything is read, and ordered here.
        var isWhole = false
        var end: End?
        /// Marks of the first page and of the one before ``place``, by which a database that repeats itself is known.
        var firstMark: UInt32?
        var previousMark: UInt32?
        /// How many pages were turned, and the mark of the last one whose number is a power of two: by that a database is
        /// known that goes round in a longer circle (Brent's algorithm).
        var turned = 0
        var anchorMark: UInt32?
        /// Marks of the last entries of the page before ``place``: some databases begin a page with these once more.
        var lastMarks: [UInt32] = []
        /// Entries that match, and that there are, as far as known.
        var returned: Int?
        var available: Int?
        /// Whether not everything was read that had to be ordered here, since it is too much.
        var isCut = false

        // What follows is of the page that is being made.

        /// What was read and not given.
        var buffer: [Ranked] = []
        var position = 0
        /// Entries of the page that was read, the repeated ones too.
        var size = 0
        var isLoaded = false
        var next: PagePlace?
        var mark: UInt32?
        var marks: [UInt32] = []
        /// The first page that was read. Its ids are looked at only when a second one comes.
        var firstRead: [ForeignEntry]?
        var seen: Set<UTF8Key> = []
        var last: [Literal?]?
        var emptyPages = 0

        /// At the start.
        init() {}

        /// Goes to the start of `part`.
        mutating func begin(_ part: Part) {
            self.part = part
            place = .start
            skip = 0
            (firstMark, previousMark, anchorMark) = (nil, nil, nil)
            lastMarks = []
            turned = 0
        }
    }

    /// An entry with what it is ordered by.
    struct Ranked: Sendable {
        let entry: ForeignEntry
        let values: [Literal?]
        /// Its position among all entries of its page, or of everything.
        let offset: Int
    }

    /// How many of `entries`, the begin of a page, were the end of the page before, whose last marks are `last`.
    static func overlap(of entries: [ForeignEntry], with last: [UInt32]) -> Int {
        let marks = entries.prefix(last.count).map { mark($0.id) }
        return (1...max(1, marks.count)).last { $0 <= marks.count && marks.prefix($0) == last.suffix($0) } ?? 0
    }

    /// Marks of the last of `entries`, as many as a cursor holds.
    static func lastMarks(_ entries: [ForeignEntry]) -> [UInt32] { entries.suffix(32).map { mark($0.id) } }

    /// 32 bits of `id` by which a page is known again (FNV-1a).
    static func mark(_ id: String) -> UInt32 {
        id.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
