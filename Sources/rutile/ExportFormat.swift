import ArgumentParser
import OptimadeAPI

/// A file format of `rutile export`.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case lines = "optimade-jsonl"
    case csv, cif, poscar, extxyz

    /// Whether a file may hold entries of several types.
    var holdsTypes: Bool { self == .lines }

    /// Whether it holds nothing but structures.
    var isOfStructures: Bool { self != .lines && self != .csv }

    /// Whether it can be told which properties to write.
    var hasFields: Bool { self == .lines || self == .csv }

    /// How the names of files end that hold one structure each; absent where there are no such files.
    var ending: String? {
        switch self {
        case .lines, .csv: nil
        case .cif: ".cif"
        case .poscar: ".vasp"
        case .extxyz: ".xyz"
        }
    }

    /// What writes entries of `types`, with only the attributes `fields` where they are given.
    func writer(_ settings: OptimadeSettings, types: [EntryTypeDefinition], fields: [String]?) -> any ResourceWriter {
        switch self {
        case .lines: ExchangeWriter(settings, types: types, fields: fields)
        case .csv: CSVWriter(fields: fields ?? types.first?.attributeNames ?? [])
        case .cif: CIFWriter()
        case .poscar: POSCARWriter()
        case .extxyz: ExtendedXYZWriter()
        }
    }
}
