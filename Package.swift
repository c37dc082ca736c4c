// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Swift's own libraries are a part of our programs: those run where there is no toolchain, and start in half the time.
/// The linker is the toolchain's own, since only that one can pack the addresses that a program adjusts when it starts:
/// those would take 4 MB of its memory.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-lFoundation",
            "-lFoundationInternationalization", "-lFoundationEssentials", "-l_FoundationICU", "-lCoreFoundation",
            "-l_FoundationCShims", "-l_FoundationCollections",
        ], .when(platforms: [.linux], configuration: .release))
]

/// A target of ours. Its tests, where it has any, are in `Tests/<name>Tests`.
func source(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
        swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "rutile",
    products: [
        .executable(name: "rutile", targets: ["rutile"]),
        // For collections over other back ends: what RutileOptimade's declarations mention comes with it.
        .library(
            name: "RutileOptimade",
            targets: ["RutileOptimade", "OptimadeAPI", "RutileQuery", "RutileModel", "RutileJSON"]),
        // For programs that download: archives, entries of OPTIMADE databases, pieces of the graph.
        .library(name: "RutileClient", targets: ["RutileClient", "RutileJSON"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Libraries in C and C++, behind the smallest interface that serves.
        .systemLibrary(name: "CArgon2"),
        .systemLibrary(name: "CLibArchive"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CBuiltinDefinitions", exclude: ["definitions.jsonl"]),
        .target(name: "CGemmi"),
        .target(name: "CProcess"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CSpglib", linkerSettings: [.linkedLibrary("symspg")]),
        .target(name: "CWebPages"),

        // Vocabulary and languages: pure.
        source("RutileJSON", ["CSimdJSON"]),
        source("RutileModel", ["RutileJSON", crypto]),
        source("RutileQuery", ["RutileModel", "RutileJSON"]),
        source("NomadAPI", ["RutileQuery", "RutileModel", "RutileJSON"]),
        source("OptimadeAPI", ["RutileQuery", "RutileModel", "RutileJSON"]),
        source("RutileMetainfo", ["RutileModel", "RutileJSON", "CBuiltinDefinitions", crypto]),

        // Bytes and data.
        source("RutileArchive", ["RutileModel", "RutileJSON"]),
        source("RutileStore", ["RutileQuery", "RutileModel", "RutileJSON", "CRE2"]),
        source(
            "RutileClient",
            [
                "OptimadeAPI", "RutileMetainfo", "RutileQuery", "RutileModel", "RutileJSON", httpClient, nio, nioHTTP,
                nioPosix,
            ]),
        source("RutileSQLite", ["RutileStore", "RutileModel", "RutileJSON", grdb, sqlite]),
        source("RutileIndex", ["RutileStore", "RutileQuery", "RutileModel", "RutileJSON"]),
        source(
            "RutileBundle",
            ["NomadAPI", "OptimadeAPI", "RutileStore", "RutileArchive", "RutileModel", "RutileJSON"]),

        // Services.
        source(
            "RutileSearch",
            [
                "NomadAPI", "OptimadeAPI", "RutileMetainfo", "RutileStore", "RutileArchive", "RutileQuery",
                "RutileModel", "RutileJSON",
            ]),
        source(
            "RutileGraph",
            [
                "NomadAPI", "RutileSearch", "RutileMetainfo", "RutileStore", "RutileArchive", "RutileModel",
                "RutileJSON",
            ]),
        source(
            "RutileEntries",
            [
                "RutileGraph", "RutileSearch", "NomadAPI", "RutileStore", "RutileArchive", "RutileModel",
                "RutileJSON", "CLibArchive",
            ]),
        source(
            "RutileOptimade",
            ["OptimadeAPI", "RutileStore", "RutileArchive", "RutileQuery", "RutileModel", "RutileJSON"]),
        source(
            "RutileGateway",
            [
                "OptimadeAPI", "RutileClient", "RutileOptimade", "RutileStore", "RutileQuery", "RutileModel",
                "RutileJSON", crypto,
            ]),
        source(
            "RutileImport",
            [
                "NomadAPI", "OptimadeAPI", "RutileStore", "RutileArchive", "RutileMetainfo", "RutileModel",
                "RutileJSON",
                "CGemmi",
                "CSpglib",
                "CLibArchive", "CProcess", crypto, yams,
            ]),

        source("RutileCuration", ["RutileStore", "RutileModel", "RutileJSON"]),

        // Edge and composition root.
        source(
            "RutileServer",
            [
                "RutileGraph", "RutileEntries", "RutileOptimade", "RutileGateway", "RutileCuration", "NomadAPI",
                "OptimadeAPI", "RutileClient", "RutileStore", "RutileModel", "RutileJSON", "CArgon2", "CWebPages",
                "CZlib", crypto, httpTypes, hummingbird, hummingbirdCore, lifecycle, logging, nio, nioHTTP, signals,
                yams,
            ]),
        .executableTarget(
            name: "rutile",
            dependencies: [
                "RutileServer", "RutileGraph", "RutileSearch", "RutileEntries", "RutileOptimade", "RutileCuration",
                "RutileGateway", "NomadAPI", "OptimadeAPI", "RutileImport", "RutileClient",
                "RutileBundle", "RutileIndex", "RutileSQLite", "RutileMetainfo", "RutileArchive", "RutileStore",
                "RutileQuery", "RutileModel", "RutileJSON", "CProcess", arguments, httpClient, logging, nio, nioHTTP,
            ],
            swiftSettings: strict, linkerSettings: selfContained),

        .executableTarget(
            name: "rutile-bench",
            dependencies: [
                "RutileGraph", "RutileSearch", "RutileEntries", "RutileOptimade", "NomadAPI", "OptimadeAPI",
                "RutileSQLite",
                "RutileIndex", "RutileMetainfo", "RutileArchive", "RutileStore", "RutileQuery", "RutileModel",
                "RutileJSON", "RutileTestSupport",
            ],
            path: "Sources/RutileBench", swiftSettings: strict, linkerSettings: selfContained),

        // Tests.
        source("RutileTestSupport", ["RutileStore", "RutileArchive", "RutileQuery", "RutileModel", "RutileJSON"]),
        tests(of: "RutileJSON"),
        tests(of: "RutileQuery", ["RutileModel", "RutileJSON"]),
        tests(of: "NomadAPI", ["RutileTestSupport", "RutileQuery", "RutileModel", "RutileJSON"]),
        tests(of: "OptimadeAPI", ["RutileTestSupport", "RutileQuery", "RutileModel", "RutileJSON"]),
        tests(of: "RutileArchive", ["RutileTestSupport", "RutileModel", "RutileJSON"]),
        .testTarget(
            name: "RutileMetainfoTests",
            dependencies: ["RutileMetainfo", "RutileTestSupport", "RutileArchive", "RutileModel", "RutileJSON"],
            exclude: ["Goldens"], swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        tests(of: "RutileStore", ["RutileTestSupport", "RutileQuery", "RutileModel", "RutileJSON"]),
        tests(
            of: "RutileIndex", ["RutileTestSupport", "RutileStore", "RutileQuery", "RutileModel", "RutileJSON"]),
        tests(of: "RutileSQLite", ["RutileTestSupport", "RutileStore", "RutileModel", "RutileJSON", grdb]),
        tests(
            of: "RutileBundle",
            ["RutileTestSupport", "RutileSQLite", "RutileStore", "RutileArchive", "RutileModel", "RutileJSON", grdb]),
        .testTarget(
            name: "RutileGraphTests",
            dependencies: [
                "RutileGraph", "RutileSearch", "RutileIndex", "NomadAPI", "RutileBundle", "RutileTestSupport",
                "RutileMetainfo",
                "RutileStore",
                "RutileArchive", "RutileModel", "RutileJSON",
            ],
            exclude: ["Golden-differences.txt", "Different-answers.jsonl", "Measured-answers.jsonl"],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        tests(
            of: "RutileSearch",
            [
                "NomadAPI", "RutileTestSupport", "RutileIndex", "RutileBundle", "RutileStore", "RutileArchive",
                "RutileQuery", "RutileModel", "RutileJSON",
            ]),
        tests(
            of: "RutileOptimade",
            [
                "RutileTestSupport", "OptimadeAPI", "RutileIndex", "RutileStore", "RutileArchive", "RutileQuery",
                "RutileModel", "RutileJSON",
            ]),
        tests(of: "RutileClient", ["NomadAPI", "OptimadeAPI", "RutileQuery", "RutileJSON"]),
        tests(
            of: "RutileGateway",
            [
                "RutileClient", "OptimadeAPI", "RutileStore", "RutileQuery", "RutileModel", "RutileJSON",
                "RutileTestSupport",
            ]),
        tests(
            of: "RutileImport",
            [
                "RutileTestSupport", "OptimadeAPI", "RutileMetainfo", "RutileStore", "RutileArchive", "RutileQuery",
                "RutileModel", "RutileJSON",
            ]),
        tests(of: "RutileCuration", ["RutileTestSupport", "RutileStore", "RutileModel", "RutileJSON"]),
        tests(
            of: "RutileServer",
            [
                "RutileCuration", "RutileTestSupport", "RutileGraph", "RutileEntries", "RutileSearch", "RutileIndex",
                "RutileBundle", "RutileMetainfo", "RutileArchive", "RutileOptimade", "RutileGateway", "RutileClient",
                "NomadAPI", "OptimadeAPI", "RutileStore", "RutileModel", "RutileJSON", "CZlib", crypto, httpTypes,
                hummingbird, hummingbirdCore, logging, nio, yams,
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
