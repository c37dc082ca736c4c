import ArgumentParser
import RutileImport

/// Reads foreign files for an importer that started this process; not for people.
struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "_parse", shouldDisplay: false)

    func run() { ParseService.run() }
}
