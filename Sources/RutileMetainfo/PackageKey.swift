package import RutileModel

/// Where a package of definitions comes from.
package enum PackageKey: Hashable, Sendable {
    /// A package that comes with this software.
    case builtIn(String)
    /// A package that was added to this installation.
    case installed(String)
    /// The `definitions` of an archive.
    case archive(ArchiveKey)

    /// Whether the package did not come with this software; its sections are read strictly.
    package var isCustom: Bool { if case .builtIn = self { false } else { true } }

    /// Steps from the top of a response to the package.
    package var path: [PathStep] {
        switch self {
        case .builtIn(let name), .installed(let name): [.key("metainfo"), .key(name)]
        case .archive(let key): ArchiveReference.archivePath(key).map(PathStep.key) + [.key("definitions")]
        }
    }

    /// Begins the names of definitions in archives.
    package static let archivePrefix = "entry_id:"

    /// What stands in front of its sections' names: the package's name, or `entry_id:<entry>`.
    var qualifier: String {
        switch self {
        case .builtIn(let name), .installed(let name): name
        case .archive(let key): Self.archivePrefix + key.entry.text
        }
    }
}

/// One step from the top of a response towards a part of it.
package enum PathStep: Hashable, Sendable {
    /// The member of an object.
    case key(String)
    /// The item of a list.
    case index(Int)

    /// The step as paths in text have it.
    package var text: String {
        switch self {
        case .key(let key): key
        case .index(let index): String(index)
        }
    }
}

extension [PathStep] {
    /// The steps in text, joined by `/`.
    package var text: String { map(\.text).joined(separator: "/") }
}

/// Names a section of a package that a ``DefinitionScope`` or its catalogue knows.
///
/// Only the scope that gave an id understands it; ids of built-in and installed sections are the same in all scopes of
/// one catalogue.
package struct SectionID: Hashable, Sendable {
    /// The package, in the order in which the scope came to know them.
    let package: Int
    /// The section, counted depth first through inner sections.
    package let section: Int
}
