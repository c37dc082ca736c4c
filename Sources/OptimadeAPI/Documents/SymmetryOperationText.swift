/// The text of a symmetry operation in `space_group_symmetry_operations_xyz`.
package enum SymmetryOperationText {
    /// Whether `text` is three components with commas between them:
    ///
    ///     component  = [sign] axis [sign axis] [sign fraction]  |  [sign] fraction [sign axis [sign axis]]
    ///     axis       = "x" | "y" | "z"
    ///     fraction   = "1/2", thirds, quarters or sixths below 1
    ///
    /// So no component of three axes is one, such as `x+y+z`, which primitive cells of centred lattices need.
    /// Source: OPTIMADE 1.2, appendix "Regular Expression for OPTIMADE symmetry operation".
    package static func isValid(_ text: String) -> Bool {
        let components = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        return components.count == 3 && components.allSatisfy(isComponent)
    }

    private static let fractions = ["1/2", "1/3", "2/3", "1/4", "2/4", "3/4", "1/6", "2/6", "3/6", "4/6", "5/6"]

    private static func isComponent(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        if let first = rest.first, isSign(first) { rest.removeFirst() }
        if takeAxis(&rest) {
            takeSigned(&rest, takeAxis)
            takeSigned(&rest, takeFraction)
        } else if takeFraction(&rest) {
            if takeSigned(&rest, takeAxis) { takeSigned(&rest, takeAxis) }
        } else {
            return false
        }
        return rest.isEmpty
    }

    /// Takes a sign and what `take` takes from the beginning of `rest`, or nothing.
    @discardableResult
    private static func takeSigned(
        _ rest: inout Substring.UTF8View, _ take: (inout Substring.UTF8View) -> Bool
    ) -> Bool {
        guard let first = rest.first, isSign(first) else { return false }
        var behind = rest.dropFirst()
        guard take(&behind) else { return false }
        rest = behind
        return true
    }

    private static func takeAxis(_ rest: inout Substring.UTF8View) -> Bool {
        guard let first = rest.first, (UInt8(ascii: "x")...UInt8(ascii: "z")).contains(first) else { return false }
        rest.removeFirst()
        return true
    }

    private static func takeFraction(_ rest: inout Substring.UTF8View) -> Bool {
        guard fractions.contains(where: { rest.starts(with: $0.utf8) }) else { return false }
        rest.removeFirst(3)
        return true
    }

    private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
}
