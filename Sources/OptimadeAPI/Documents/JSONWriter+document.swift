package import RutileJSON
import RutileModel

extension JSONWriter {
    /// Opens a document and writes what comes before its data; ``endDocument(_:)`` closes it.
    package mutating func beginDocument(_ head: DocumentHead) {
        beginObject()
        key("jsonapi")
        beginObject()
        member("version", "1.1")
        key("meta")
        beginObject()
        member("api", "OPTIMADE")
        member("api-version", OptimadeSettings.apiVersion)
        endObject()
        endObject()
        meta(head)
    }

    /// Writes the links and closes the document.
    package mutating func endDocument(_ head: DocumentHead) {
        key("links")
        beginObject()
        member("base_url", head.baseURL)
        if let itself = head.links.itself { member("self", itself) }
        if let first = head.links.first {
            member("first", first)
            nullable("prev", head.links.previous)
            nullable("next", head.links.next)
            nullable("last", head.links.last)
        }
        endObject()
        endObject()
    }

    private mutating func meta(_ head: DocumentHead) {
        key("meta")
        beginObject()
        member("api_version", OptimadeSettings.apiVersion)
        key("query")
        beginObject()
        member("representation", head.representation)
        endObject()
        member("time_stamp", head.time.optimadeText)
        key("more_data_available")
        bool(head.moreDataAvailable)
        if let count = head.dataReturned { member("data_returned", count) }
        if let count = head.dataAvailable { member("data_available", count) }
        if let id = head.lastID { member("last_id", id) }
        if let delay = head.settings.requestDelay {
            key("request_delay")
            real(delay)
        }
        provider(head.settings.provider)
        implementation(head.settings.implementation)
        if let database = head.settings.database { self.database(database) }
        member("schema", head.schema)
        if !head.warnings.isEmpty { warnings(head.warnings, head.settings.provider.prefix) }
        for (name, value) in head.more.members {
            key(name)
            self.value(value)
        }
        endObject()
    }

    private mutating func provider(_ provider: OptimadeSettings.Provider) {
        key("provider")
        beginObject()
        member("name", provider.name)
        member("description", provider.description)
        member("prefix", provider.prefix)
        if let homepage = provider.homepage { member("homepage", homepage) }
        endObject()
    }

    private mutating func implementation(_ implementation: OptimadeSettings.Implementation) {
        key("implementation")
        beginObject()
        member("name", implementation.name)
        member("version", implementation.version)
        if let homepage = implementation.homepage { member("homepage", homepage) }
        if let source = implementation.sourceURL { member("source_url", source) }
        if let tracker = implementation.issueTracker { member("issue_tracker", tracker) }
        maintainer(implementation.maintainerEmail)
        endObject()
    }

    private mutating func database(_ database: OptimadeSettings.Database) {
        key("database")
        beginObject()
        member("id", database.id)
        if let name = database.name { member("name", name) }
        if let version = database.version { member("version", version) }
        if let description = database.description { member("description", description) }
        if let homepage = database.homepage { member("homepage", homepage) }
        maintainer(database.maintainerEmail)
        endObject()
    }

    private mutating func maintainer(_ email: String?) {
        guard let email else { return }
        key("maintainer")
        beginObject()
        member("email", email)
        endObject()
    }

    private mutating func warnings(_ warnings: [OptimadeWarning], _ prefix: String) {
        key("warnings")
        beginList()
        for (index, warning) in warnings.enumerated() {
            beginObject()
            member("id", String(index + 1))
            member("type", "warning")
            // Codes that are not the standard's begin with the provider's prefix.
            member("code", "_\(prefix)_\(warning.code.rawValue)")
            member("title", warning.code.title)
            member("detail", warning.detail)
            source(warning.parameter)
            endObject()
        }
        endList()
    }

    /// Writes where in the request something is, if that is known.
    mutating func source(_ parameter: String?) {
        guard let parameter else { return }
        key("source")
        beginObject()
        member("parameter", parameter)
        endObject()
    }

    /// Writes a member that is a string.
    package mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes a member that is a whole number.
    package mutating func member(_ name: String, _ number: Int) {
        key(name)
        integer(Int64(number))
    }

    private mutating func nullable(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }
}
