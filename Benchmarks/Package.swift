// swift-tools-version: 6.3
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
    name: "hubtap-benchmarks",
    dependencies: [
        .package(name: "hubtap", path: ".."),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: [
        .target(name: "Stopwatch", swiftSettings: house),
        .target(name: "CAllocations"),
        .executableTarget(
            name: "reassembly-benchmark",
            dependencies: [
                "Stopwatch",
                .product(name: "TapObserve", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "ring-benchmark",
            dependencies: ["CAllocations", .product(name: "TapRing", package: "hubtap")],
            swiftSettings: house
        ),
        .executableTarget(
            name: "frame-ring-benchmark",
            dependencies: [
                .product(name: "TapLinux", package: "hubtap"),
                .product(name: "TapRing", package: "hubtap"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "dump-benchmark",
            dependencies: [
                .product(name: "TapRing", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "capture-benchmark",
            dependencies: [
                .product(name: "TapCapture", package: "hubtap"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "collect-benchmark",
            dependencies: [
                "Stopwatch",
                .product(name: "TapCapture", package: "hubtap"),
                .product(name: "TapObserve", package: "hubtap"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "mail-capture",
            dependencies: [
                .product(name: "TapCapture", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "mail-matrix",
            dependencies: [
                .product(name: "TapMailTesting", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "relay-accuracy",
            dependencies: [
                .product(name: "TapPlaces", package: "hubtap"),
                .product(name: "TapRelay", package: "hubtap"),
                .product(name: "TapRelayTesting", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "mail-load-benchmark",
            dependencies: [
                "CAllocations",
                .product(name: "TapMail", package: "hubtap"),
                .product(name: "TapRelay", package: "hubtap"),
                .product(name: "TapTesting", package: "hubtap"),
            ],
            swiftSettings: house
        ),
    ]
)
