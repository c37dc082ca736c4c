import ArgumentParser
import RutileJSON
import RutileStore

/// JSON as an argument: the text itself, or `@FILE`, where `@-` is standard input.
struct JSONArgument: ExpressibleByArgument {
    private let text: String

    init(argument: String) { text = argument }

    /// The value; `option` names the argument in errors. One of `words` stands for itself, without quotes.
    ///
    /// - Throws: `ExitCode`.
    func value(of option: String, words: [String] = []) throws -> Value {
        if words.contains(where: { $0.hasSameUTF8(as: text) }) { return .string(text) }
        let isFile = text.utf8.first == UInt8(ascii: "@")
        let bytes = isFile ? try FileTree.input(String(text.dropFirst())) : Array(text.utf8)
        do {
            return try Value(json: bytes)
        } catch {
            let place = error.place(in: bytes)
            throw ExitCode.after(
                saying: ["\(option) is no JSON: line \(place.line), column \(place.column): \(error.reason)"], status: 2
            )
        }
    }
}
