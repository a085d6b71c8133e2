// swift-tools-version: 6.3
import PackageDescription

// Fuzz targets for libFuzzer, with the address sanitizer. See README.md.
//
// To add one: a folder in Sources with a `FuzzTarget`, and a line at the end of `targets`. Modules/ is hubtap's own
// Sources/ folder, so that the modules are built with coverage counters.

let fuzzing: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-Xllvm", "-sil-disable-pass=bcopts"]),
]

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

/// A module of hubtap.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: fuzzing)
}

/// A program that libFuzzer drives.
func fuzzer(_ name: String, _ modules: [String]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport"] + modules.map { .byName(name: $0) },
        swiftSettings: fuzzing + [.unsafeFlags(["-parse-as-library"])],
        // gold, the default, fails on what the sanitizers add.
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
    )
}

let package = Package(
    name: "Fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        module("TapWire"),
        module("TapFlow", ["TapWire", deque, heap]),
        module("TapObserve", ["TapFlow", "TapWire"]),
        module("TapMail", ["TapObserve", "TapFlow", "TapWire", deque]),
        module("TapRelay", ["TapMail", "TapObserve", "TapFlow", "TapWire"]),
        // The reading of events alone: the rest takes libraries for files and networks.
        .target(
            name: "TapSinks",
            dependencies: ["TapRelay", "TapMail", "TapObserve", "TapFlow", "TapWire"],
            path: "Modules/TapSinks",
            sources: [
                "EVEDecoder.swift", "EVEDecoder+Anomalies.swift", "EVEDecoder+Refusals.swift",
                "EVEDecoder+SMTP.swift", "EVEDecoder+Sessions.swift", "EVEDecoder+TLS.swift",
                "EVEDecoder+Tap.swift", "EVELineError.swift",
            ],
            swiftSettings: fuzzing
        ),
        module("TapCertificates", ["TapMail", "TapWire", asn1, crypto, x509]),
        module("TapTesting", ["TapObserve", "TapFlow", "TapWire"]),
        .target(name: "CTap", path: "Modules/CTap"),
        .systemLibrary(name: "CNetlink", path: "Modules/CNetlink", pkgConfig: "libnl-route-3.0"),
        module("TapLinux", ["TapWire", "CTap", "CNetlink", system]),
        module("TapRing", ["TapWire", "TapLinux", "CTap", system]),
        .systemLibrary(name: "CPcap", path: "Modules/CPcap", pkgConfig: "libpcap"),
        module("TapCapture", ["TapWire", "CPcap", "CTap", system]),
        .target(name: "CFuzzer"),
        .target(name: "FuzzSupport", dependencies: ["CFuzzer"], swiftSettings: fuzzing),
        fuzzer("CaptureFuzzer", ["TapCapture", "TapWire"]),
        fuzzer("CertificateFuzzer", ["TapCertificates", "TapMail"]),
        fuzzer("DNSFuzzer", ["TapWire"]),
        fuzzer("EVEFuzzer", ["TapSinks", "TapRelay", "TapObserve", "TapWire"]),
        fuzzer("FrameFuzzer", ["TapFlow", "TapWire"]),
        fuzzer("InferenceFuzzer", ["TapMail", "TapFlow", "TapWire"]),
        fuzzer("MailFuzzer", ["TapMail", "TapObserve", "TapFlow", "TapWire"]),
        fuzzer("RingFuzzer", ["TapRing", "TapLinux", "TapWire", "CTap"]),
        fuzzer("StreamFuzzer", ["TapTesting", "TapObserve", "TapFlow", "TapWire"]),
        fuzzer("TLSFuzzer", ["TapMail", "TapFlow", "TapWire"]),
    ]
)
