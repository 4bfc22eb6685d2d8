// swift-tools-version: 6.2
// A package of your own that uses soldout as a library: its strategy, its model, its test.
// Run `swift test` in this folder.

import PackageDescription

let package = Package(
  name: "overbooking",
  platforms: [.macOS(.v15)],
  dependencies: [
    // In a repository of your own: .package(url: "https://…/soldout", from: "0.1.0")
    .package(name: "soldout", path: "..")
  ],
  targets: [
    .target(
      name: "Overbooking",
      dependencies: [
        .product(name: "Harness", package: "soldout"),
        .product(name: "Checker", package: "soldout"),
        .product(name: "History", package: "soldout"),
      ]),
    .testTarget(name: "OverbookingTests", dependencies: ["Overbooking"]),
  ]
)
