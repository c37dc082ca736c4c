import RutileModel
import RutileStore

extension RecordStoreContract {
    static let lists: [Check] = [
        Check("main files are found by who parsed them, each once, in other uploads") { store in
            try await store.apply(.listed())
            let entries = try await store.entries(Set(["a", "b", "c", "d", "e"].map { EntryID($0) }))
            for parser in ["p1", "p2"] {
                for outside in ["none", "1", "2"] {
                    let found = try await store.mainfiles(
                        parsedBy: parser, outside: UploadID(outside), lookingAt: 100)
                    var wanted: Set<MainfilePlace> = []
                    for entry in entries.values where entry.upload.text != outside {
                        let place = MainfilePlace(upload: entry.upload, path: entry.mainfile)
                        let first = try await store.entries(at: [place])[place]
                        if first.flatMap({ entries[$0] })?.parserName == parser { wanted.insert(place) }
                    }
                    try expect(Set(found), is: wanted, "\(parser) outside of \(outside)")
                    try expect(found.count, is: wanted.count)
                }
            }
            try expect(
                try await store.mainfiles(parsedBy: "none", outside: UploadID("1"), lookingAt: 100), is: [])
            try expect(
                try await store.mainfiles(parsedBy: "x\0", outside: UploadID("x\0"), lookingAt: 100), is: [])
        },
        Check("uploads are those in which somebody has a role, alone or by a group") { store in
            try await store.apply(.listed())
            try expect(
                try await store.ids(of: Caller(user: UserID("u-ada"), isAdmin: true, groups: [])), is: ["1", "4"])
            try expect(
                try await store.ids(of: Caller(user: UserID("u-ben"), isAdmin: false, groups: [])), is: ["1", "2", "4"])
            try expect(
                try await store.ids(of: Caller(user: UserID("u-ada"), isAdmin: false, groups: [GroupID("g-alloys")])),
                is: ["1", "3", "4"])
            try expect(try await store.ids(of: .anonymous), is: ["4"])
            try expect(try await store.ids(of: Caller(user: UserID("x\0"), isAdmin: false, groups: [])), is: ["4"])
        },
        Check("entries are listed in every order, both ways, ties by id") { store in
            try await store.apply(.listed())
            let orders: [(EntryListing.Order, String, String)] = [
                (.createTime, "dcba", "abcd"), (.mainfile, "badc", "cdab"), (.parserName, "acbd", "bdac"),
                (.processStatus, "bcad", "adcb"), (.currentProcess, "acbd", "dbac"),
            ]
            for (order, upwards, downwards) in orders {
                for (direction, wanted) in [(Direction.ascending, upwards), (.descending, downwards)] {
                    func listing(_ start: ListWindow.Start, _ size: Int) -> EntryListing {
                        EntryListing(of: [UploadID("1")], by: order, direction, at: ListWindow(start, size: size))
                    }
                    let all = try await store.page(listing(.offset(0), 9))
                    try expect(all, is: Page(ids: wanted, total: 4, hasMore: false), "\(order) \(direction)")
                    let letters = wanted.map { String($0) }
                    for (number, letter) in letters.enumerated() {
                        let one = try await store.page(listing(.offset(number), 1))
                        try expect(one, is: Page(ids: letter, total: 4, hasMore: number < 3), "\(order) \(direction)")
                        let rest = try await store.page(listing(.after(letter), 9))
                        let behind = letters[(number + 1)...].joined()
                        try expect(rest, is: Page(ids: behind, total: 4, hasMore: false), "\(order) \(direction)")
                    }
                }
            }
        },
        Check("entries of several uploads are one list") { store in
            try await store.apply(.listed())
            let uploads: Set<UploadID> = [UploadID("1"), UploadID("2"), UploadID("none")]
            for (start, wanted) in [
                (ListWindow.Start.offset(0), Page(ids: "dce", total: 5, hasMore: true)),
                (.offset(3), Page(ids: "ba", total: 5, hasMore: false)),
                (.after("c"), Page(ids: "eba", total: 5, hasMore: false)),
            ] {
                try expect(try await store.page(EntryListing(of: uploads, at: ListWindow(start, size: 3))), is: wanted)
            }
        },
        Check("a page of nothing has the total, and one beyond the end too") { store in
            try await store.apply(.listed())
            for (window, hasMore) in [
                (ListWindow(.offset(0), size: 0), true), (ListWindow(.offset(.max), size: 5), false),
                (ListWindow(.offset(4), size: .max), false),
            ] {
                for filter in [EntryListing.Filter(), EntryListing.Filter(mainfile: [try TextPattern(".")])] {
                    let page = try await store.page(EntryListing(of: [UploadID("1")], filter: filter, at: window))
                    try expect(page, is: Page(ids: "", total: 4, hasMore: hasMore))
                }
            }
            try expect(
                try await store.page(EntryListing(of: [], at: ListWindow(.offset(0), size: 5))),
                is: Page(ids: "", total: 0, hasMore: false))
        },
        Check("a page cannot begin behind what is not in the list") { store in
            try await store.apply(.listed())
            for id in ["e", "none", "x\0"] {
                for filter in [EntryListing.Filter(), EntryListing.Filter(mainfile: [try TextPattern(".")])] {
                    let listing = EntryListing(of: [UploadID("1")], filter: filter, at: ListWindow(.after(id), size: 2))
                    try expect(try await store.page(listing), is: nil)
                }
            }
        },
        Check("patterns of one field are any, of several fields all") { store in
            try await store.apply(.listed())
            let filters: [(EntryListing.Filter, String)] = [
                (.init(mainfile: [try TextPattern("^m/2"), try TextPattern("1$")]), "cba"),
                (.init(parserName: [try TextPattern("p2")]), "db"),
                (.init(mainfile: [try TextPattern("m/1")], parserName: [try TextPattern("p1")]), "a"),
                (.init(references: [try TextPattern("doi")]), "ca"),
                (.init(mainfile: [try TextPattern("M")]), ""),
            ]
            for (filter, wanted) in filters {
                let listing = EntryListing(of: [UploadID("1")], filter: filter, at: ListWindow(.offset(0), size: 9))
                try expect(
                    try await store.page(listing), is: Page(ids: wanted, total: wanted.count, hasMore: false), wanted)
            }
            let page = EntryListing(
                of: [UploadID("1")], filter: .init(references: [try TextPattern("doi")]), by: .mainfile, .descending,
                at: ListWindow(.offset(0), size: 1))
            try expect(try await store.page(page), is: Page(ids: "c", total: 2, hasMore: true))
        },
        Check("datasets are known by their owner and by the entries that name them") { store in
            try await store.apply(.listed())
            try expect(try await store.datasets(of: UserID("u-ada")).map(\.id.text), is: ["d-1", "d-2"])
            try expect(try await store.datasets(of: UserID("nobody")), is: [])
            let (first, second) = (DatasetID("d-1"), DatasetID("d-2"))
            let naming = [first: [EntryID("a"), EntryID("b")], second: [EntryID("b")]]
            try expect(try await store.entries(naming: [first, second, DatasetID("none\0")]), is: naming)
            try expect(
                try await store.datasets(namedBy: [EntryID("a"), EntryID("b"), EntryID("c"), EntryID("none\0")]),
                is: [EntryID("a"): [first, first], EntryID("b"): [first, second]])
            var change = RecordChange(existing: .replace)
            var entry = EntryRecord.listed("b", "m/1", "p2", time: 3)
            entry.datasets = [second]
            change.entries = [.init(entry)]
            change.removedEntries = [EntryID("a")]
            try await store.apply(change)
            try expect(try await store.entries(naming: [first, second]), is: [second: [EntryID("b")]])
            change = RecordChange(existing: .replace)
            change.removedUploads = [UploadID("1")]
            try await store.apply(change)
            try expect(try await store.entries(naming: [first, second]), is: [:])
        },
        Check("groups come in the order of ids") { store in
            try await store.apply(.listed())
            try expect(try await store.groups().map(\.id.text), is: ["g-alloys", "g-solo"])
            try expect(try await store.groups().first, is: .alloys)
        },
    ]
}

