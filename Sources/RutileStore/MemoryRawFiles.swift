package import RutileModel

/// Raw files that are no more than names and sizes.
package struct MemoryRawFiles: RawFiles {
    /// Sizes of files by their paths.
    private let files: [UploadID: [RawPath: Int]]

    /// Files of these sizes, by their paths.
    package init(_ files: [UploadID: [String: Int]]) {
        self.files = files.mapValues { files in
            Dictionary(files.map { (RawPath(names: [$0]), $1) }) { first, _ in first }
        }
    }

    package func items(at places: Set<RawPlace>) async throws -> [RawPlace: RawItem] {
        var items: [RawPlace: RawItem] = [:]
        for place in places { items[place] = item(at: place) }
        return items
    }

    package func pages(_ requests: Set<RawPageRequest>, within limit: Int) async throws -> RawPages {
        var found = RawPages()
        for request in requests {
            var listing = RawListing(effort: found.effort, limit: limit)
            guard let start = item(at: request.place) else { continue }
            try list(start, request, into: &listing)
            let items = listing.page(request.positions, isDescending: request.isDescending).compactMap { path, _ in
                item(at: RawPlace(request.place.upload, RawPath(names: [path])))
            }
            found.pages[request] = RawPage(total: listing.total, items: items)
            found.effort = listing.effort
        }
        return found
    }

    private func item(at place: RawPlace) -> RawItem? {
        let names = place.path.names
        let files = files[place.upload] ?? [:]
        if let size = files[place.path] { return RawItem(path: place.path, size: size) }
        let isFolder = names.isEmpty || files.keys.contains { $0.names.count > names.count && $0.isBelow(place.path) }
        return isFolder ? RawItem(path: place.path, size: nil) : nil
    }

    private func list(_ start: RawItem, _ request: RawPageRequest, into listing: inout RawListing) throws {
        guard start.isFolder else { return try listing.add(Array(start.path.text.utf8), isFolder: false) }
        let level = start.path.names.count
        let (sum, overflow) = level.addingReportingOverflow(request.depth ?? .max)
        let deepest = overflow ? .max : sum
        var known: Set<RawPath> = []
        for path in (files[request.place.upload] ?? [:]).keys where path.isBelow(start.path) {
            let names = path.names
            for count in (level + 1)..<(names.count + 1) where count <= deepest {
                let part = RawPath(names: names.prefix(count))
                guard known.insert(part).inserted else { continue }
                try listing.add(Array(part.text.utf8), isFolder: count < names.count)
            }
        }
    }
}

extension RawPath {
    /// Whether it lies in `folder`, at any depth.
    fileprivate func isBelow(_ folder: RawPath) -> Bool {
        folder.text.isEmpty || text.utf8.starts(with: (folder.text + "/").utf8)
    }
}
