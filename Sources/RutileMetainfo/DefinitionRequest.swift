package import RutileJSON

/// What is asked for of a definition (`m_def` in graph requests).
package struct DefinitionRequest: Sendable {
    /// One key below a definition, and what is asked for there.
    package struct Child: Sendable {
        /// `quantities`, `sub_sections`, `all_quantities`, an attribute …
        package let key: String
        /// The positions that an index selects in a list of so many items; absent without an index.
        package let positions: (@Sendable (Int) -> Range<Int>)?
        /// What is asked for of each of them.
        package let request: DefinitionRequest

        /// `request` for what stands under `key`.
        package init(
            key: String, positions: (@Sendable (Int) -> Range<Int>)? = nil, request: DefinitionRequest
        ) {
            self.key = key
            self.positions = positions
            self.request = request
        }
    }

    /// How the definition itself is shown; absent where only the children are asked for.
    package var config: DefinitionConfig?
    /// In the order of the request.
    package var children: [Child]

    /// A request for the definition as `config` says, and for what `children` name. Without arguments: the definition
    /// of one section, plain.
    package init(config: DefinitionConfig? = DefinitionConfig(), children: [Child] = []) {
        self.config = config
        self.children = children
    }
}

/// How a definition is shown.
package struct DefinitionConfig: Hashable, Sendable {
    /// Whether the definitions it points at are shown too, and so on.
    package var resolves = false
    /// Levels of definitions below the first one, under ``resolves``; absent means no limit.
    package var depth: Int?
    /// The same in another spelling; absent and 0 mean no limit.
    package var resolveDepth: Int?
    /// Whether the whole package is shown instead.
    package var exportsWholePackage = false
    /// Which definitions are shown, by the path they are placed at.
    package var filter = PathFilter.everything

    /// The defaults: one definition, plain.
    package init() {}

    /// A choice of paths.
    package struct PathFilter: Hashable, Sendable {
        /// Distinguishes filters: equal names must choose equally.
        package let name: String
        /// Whether the definition at `metainfo/<package>/…` or `uploads/…` is shown.
        package let admits: @Sendable (String) -> Bool

        /// Every path.
        package static let everything = PathFilter(name: "") { _ in true }

        /// The paths that `admits` says.
        package init(name: String, admits: @escaping @Sendable (String) -> Bool) {
            self.name = name
            self.admits = admits
        }

        package static func == (left: PathFilter, right: PathFilter) -> Bool {
            left.name.utf8.elementsEqual(right.name.utf8)
        }

        package func hash(into hasher: inout Hasher) { UTF8Key(name).hash(into: &hasher) }
    }
}

/// A piece of an answer with its place.
package struct DefinitionFragment: Sendable, Hashable {
    /// Steps from the top of the response. Lists are padded with null in front.
    package let path: [PathStep]
    /// Objects and lists merge with what stands there; all else replaces it, and is replaced.
    package let value: Value
}

/// What a request for a definition gives.
package struct DefinitionAnswer: Sendable {
    /// Steps from the top of the response to the definition.
    package let path: [PathStep]
    /// What stands in its stead where it was asked for: of an `m_def` its path and id, else the path of a section.
    package let reference: Value
    /// The definitions, in the order in which they are to be placed.
    package let fragments: [DefinitionFragment]
    /// What could not be shown, as messages for the client.
    package let missing: [String]
}
