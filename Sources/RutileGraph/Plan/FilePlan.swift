package import NomadAPI

extension ReadPlan {
    /// What is read of a tree of files.
    package struct FilePlan: Hashable, Sendable {
        /// A part of what the folder holds, or the file; absent where only the children are read.
        package let page: Page?
        /// What is read of the entry whose main file this is; absent where nothing is.
        package let entry: DocumentPlan?
        /// What is read of other files and folders.
        package let children: [Child]
        /// What was asked for, in its own words.
        let request: RequestNode

        /// A part of what a folder holds.
        package struct Page: Hashable, Sendable {
            package let config: RequestConfig
            /// Positions from 0, in the order of all that the folder holds.
            package let positions: Range<Int>
        }

        /// Another file or folder, named from here.
        package struct Child: Hashable, Sendable {
            /// The name as written: a path, with `..` and `...` perhaps.
            package let key: String
            package let plan: FilePlan
        }
    }
}

extension Planner {
    /// What `node` reads of files. Only `entry` leads out of them.
    static func files(_ node: RequestNode) throws(GraphProblem) -> ReadPlan.FilePlan {
        var page: ReadPlan.FilePlan.Page?
        if let config = node.ownConfig {
            let places = config.listPlaces ?? ListPlaces(at: node.pointer)
            let positions = try positions(config.listPagination ?? ListPagination(), at: places.pagination)
            page = ReadPlan.FilePlan.Page(config: config, positions: positions)
        }
        var entry: ReadPlan.DocumentPlan?
        var children: [ReadPlan.FilePlan.Child] = []
        for child in node.children where child.node.form != .ignored {
            if child.node.kind == .entry {
                entry = try document(.entry, child.node)
            } else {
                children.append(ReadPlan.FilePlan.Child(key: child.key.text, plan: try files(child.node)))
            }
        }
        return ReadPlan.FilePlan(page: page, entry: entry, children: children, request: node)
    }

    /// Positions of the page of files that is asked for at `pointer`, where an item's id is its position.
    private static func positions(
        _ pagination: ListPagination, at pointer: String
    ) throws(GraphProblem) -> Range<Int> {
        let start: Int
        switch pagination.start {
        case .offset(let offset): start = offset
        case .after(let text):
            guard let last = Int(text), last >= 0, last < .max else {
                throw GraphProblem(
                    .unknownPosition, "Invalid pagination: 'page_after_value' of files is a position from 0.",
                    at: pointer + "/page_after_value")
            }
            start = last + 1
        }
        let (end, isTooLarge) = start.addingReportingOverflow(pagination.size)
        return start..<(isTooLarge ? .max : end)
    }
}
