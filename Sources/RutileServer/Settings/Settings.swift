package import Logging
package import OptimadeAPI
package import RutileClient
package import RutileGateway
package import RutileGraph
package import RutileModel

/// Everything that can be set, with its value.
///
/// A new value holds the defaults. ``Setting/all`` names each member, says what it means and how its text is read.
package struct Settings: Sendable {
    /// Where the server listens.
    package struct Server: Sendable {
        package var host = "127.0.0.1"
        /// 0 asks the system for a free port.
        package var port = 8080
        /// What stands before `/api/…` in every path: empty, or a path such as `/prod/v1` without a slash at its end.
        package var basePath = ""
        /// Address of the server with its base path, as others see it; empty where it is what requests say.
        package var url = ""
    }

    /// How long people stay logged in.
    package struct Login: Sendable {
        /// Minutes for which a token is good that a login gives.
        package var tokenMinutes = 1_440
        /// Days after which a login cannot be renewed any more.
        package var refreshDays = 30
    }

    /// Who sees what.
    package struct Visibility: Sendable {
        package var userEmail = UserEmailVisibility.members
        package var embargoedMetadata = EmbargoedMetadataVisibility.members
    }

    /// What one request, or one client, may cost.
    package struct Limits: Sendable {
        /// Bytes of a request's body.
        package var bodyBytes = 4 << 20
        /// Requests per second and client, on average; 0 is no limit.
        package var requestsPerSecond = 200
        /// Requests that a client may make at once after a pause.
        package var burst = 400
        /// Seconds until an answer must be ready.
        package var requestSeconds = 30
        /// Bytes of the files that one request brings.
        package var uploadBytes = 32 << 30
        /// Unpublished uploads that an author may have.
        package var unpublishedUploads = 10
        /// Uploads that are processed at once.
        package var uploadJobs = 1
        /// What one graph request may cost.
        package var graph = GraphLimits()
    }

    /// Where references of archives may lead.
    package struct References: Sendable {
        /// Installations whose archives are read, as references name them.
        package var remote: [InstallationID] = []
        /// Bytes of their archives that a request reads in all.
        package var remoteBytes = 16 << 20
        /// Seconds that a request waits for them in all.
        package var remoteSeconds = 10
    }

    /// What is written to the log, and how.
    package struct Log: Sendable {
        package var level = Logger.Level.info
        package var format = LogFormat.text
    }

    /// What the OPTIMADE server tells about itself.
    package struct Optimade: Sendable {
        package var prefix = "rutile"
        package var name = "Rutile"
        package var description = "Materials data served by Rutile."
        /// Empty where there is none.
        package var homepage = ""
        /// Addresses that concern the software; empty where there is none.
        package var implementationHomepage = ""
        package var sourceURL = ""
        package var issueTracker = ""
        /// E-mail address of who runs the server; empty where nobody said.
        package var maintainer = ""
        /// An SPDX identifier or the address of a text; empty where nobody said.
        package var license = ""
        /// Entries of a page, where a request does not say.
        package var pageLimit = 20
        /// Entries of a page at most.
        package var pageLimitMax = 500
        package var propertyDefinitions = PropertyDefinitionStyle.flat
        /// Seconds that clients shall wait between requests; 0 where they need not.
        package var requestDelay = 0
        /// The public address of the unversioned base URL; empty where it is what requests say.
        package var baseURL = ""
        /// Other databases that `/links` names.
        package var links: [DatabaseLink] = []

        /// What the OPTIMADE service is told, as software of `version`.
        package func settings(version: String) -> OptimadeSettings {
            OptimadeSettings(
                provider: OptimadeSettings.Provider(
                    prefix: prefix, name: name, description: description, homepage: homepage.isEmpty ? nil : homepage),
                implementation: OptimadeSettings.Implementation(
                    name: "Rutile", version: version,
                    homepage: implementationHomepage.isEmpty ? nil : implementationHomepage,
                    sourceURL: sourceURL.isEmpty ? nil : sourceURL,
                    issueTracker: issueTracker.isEmpty ? nil : issueTracker,
                    maintainerEmail: maintainer.isEmpty ? nil : maintainer),
                license: license.isEmpty ? nil : license, defaultPageLimit: min(pageLimit, pageLimitMax),
                maximumPageLimit: pageLimitMax, propertyDefinitions: propertyDefinitions,
                requestDelay: requestDelay == 0 ? nil : Double(requestDelay), baseURL: baseURL.isEmpty ? nil : baseURL)
        }
    }

    /// How the gateway asks databases.
    package struct Gateway: Sendable {
        /// What questions may cost, and who may ask which.
        package var limits = GatewaySettings()
        /// Blocks of addresses that are asked although they are not of the internet.
        package var allowedNetworks = AddressRanges()
        /// Base URLs of lists of providers.
        package var providers: [WebAddress] = []
        /// Minutes between two checks of all registered databases; 0 for none.
        package var checkMinutes = 60
        /// The public address of the unversioned base URL; empty where it is what requests say.
        package var baseURL = ""
        /// Bytes of an answer of a database.
        package var bodyBytes = 16 << 20
        /// How often a database that answers 429 or 503 is asked again.
        package var retries = 3
        /// Requests to databases that run at once.
        package var requests = 256
        /// Requests to one server that run at once.
        package var requestsPerServer = 16

        /// What the gateway is told, where requests have `requestSeconds` to be answered.
        package func settings(requestSeconds: Int) -> GatewaySettings {
            var settings = limits
            settings.baseURL = baseURL.isEmpty ? nil : baseURL
            settings.waitSeconds = min(limits.waitSeconds, max(1, requestSeconds - 2))
            return settings
        }
    }

    package var server = Server()
    package var gateway = Gateway()
    package var optimade = Optimade()
    /// The data directory.
    package var data = "./rutile-data"
    package var login = Login()
    package var visibility = Visibility()
    package var limits = Limits()
    package var references = References()
    package var log = Log()

    /// The defaults.
    package init() {}
}
