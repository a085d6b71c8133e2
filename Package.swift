// swift-tools-version: 6.3
import PackageDescription

/// The house flags: every Swift target has them.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    // swiftlang/swift#90669: -O loses the bounds trap of s[i + 1] in counted loops; drop with 6.4.
    .unsafeFlags(["-Xllvm", "-sil-disable-pass=bcopts"], .when(configuration: .release)),
]

/// So that what is generic, or small, is specialised over the border of its module.
let inlined: [SwiftSetting] = [
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))
]

/// So that a value is given up behind its last use, not at the end of its scope.
///
/// Nothing here tells the difference, as no object does anything when it goes; counting of references is less.
let brief: [SwiftSetting] = [
    .unsafeFlags(
        ["-Xfrontend", "-enable-lexical-lifetimes=false"],
        .when(configuration: .release)
    )
]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser",
    package: "swift-argument-parser"
)
// Single modules of swift-collections: the whole of it takes minutes to build.
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle",
    package: "swift-service-lifecycle"
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library target under the house flags.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    settings: [SwiftSetting] = []
) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house + settings)
}

/// The tests that stand beside a target, under the same flags.
func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil)
    -> Target
{
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: house)
}

let package = Package(
    name: "hubtap",
    products: [
        .executable(name: "hubtap", targets: ["hubtap"]),
        .executable(name: "hubtap-hub", targets: ["hubtap-hub"]),
        .library(name: "TapObserve", targets: ["TapObserve", "TapFlow", "TapWire"]),
        .library(name: "TapTesting", targets: ["TapTesting"]),
        .library(name: "TapMailTesting", targets: ["TapMailTesting"]),
        .library(name: "TapRelayTesting", targets: ["TapRelayTesting"]),
        .library(name: "TapLinux", targets: ["TapLinux", "TapWire"]),
        .library(name: "TapRing", targets: ["TapRing", "TapWire"]),
        .library(name: "TapCapture", targets: ["TapCapture", "TapWire"]),
        .library(name: "TapRelay", targets: ["TapRelay", "TapMail"]),
        .library(name: "TapPlaces", targets: ["TapPlaces", "TapWire"]),
        .library(name: "TapMail", targets: ["TapMail", "TapObserve", "TapFlow", "TapWire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C: what Swift's importer cannot see.
        .target(name: "CTap"),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(
            name: "CNetlink",
            pkgConfig: "libnl-route-3.0",
            providers: [.apt(["libnl-3-dev", "libnl-route-3-dev"])]
        ),
        .systemLibrary(
            name: "CMaxMind",
            pkgConfig: "libmaxminddb",
            providers: [.apt(["libmaxminddb-dev"])]
        ),

        // Pure: values and state machines; no I/O, no Foundation, no unsafe code.
        library("TapWire", settings: inlined),
        library("TapFlow", ["TapWire", deque, heap], settings: inlined),
        library("TapObserve", ["TapFlow", "TapWire"]),
        library("TapMail", ["TapObserve", "TapFlow", "TapWire", deque]),
        library("TapRelay", ["TapMail", "TapObserve", "TapFlow", "TapWire"], settings: brief),

        // The fence: the only targets that may say unsafe or import C.
        library("TapLinux", ["TapWire", "CTap", "CNetlink", system]),
        library("TapRing", ["TapWire", "TapLinux", "CTap", system]),
        library("TapPlane", ["TapWire", "TapLinux", "CTap", system]),
        library("TapCapture", ["TapWire", "CPcap", "CTap", system], settings: inlined),
        library("TapPlaces", ["TapWire", "CMaxMind", system]),

        // I/O: state and destinations.
        library("TapCertificates", ["TapMail", "TapWire", asn1, crypto, x509]),
        library("TapStore", ["TapObserve", "TapWire", grdb, logging]),
        library(
            "TapSinks",
            [
                "TapRelay", "TapMail", "TapObserve", "TapFlow", "TapWire", "TapStore", "TapCapture",
                crypto, logging, nioCore, nioPosix, system,
            ]
        ),

        // Edge: configuration and the two programs.
        library(
            "TapConfig",
            [
                "TapRelay", "TapMail", "TapObserve", "TapFlow", "TapWire", "TapRing", "TapPlane",
                "TapCapture", "TapPlaces", "TapSinks", yams,
            ]
        ),
        .executableTarget(
            name: "hubtap-hub",
            dependencies: ["TapPlane", "TapRing", "TapLinux", "TapWire", system],
            swiftSettings: house
        ),
        .executableTarget(
            name: "hubtap",
            dependencies: [
                "TapConfig", "TapSinks", "TapStore", "TapCertificates", "TapCapture", "TapPlaces",
                "TapPlane", "TapRing", "TapLinux",
                "TapRelay", "TapMail", "TapObserve", "TapFlow", "TapWire",
                argumentParser, deque, lifecycle, logging, system, unixSignals,
            ],
            swiftSettings: house
        ),

        // Test kit, also for authors of plug-ins.
        library("TapTesting", ["TapWire", "TapFlow", "TapObserve"]),
        // Compares what the mail observer reports with what the kit's dialogues must give.
        library("TapMailTesting", ["TapMail", "TapTesting", "TapObserve", "TapFlow", "TapWire"]),
        // Scores what the rules tell of the kit's company.
        library(
            "TapRelayTesting",
            ["TapRelay", "TapMail", "TapTesting", "TapObserve", "TapFlow", "TapWire"]
        ),

        tests("TapWireTests", ["TapWire", "TapTesting"]),
        tests("TapFlowTests", ["TapFlow", "TapCapture", "TapWire", "TapTesting"]),
        tests(
            "TapObserveTests",
            ["TapObserve", "TapCapture", "TapFlow", "TapWire", "TapTesting"]
        ),
        tests(
            "TapMailTests",
            [
                "TapCertificates", "TapMail", "TapMailTesting", "TapObserve", "TapFlow", "TapWire",
                "TapTesting",
            ],
            resources: [.copy("Fixtures"), .copy("Recordings")]
        ),
        tests(
            "TapCertificatesTests",
            ["TapCertificates", "TapMail", "TapWire", "TapTesting"],
            resources: [.copy("Fixtures")]
        ),
        tests(
            "TapRelayTests",
            [
                "TapRelay", "TapRelayTesting", "TapMail", "TapObserve", "TapFlow", "TapWire",
                "TapTesting",
            ]
        ),
        tests("TapLinuxTests", ["TapLinux", "TapWire", "TapTesting", system]),
        tests("TapRingTests", ["TapRing", "CTap", "TapLinux", "TapWire", system]),
        tests(
            "TapPlaneTests",
            ["TapConfig", "TapCapture", "TapPlane", "TapLinux", "TapWire", "TapTesting", system]
        ),
        tests("TapCaptureTests", ["TapCapture", "TapWire", "TapTesting", system]),
        tests("TapPlacesTests", ["TapPlaces", "TapWire", "TapTesting", system]),
        tests("TapStoreTests", ["TapStore", "TapObserve", "TapWire"]),
        tests(
            "TapSinksTests",
            [
                "TapSinks", "TapStore", "TapCapture", "TapPlaces", "TapRelay", "TapMail",
                "TapObserve", "TapFlow", "TapWire", "TapTesting",
                crypto, nioCore, nioPosix, system,
            ]
        ),
        tests(
            "TapConfigTests",
            [
                "TapConfig", "TapRelay", "TapMail", "TapFlow", "TapRing", "TapPlane", "TapPlaces",
                "TapSinks", "TapTesting", "TapWire",
            ]
        ),
        tests("ExportTests", ["TapRing", "TapTesting", "TapFlow", "TapWire", "hubtap"]),
        tests("LabTests", ["TapWire", "TapLinux", "TapRing", "TapCapture", "TapTesting", system]),
    ]
)
