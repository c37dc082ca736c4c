import FoundationEssentials
import Glibc
import RutileModel
import RutileStore
import RutileTestSupport
import Synchronization
import Testing

/// Raw files, in memory and in folders.
@Suite struct RawFilesTests {
    private static let upload = UploadID("up")
    private static let files = [
        "b.txt": 2, "a/one": 1, "a/two": 22, "a-b/x": 3, "a/c/deep": 4, "a.txt": 0, "a b/é.txt": 5, "Z": 6,
    ]
    private let folder: TemporaryDirectory
    private let raw: String

    init() throws {
        folder = try TemporaryDirectory()
        raw = DataDirectory(folder.path).rawFolder(of: Self.upload)
        for (path, size) in Self.files {
            try FileTree.makeFolder(FileTree.parent(of: raw + "/" + path))
            try FileTree.write(Array(repeating: 1, count: size), to: raw + "/" + path)
        }
    }

    private var stores: [any RawFiles] {
        [MemoryRawFiles([Self.upload: Self.files]), RawFolders(DataDirectory(folder.path))]
    }

    @Test func noFileWaitsForLists() async throws {
        for number in 0..<5_000 { try Data().write(to: URL(filePath: raw + "/empty-\(number)")) }
        let store = RawFolders(DataDirectory(folder.path))
        let request = RawPageRequest(
            place: RawPlace(Self.upload, RawPath(names: [])), depth: nil, isDescending: false, positions: 0..<10_000)
        let listed = Counter()
        try await withThrowingTaskGroup { group in
            for _ in 0..<64 {
                group.addTask {
                    _ = try await store.pages([request], within: 1_000_000)
                    listed.value.add(1, ordering: .relaxed)
                }
            }
            // All of them are there before the file is asked for.
            try await Task.sleep(for: .milliseconds(50))
            let before = listed.value.load(ordering: .relaxed)
            _ = try #require(try await store.open(place("a.txt")))
            #expect(listed.value.load(ordering: .relaxed) - before < 8)
            try await group.waitForAll()
        }
    }

    private func place(_ path: String) -> RawPlace { RawPlace(Self.upload, RawPath(names: [path])) }

    private func page(
        _ path: String = "", depth: Int? = nil, isDescending: Bool = false, _ positions: Range<Int> = 0..<100,
        of store: any RawFiles
    ) async throws -> RawPage? {
        let request = RawPageRequest(
            place: place(path), depth: depth, isDescending: isDescending, positions: positions)
        return try await store.pages([request], within: 1_000).pages[request]
    }

