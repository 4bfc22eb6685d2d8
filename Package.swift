// swift-tools-version: 6.2
// The targets are walls, not folders: each exists because the compiler then forbids something
// (docs/ARCHITECTURE.md, "Who may import what").

import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
]
let strictAndSafe = strict + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

let package = Package(
  name: "soldout",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "soldout", targets: ["soldout"]),
    .executable(name: "soldout-lab", targets: ["Lab"]),
    .library(name: "History", targets: ["History"]),
    .library(name: "Checker", targets: ["Checker"]),
    .library(name: "Harness", targets: ["Harness"]),
    // Preloaded into servers whose clock or disk is to misbehave; linked into nothing.
    .library(name: "ServerShim", type: .dynamic, targets: ["CServerShim"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.1.0"),
  ],
  targets: [
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CLibPQ"),
    .systemLibrary(name: "CMariaDB"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CSystem"),
    .systemLibrary(name: "CZlib"),
    .target(name: "CServerShim"),

    .target(name: "History", swiftSettings: strictAndSafe),
    .target(name: "Checker", dependencies: ["History", heap], swiftSettings: strictAndSafe),
    .target(
      name: "Drivers",
      dependencies: [
        "CHiredis", "CLibPQ", "CMariaDB", "COpenSSL", "CSystem", "CZlib", deque, heap,
      ],
      swiftSettings: strict),
    .target(
      name: "Harness", dependencies: ["History", "Drivers", "Yams", deque],
      swiftSettings: strictAndSafe),
    .target(
      name: "Explorer", dependencies: ["History", "Checker", "Drivers", "Harness"],
      swiftSettings: strictAndSafe),
    .target(
      name: "Report", dependencies: ["History", "Checker", histogram],
      swiftSettings: strictAndSafe),
    // What a user doesn't carry home: correct strategies with one thing wrong, to try the harness on.
    .target(
      name: "Mutants",
      dependencies: ["History", "Checker", "Drivers", "Harness", "Explorer", "Report"],
      swiftSettings: strictAndSafe),
    // Every command that is shipped, so that two programs can have them.
    .target(
      name: "Commands",
      dependencies: [
        "History", "Checker", "Drivers", "Harness", "Explorer", "Report", argumentParser,
      ],
      swiftSettings: strictAndSafe, plugins: ["BuildInfo", "BuiltInWorkloads"]),
    .executableTarget(
      name: "soldout", dependencies: ["Commands", argumentParser], swiftSettings: strictAndSafe),
    // `soldout-lab`: mutants are hunted and soldout is measured by it.
    .executableTarget(
      name: "Lab",
      dependencies: [
        "History", "Checker", "Drivers", "Harness", "Explorer", "Report", "Commands", "Mutants",
        argumentParser,
      ],
      swiftSettings: strictAndSafe),
    // What `soldout --version` says of the commit; from a tarball it says nothing.
    .plugin(name: "BuildInfo", capability: .buildTool()),
    // The files under workloads/, so that their names are known in every folder.
    .plugin(name: "BuiltInWorkloads", capability: .buildTool()),

    .target(
      name: "Support", dependencies: ["History", "Checker"], path: "Tests/Support",
      swiftSettings: strict),
    .testTarget(name: "HistoryTests", dependencies: ["History", "Support"], swiftSettings: strict),
    .testTarget(
      name: "CheckerTests", dependencies: ["History", "Checker", "Support"], swiftSettings: strict),
    .testTarget(
      name: "DriversTests", dependencies: ["Drivers", "Support"], swiftSettings: strict),
    .testTarget(
      name: "MutantsTests",
      dependencies: ["Mutants", "Explorer", "Harness", "Report", "History", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "LabTests", dependencies: ["Lab", "Checker", "History", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "HarnessTests", dependencies: ["Harness", "Drivers", "History", "Support"],
      swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "Drivers", "Harness", "History", "Checker", "Explorer", "Report", "Mutants", "Support",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ExplorerTests",
      dependencies: ["Explorer", "Harness", "History", "Checker", "Drivers"],
      swiftSettings: strict),
    // The package under Examples, by its public imports alone, so that it can't fall behind.
    .target(
      name: "Overbooking", dependencies: ["Harness", "Checker", "History"],
      path: "Examples/Sources/Overbooking"),
    .testTarget(
      name: "OverbookingTests", dependencies: ["Overbooking", "Harness", "Checker"],
      path: "Examples/Tests/OverbookingTests"),
    .testTarget(
      name: "CommandLineTests", dependencies: ["soldout", "Lab", "Commands", "Harness", "Support"],
      swiftSettings: strict),
    .testTarget(name: "TidyTests", dependencies: ["Harness"], swiftSettings: strict),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "History", "Checker", "Support"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
