package import OptimadeAPI
import RutileJSON
package import RutileModel

/// What uploads bring to a server besides entries: definitions of properties, and licences.
///
/// Of several definitions of one property the first counts. Published uploads come before others, in the order of their
/// publication, so that nothing which nobody may see changes what everybody sees. Definitions are in the order of their
/// names: indexes are built anew where that changes.
package struct UploadCatalogue: Sendable {
    /// The entry types with all properties.
    package let types: [EntryTypeDefinition]
    private let standard: [EntryTypeDefinition]
    private let uploads: [UploadRecord]
    /// Of each entry type, in order.
    private let brought: [[(upload: UploadID, property: PropertyDefinition)]]

    /// The catalogue of `uploads` with the `properties` that they brought, on top of what `standard` types have.
    package init(
        _ standard: [EntryTypeDefinition], _ uploads: [UploadRecord], properties: [UploadID: [PropertyRecord]]
    ) {
        self.standard = standard
        self.uploads = uploads.sorted(by: Self.precedes)
        var brought = standard.map { _ in [(upload: UploadID, property: PropertyDefinition)]() }
        for upload in self.uploads {
            for property in properties[upload.id] ?? [] {
                // The import has refused definitions that cannot be read, and said so.
                guard let index = standard.firstIndex(where: { $0.name.hasSameUTF8(as: property.entryType) }),
                    let definition = try? PropertyDefinition(
                        property.name, of: property.entryType, json: property.definition)
                else { continue }
                brought[index].append((upload.id, definition))
            }
        }
        self.brought = brought.map { definitions in
            definitions.enumerated().sorted { left, right in
                let names = (UTF8Key(left.element.property.name), UTF8Key(right.element.property.name))
                return names.0 == names.1 ? left.offset < right.offset : names.0 < names.1
            }.map(\.element)
        }
        types = zip(standard, self.brought).map { $0.adding($1.map(\.property)) }
    }

    /// The entry types with the properties of the uploads that `isVisible` names.
    package func types(where isVisible: (UploadID) -> Bool) -> [EntryTypeDefinition] {
        zip(standard, brought).map { type, brought in
            type.adding(brought.filter { isVisible($0.upload) }.map(\.property))
        }
    }

    /// The licence that all uploads have that `isVisible` names; absent where they do not agree, or one has none.
    package func license(where isVisible: (UploadID) -> Bool) -> String? {
        let visible = uploads.filter { isVisible($0.id) }
        guard let license = visible.first?.license, let common = DataLicense(license),
            visible.allSatisfy({ $0.license.flatMap { DataLicense($0) } == common })
        else { return nil }
        return license
    }

    private static func precedes(_ left: UploadRecord, _ right: UploadRecord) -> Bool {
        switch (left.publishTime, right.publishTime) {
        case (let first?, let second?) where first != second: return first < second
        case (.some, nil): return true
        case (nil, .some): return false
        default: return left.createTime != right.createTime ? left.createTime < right.createTime : left.id < right.id
        }
    }
}