    @Test func foldersComeFirstThenFilesEachByTheirWholePaths() async throws {
        for store in stores {
            let page = try await page(of: store)
            #expect(page?.total == 12)
            #expect(
                page?.items.map(\.path.text) == [
                    "a", "a b", "a-b", "a/c", "Z", "a b/é.txt", "a-b/x", "a.txt", "a/c/deep", "a/one", "a/two", "b.txt",
                ])
            #expect(page?.items.map(\.size) == [nil, nil, nil, nil, 6, 5, 3, 0, 4, 1, 22, 2])
        }
    }

    @Test func eitherGroupIsTurnedAround() async throws {
        for store in stores {
            let page = try await page(isDescending: true, 2..<6, of: store)
            #expect(page?.items.map(\.path.text) == ["a b", "a", "b.txt", "a/two"])
            #expect(page?.total == 12)
        }
    }

    @Test func aDepthLimitsLevelsAndAPageMayLieBeyondTheEnd() async throws {
        for store in stores {
            #expect(try await page("a", depth: 1, of: store)?.items.map(\.path.text) == ["a/c", "a/one", "a/two"])
            #expect(try await page("a", depth: 2, of: store)?.total == 4)
            #expect(try await page(depth: .max, of: store)?.total == 12)
            #expect(try await page("a", 7..<Int.max, of: store) == RawPage(total: 4, items: []))
            #expect(try await page("a", 2..<2, of: store) == RawPage(total: 4, items: []))
        }
    }

    @Test func aFileHoldsItselfAndNothingHoldsNothing() async throws {
        for store in stores {
            #expect(try await page("a/two", of: store)?.items == [RawItem(path: RawPath(names: ["a/two"]), size: 22)])
            #expect(try await page("a/three", of: store) == nil)
            #expect(try await page("a/two/x", of: store) == nil)
        }
    }

    @Test func placesAreFilesFoldersOrAbsent() async throws {
        let wanted: [(String, Int?)] = [("", nil), ("a", nil), ("a/c", nil), ("a/c/deep", 4), ("Z", 6)]
        let absent = ["z", "a/", "a/c/deep/x", "a/\0", "a\0", "..", "a/../Z", ".", "a b/e\u{301}.txt", "\n"]
        for store in stores {
            let places = Set((wanted.map(\.0) + absent).map(place))
            let items = try await store.items(at: places)
            for (path, size) in wanted { #expect(items[place(path)]?.size == .some(size), "\(path)") }
            for path in absent where path != "a/" { #expect(items[place(path)] == nil, "\(path)") }
        }
    }

    @Test func anUploadWithoutFilesIsAnEmptyFolder() async throws {
        for store in stores {
            for upload in ["other", "../up", "", "a/b"] {
                let place = RawPlace(UploadID(upload), .root)
                let request = RawPageRequest(place: place, depth: nil, isDescending: false, positions: 0..<9)
                #expect(try await store.items(at: [place])[place]?.isFolder == true)
                #expect(try await store.pages([request], within: 9).pages[request] == RawPage(total: 0, items: []))
            }
        }
    }

    @Test func whatIsLookedThroughIsBounded() async throws {
        for store in stores {
            let requests = ["", "a"].map {
                RawPageRequest(place: place($0), depth: nil, isDescending: false, positions: 0..<1)
            }
            #expect(try await store.pages(Set(requests), within: 16).effort == 16)
            await #expect(throws: TooManyRawFiles.self) { try await store.pages(Set(requests), within: 15) }
        }
    }

    @Test func linksAreNotFollowedAndNotThere() async throws {
        let outside = folder.path + "/outside"
        try FileTree.makeFolder(outside)
        try FileTree.write([1, 2, 3], to: outside + "/secret")
        for (link, target) in [("link", outside), ("a/up", ".."), ("file", outside + "/secret"), ("loop", "loop")] {
            try FileManager.default.createSymbolicLink(atPath: raw + "/" + link, withDestinationPath: target)
        }
        let store = RawFolders(DataDirectory(folder.path))
        #expect(try await page(of: store)?.total == 12)
        for path in ["link", "link/secret", "a/up", "a/up/Z", "file", "loop"] {
            #expect(try await store.items(at: [place(path)]).isEmpty, "\(path)")
            #expect(try await page(path, of: store) == nil, "\(path)")
        }
    }

    @Test func namesThatAreNoTextAreLeftOut() async throws {
        let path: [CChar] = raw.utf8.map { CChar(bitPattern: $0) } + [0x2F, -1, -2, 0]
        let file = open(path, O_CREAT | O_WRONLY, 0o600)
        try #require(file >= 0)
        close(file)
        #expect(try await page(of: RawFolders(DataDirectory(folder.path)))?.total == 12)
    }

    @Test func aDeepPathIsAbsentNotAFailure() async throws {
        let deep = Array(repeating: "a", count: 10_000).joined(separator: "/")
        let long = String(repeating: "x", count: 100_000)
        for store in stores {
            #expect(try await store.items(at: [place(deep), place(long)]).isEmpty)
        }
    }

    @Test func aLargeFolderIsReadInPages() async throws {
        let many = raw + "/many"
        try FileTree.makeFolder(many)
        for number in 0..<20_000 {
            let file = open(many + "/f\(number)", O_CREAT | O_WRONLY, 0o600)
            close(file)
        }
        let store = RawFolders(DataDirectory(folder.path))
        let request = RawPageRequest(place: place("many"), depth: nil, isDescending: false, positions: 19_998..<20_010)
        let found = try await store.pages([request], within: 20_000)
        #expect(found.pages[request]?.items.map(\.path.text) == ["many/f9998", "many/f9999"])
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.pages([request], within: 20_000)
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }
}

private final class Counter: Sendable {
    let value = Atomic(0)
}
