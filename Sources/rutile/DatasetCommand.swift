import ArgumentParser
import RutileCuration
import RutileImport
import RutileJSON
import RutileModel
import RutileSQLite
import RutileStore

/// `rutile dataset`: named selections of entries.
struct DatasetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dataset", abstract: "Make datasets and say what is in them.",
        discussion: "A dataset is named by its id, or by its name where only one is called so.",
        subcommands: [Create.self, List.self, Show.self, Add.self, Remove.self, Delete.self])

    /// `rutile dataset create NAME`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a dataset; its id is printed.")

        @Argument(help: "Name of the dataset.")
        var name: String
        @Argument(help: "Ids of entries.")
        var entries: [String] = []
        @Option(help: "Id or username of its owner; by default 'local', as for imports.")
        var owner: String?
        @Flag(help: "Only list the entries; they do not name the dataset.")
        var foreign = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, records in
                var caller = Caller.operator
                if let owner {
                    caller = Caller(user: try await records.userID(owner), isAdmin: true, groups: [])
                } else if try await records.users([ImportRequest.localAuthor]).isEmpty {
                    let text = "there is no user 'local', who would own it: name its owner with --owner"
                    throw CurationError.invalid([.init(at: [], text)])
                }
                let dataset = try await curation.createDataset(
                    name, of: entries.map { EntryID($0) }, isOwned: !foreign, as: caller)
                print(dataset.id.text)
            }
        }
    }

    /// `rutile dataset list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List datasets, the oldest first.")

        @Flag(help: "Print a JSON list.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data) { curation, _ in
                let (datasets, _) = try await curation.datasets(DatasetList(), page: Page(size: .max))
                if json { return Curating.print(.list(datasets.map(\.json))) }
                for dataset in datasets {
                    let fields = [
                        dataset.id.text, "\(dataset.entries.count) entries", dataset.owner.text, dataset.name,
                    ]
                    print(fields.joined(separator: "  ").visible)
                }
            }
        }
    }

    /// `rutile dataset show DATASET`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a dataset with its entries.")

        @Argument(help: "Id or name of the dataset.")
        var dataset: String
        @Flag(help: "Print a JSON object.")
        var json = false
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                let record = try await curation.dataset(called: dataset)
                var members = record.json.object ?? ObjectValue()
                members["entries"] = .list(record.entries.map { .string($0.text) })
                if json { return Curating.print(.object(members)) }
                for (name, value) in members.members {
                    print(
                        "\(name): \(value.text ?? value.items?.compactMap(\.text).joined(separator: ", ") ?? "")"
                            .visible)
                }
            }
        }
    }

    /// `rutile dataset add DATASET ENTRY…`
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Add entries to a dataset.")

        @OptionGroup var members: DatasetMembers

        func run() async throws {
            try await members.run { try await $0.edit($1, adding: $2, as: .operator).entries.count }
        }
    }

    /// `rutile dataset remove DATASET ENTRY…`
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Take entries out of a dataset.")

        @OptionGroup var members: DatasetMembers

        func run() async throws {
            try await members.run { try await $0.edit($1, removing: $2, as: .operator).entries.count }
        }
    }

    /// `rutile dataset delete DATASET`
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Delete a dataset; its entries stay.")

        @Argument(help: "Id or name of the dataset.")
        var dataset: String
        @OptionGroup var data: DataOption

        func run() async throws {
            try await Curating.run(in: data, create: false) { curation, _ in
                let id = try await curation.dataset(called: dataset).id
                _ = try await curation.deleteDataset(id, as: .operator)
                print("\(dataset) is deleted".visible)
            }
        }
    }
}

/// A dataset and entries that come to it or leave it.
struct DatasetMembers: ParsableArguments {
    @Argument(help: "Id or name of the dataset.")
    var dataset: String
    @Argument(help: "Ids of entries.")
    var entries: [String]
    @OptionGroup var data: DataOption

    /// Makes `change`, and says how many entries the dataset has then.
    func run(_ change: (Curation, DatasetID, [EntryID]) async throws -> Int) async throws {
        try await Curating.run(in: data, create: false) { curation, _ in
            let id = try await curation.dataset(called: dataset).id
            print("\(dataset) has \(try await change(curation, id, entries.map { EntryID($0) })) entries".visible)
        }
    }
}
