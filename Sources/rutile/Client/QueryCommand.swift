import ArgumentParser
import RutileClient
import RutileJSON
import RutileStore

/// `rutile query`: one request to the graph API.
struct QueryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Send a graph request to Rutile or an installation of NOMAD.",
        discussion: "The answer is printed as JSON. Exit code: 0 it is there, 1 there is none, 2 the request is wrong.")

    @Argument(help: ArgumentHelp("The file with the request, or - for standard input.", valueName: "file"))
    var request: String
    @OptionGroup var options: ServerOptions
    @Flag(help: "Print the answer on many lines, indented.")
    var pretty = false

    func run() async throws {
        let text = try FileTree.input(request)
        let body: Value
        do {
            body = try Value(json: text)
        } catch {
            let place = error.place(in: text)
            throw ExitCode.after(
                saying: ["\(request), line \(place.line), column \(place.column): \(error.reason)"], status: 2)
        }
        let server = try options.server { printError("  \($0)".visible) }
        do {
            let answer = try await GraphQuery(request: body).run(on: server)
            var writer = JSONWriter(pretty: pretty)
            answer.write(to: &writer)
            writer.endLine()
            let output = try FileOutput("-")
            try output.write(writer.takeBytes())
        } catch let error as ClientError {
            throw ExitCode.after(saying: ["\(error)"], status: error.code == .refused ? 2 : 1)
        }
    }
}
