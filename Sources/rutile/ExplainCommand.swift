import ArgumentParser
import NomadAPI
import RutileGraph
import RutileJSON
import RutileModel
import RutileSQLite
import RutileServer
import RutileStore

/// `rutile explain`: the plan of a graph request.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Print what a graph request would read, without reading it.",
        discussion: "What is to be read, in which order, and at most how much.")

    @Argument(help: "The request's body as a JSON file, or - for standard input.")
    var request: String

    @Option(help: "The id of the user who would ask. Without it, an anonymous caller.")
    var user: String?

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let settings: Settings
        do {
            settings = try options.settings()
        } catch {
            throw ExitCode.after(saying: error.problems, status: 2)
        }
        let body: [UInt8]
        do {
            body = try FileTree.input(request)
        } catch {
            throw ExitCode.after(saying: ["\(request) cannot be read"])
        }
        let installation = try Installation(at: settings.data, create: false)
        var caller = Caller.anonymous
        if let user {
            guard let known = try await installation.records.caller(UserID(user)) else {
                throw ExitCode.after(saying: ["there is no user with the id “\(user)”"])
            }
            caller = known
        }
        do {
            print(try GraphService.explain(body, limits: settings.limits.graph, as: caller))
        } catch let problem as any Problem {
            let place = problem.location.map { " (\($0))" } ?? ""
            throw ExitCode.after(saying: [problem.detail + place])
        }
    }
}
