/// What an installation tells about itself, and how it answers.
package struct OptimadeSettings: Hashable, Sendable {
    /// Who publishes the data.
    package struct Provider: Hashable, Sendable {
        /// Stands in names of the provider's own properties: `_prefix_name`.
        package var prefix: String
        package var name: String
        package var description: String
        package var homepage: String?

        /// The provider `name`.
        package init(prefix: String, name: String, description: String, homepage: String? = nil) {
            self.prefix = prefix
            self.name = name
            self.description = description
            self.homepage = homepage
        }
    }

    /// The software that answers.
    package struct Implementation: Hashable, Sendable {
        package var name: String
        package var version: String
        package var homepage: String?
        package var sourceURL: String?
        package var issueTracker: String?
        /// Whom to write to.
        package var maintainerEmail: String?

        /// The software `name` of `version`.
        package init(
            name: String, version: String, homepage: String? = nil, sourceURL: String? = nil,
            issueTracker: String? = nil, maintainerEmail: String? = nil
        ) {
            self.name = name
            self.version = version
            self.homepage = homepage
            self.sourceURL = sourceURL
            self.issueTracker = issueTracker
            self.maintainerEmail = maintainerEmail
        }
    }

    /// The data as one of its versions, where a provider has several databases.
    package struct Database: Hashable, Sendable {
        package var id: String
        package var name: String?
        package var version: String?
        package var description: String?
        package var homepage: String?
        /// Whom to write to.
        package var maintainerEmail: String?

        /// The database `id`.
        package init(
            id: String, name: String? = nil, version: String? = nil, description: String? = nil,
            homepage: String? = nil, maintainerEmail: String? = nil
        ) {
            self.id = id
            self.name = name
            self.version = version
            self.description = description
            self.homepage = homepage
            self.maintainerEmail = maintainerEmail
        }
    }

    /// Which version of the protocol is announced.
    package static let apiVersion = "1.2.0"

    package var provider: Provider
    package var implementation: Implementation
    package var database: Database?
    /// What ``DataLicense`` reads; absent when nobody said.
    package var license: String?
    package var defaultPageLimit: Int
    package var maximumPageLimit: Int
    package var propertyDefinitions: PropertyDefinitionStyle
    /// How long clients shall wait between requests, in seconds; absent when they need not.
    package var requestDelay: Double?
    /// The public address of the unversioned base URL, where it is not what requests say.
    package var baseURL: String?

    /// Settings with the defaults of the standard.
    package init(
        provider: Provider, implementation: Implementation, database: Database? = nil, license: String? = nil,
        defaultPageLimit: Int = 20, maximumPageLimit: Int = 500, propertyDefinitions: PropertyDefinitionStyle = .flat,
        requestDelay: Double? = nil, baseURL: String? = nil
    ) {
        self.provider = provider
        self.implementation = implementation
        self.database = database
        self.license = license
        self.defaultPageLimit = defaultPageLimit
        self.maximumPageLimit = maximumPageLimit
        self.propertyDefinitions = propertyDefinitions
        self.requestDelay = requestDelay
        self.baseURL = baseURL
    }

    /// What parameters may be.
    package var parameterRules: ParameterRules {
        ParameterRules(
            prefix: provider.prefix, defaultPageLimit: defaultPageLimit, maximumPageLimit: maximumPageLimit)
    }

    /// The licence in the standard's terms; `nil` when none is set.
    package var dataLicense: DataLicense? { license.flatMap { DataLicense($0) } }
}
