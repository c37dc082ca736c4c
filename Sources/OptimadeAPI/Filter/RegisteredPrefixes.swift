/// Prefixes of the property namespaces that others have registered.
///
/// A snapshot of https://providers.optimade.org (repository Materials-Consortia/providers, commit 0211c74). `exmpl` is
/// left out: nobody owns it.
package enum RegisteredPrefixes {
    /// Without underscores.
    package static let all: Set<String> = [
        "aflow", "aiida", "alexandria", "ccdc", "ccpnc", "cmr", "cod", "daics", "httk", "jarvis", "matcloud",
        "matterverse", "mcloud", "mcloudarchive", "mp", "mpdd", "mpds", "mpod", "nmd", "odbx", "omdb", "optimade",
        "optimake", "oqmd", "pcod", "psdi", "tcod", "twodmatpedia",
    ]
}