/// A page, its entries by their ids of one letter. What is listed as places is the same page with less of each.
private struct Page: Equatable {
    let ids: String
    let total: Int
    let hasMore: Bool
}

extension RecordStore {
    fileprivate func ids(of member: Caller) async throws -> [String] {
        try await uploads(of: member).map(\.id.text)
    }

    fileprivate func page(_ listing: EntryListing) async throws -> Page? {
        let page = try await entries(listing)
        var ofPlaces = listing
        ofPlaces.isOfPlaces = true
        let places = try await entries(ofPlaces)
        try expect(places?.records, is: page?.records.map(\.place))
        try expect(places?.total, is: page?.total)
        try expect(places?.hasMore, is: page?.hasMore)
        return page.map { Page(ids: $0.records.map(\.id.text).joined(), total: $0.total, hasMore: $0.hasMore) }
    }
}

extension RecordChange {
    /// Four uploads with members of every kind; entries `a` to `d` in the first and `e` in the second; two datasets.
    fileprivate static func listed() -> RecordChange {
        var change = RecordChange(existing: .refuse)
        change.users = [.ada, .ben]
        change.groups = [
            GroupRecord(id: GroupID("g-solo"), name: "Solo", members: [.init(user: UserID("u-ben"), role: .owner)]),
            .alloys,
        ]
        func upload(_ id: String, _ author: String) -> UploadRecord {
            UploadRecord(id: UploadID(id), name: id, createTime: Timestamp(microseconds: 0), mainAuthor: UserID(author))
        }
        var shared = upload("1", "u-ada")
        shared.coauthors = [UserID("u-ben")]
        var byGroup = upload("3", "u-cyd")
        byGroup.coauthorGroups = [GroupID("g-alloys")]
        var open = upload("4", "u-cyd")
        open.reviewerGroups = [.all]
        change.users.append(UserRecord(id: UserID("u-cyd"), username: "cyd"))
        change.uploads = [shared, upload("2", "u-ben"), byGroup, open]
        var first = EntryRecord.listed("a", "m/1", "p1", time: 4)
        var second = EntryRecord.listed("b", "l/1", "p2", time: 3)
        var third = EntryRecord.listed("c", "m/2", "p1", time: 2)
        var fourth = EntryRecord.listed("d", "m/11x", "p2", time: 1)
        first.references = ["https://doi.example/1", "x"]
        third.references = ["doi:2"]
        first.datasets = [DatasetID("d-1"), DatasetID("d-1")]
        second.datasets = [DatasetID("d-1"), DatasetID("d-2")]
        first.process.status = .success
        fourth.process.status = .success
        second.process.status = .failure
        third.process.status = .ready
        second.process.current = "process"
        fourth.process.current = "waiting"
        let elsewhere = EntryRecord.listed("e", "m/1", "p1", upload: "2", time: 2)
        change.entries = [first, second, third, fourth, elsewhere].map { .init($0) }
        change.datasets = ["d-2", "d-1", "d-3"].map { id in
            DatasetRecord(id: DatasetID(id), name: id, owner: UserID(id == "d-3" ? "u-ben" : "u-ada"), type: "owned")
        }
        return change
    }
}

extension EntryRecord {
    fileprivate static func listed(
        _ id: String, _ mainfile: String, _ parser: String, upload: String = "1", time: Int64
    ) -> EntryRecord {
        EntryRecord(
            id: EntryID(id), upload: UploadID(upload), mainfile: mainfile, parserName: parser,
            createTime: Timestamp(microseconds: time))
    }
}
