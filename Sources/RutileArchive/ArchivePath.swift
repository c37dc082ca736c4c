/// A way through an archive, as people type it: `run/0/calculation/-1/energy`.
///
/// Each step is a key of an object or an index of a list; negative indices count from the end. Empty steps are left
/// out, so `/run/0/` is `run/0`, and the empty path is the root.
package struct ArchivePath: Sendable, CustomStringConvertible {
    /// The steps, as text.
    package let steps: [String]

    /// The steps of `text` between its slashes.
    package init(_ text: String) { steps = text.split(separator: "/").map(String.init) }

    package var description: String { steps.joined(separator: "/") }
}

extension ArchiveNode {
    /// The node that `path` leads to from here.
    ///
    /// - Throws: ``ArchiveError/noSuchPath(_:)`` with the first part of the path that leads nowhere.
    package func descendant(_ path: ArchivePath) throws(ArchiveError) -> ArchiveNode {
        var node = self
        for (index, step) in path.steps.enumerated() {
            guard let next = try node.step(step) else {
                throw .noSuchPath(path.steps[...index].joined(separator: "/"))
            }
            node = next
        }
        return node
    }

    private func step(_ step: String) throws(ArchiveError) -> ArchiveNode? {
        guard try kind == .list else { return try child(step) }
        guard let index = Int(step) else { return nil }
        return index >= 0 ? try item(index) : try item(count + index)
    }
}
