import OptimadeAPI
import RutileJSON
import RutileModel

/// Makes drafts of the lines of an OPTIMADE JSON Lines file. Pure, so that pieces can be read side by side.
struct LinesReader: Sendable {
    let maker: DraftMaker
    let mainfile: String
    let digest: String

    /// What was made of a piece.
    struct Result: Sendable {
        /// Drafts of entries with the numbers of their lines, in order.
        var drafts: [(line: Int, draft: EntryDraft)] = []
        /// Lines that make no entry although they should.
        var failures: [SourceFailure] = []
        /// What was assumed in reading a line, and where.
        var notes: [(line: Int, text: String)] = []
        /// Definitions of properties.
        var properties: [PropertyRecord] = []
        /// The licence in each general information on a database; `nil` where that states none.
        var licenses: [String?] = []
        /// Properties with a prefix that entries have.
        var used: Set<PropertyUse> = []
        /// What values of properties with a prefix look like whose definitions do not say it all.
        var seen: [PropertyUse: ObservedType] = [:]
        /// Attributes without a prefix that the standard does not know.
        var unshown: Set<PropertyUse> = []
        /// Numbers of entries of types that are not served.
        var unserved: [UTF8Key: Int] = [:]
        /// The types that are served, with the properties that were defined so far.
        var types: [EntryTypeDefinition]
        /// What the first line is, if it is in this piece.
        var opening: Opening?
    }

    /// The types that are served, with the properties of the standard.
    static let standardTypes = [EntryTypeDefinition.structures, .references]

    /// What the first line that is not empty says about the file.
    enum Opening: Sendable {
        /// It is the header.
        case header
        /// It is no header, but something else of OPTIMADE's.
        case resource
        /// It is neither.
        case foreign
    }

    /// A property of an entry type.
    struct PropertyUse: Hashable, Sendable {
        let type: UTF8Key
        let name: UTF8Key
    }

    /// Reads the lines of `piece`; `isFirst` says that the file's first line is yet to come. Values are compared with
    /// what `types` say, and info lines in front of them in the piece.
    func read(_ piece: LinePiece, isFirst: Bool, types: [EntryTypeDefinition] = Self.standardTypes) -> Result {
        var result = Result(types: types)
        if let line = piece.tooLong {
            result.failures.append(
                SourceFailure(line: line, "longer than the limit of \(LinePieces.longestLine >> 20) MiB"))
        }
        unsafe piece.bytes.withUnsafeBytes { bytes in
            var line = piece.firstLine
            var start = 0
            while start < bytes.count {
                let end = unsafe bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
                // SAFETY: start < end ≤ bytes.count.
                let text = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                if unsafe !text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                    unsafe take(text, line: line, isFirst: isFirst && result.opening == nil, &result)
                }
                start = end + 1
                line += 1
            }
        }
        return result
    }

    private func take(_ text: UnsafeRawBufferPointer, line: Int, isFirst: Bool, _ result: inout Result) {
        var notes: [String] = []
        do {
            let content = try unsafe OptimadeLine(text, warnings: &notes)
            if isFirst { result.opening = content.opening }
            switch content {
            case .header, .other: result.notes += notes.map { (line, $0) }
            case .information(let license): result.licenses.append(license)
            case .properties(let properties):
                result.notes += notes.map { (line, $0) }
                result.properties += properties
                result.types = result.types.map { type in
                    type.adding(
                        properties.filter { $0.entryType.hasSameUTF8(as: type.name) }.compactMap {
                            // What cannot be read is reported where definitions are gathered.
                            try? PropertyDefinition($0.name, of: $0.entryType, json: $0.definition)
                        })
                }
            case .entry(let resource):
                let type = UTF8Key(resource.type)
                // A position: a definition is large to copy.
                let standard = result.types.firstIndex { $0.name.hasSameUTF8(as: resource.type) }
                if standard == nil { result.unserved[type, default: 0] += 1 }
                for (name, value) in resource.attributes.members {
                    let use = PropertyUse(type: type, name: UTF8Key(name))
                    if name.utf8.first == UInt8(ascii: "_") {
                        result.used.insert(use)
                        if let standard, result.types[standard].isOpen(name) {
                            result.seen[use, default: .unseen].merge(ObservedType(value))
                        }
                    } else if let standard, !result.types[standard].has(name) {
                        result.unshown.insert(use)
                    }
                }
                var draft = try maker.draft(of: resource, mainfile: mainfile, digest: digest)
                draft.record.process.warnings = notes + draft.record.process.warnings
                // The check of structures has looked at the properties of the standard.
                let isStructure = resource.type.hasSameUTF8(as: Resource.structures)
                if let standard {
                    draft.record.process.warnings += result.types[standard].misfits(in: resource.attributes) {
                        !isStructure || $0.utf8.first == UInt8(ascii: "_")
                    }
                }
                result.drafts.append((line, draft))
            }
        } catch {
            if isFirst { result.opening = .foreign }
            result.failures.append(SourceFailure(line: line, error.reason))
        }
    }
}

extension OptimadeLine {
    /// What a file that begins with this line is.
    fileprivate var opening: LinesReader.Opening { if case .header = self { .header } else { .resource } }
}
