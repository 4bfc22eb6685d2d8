// A checkout's files, and what a catalogue and the folder of its entries owe each other, told from the
// text alone: so that it holds for a checkout that was not built, too.

import Foundation
import Testing

/// A checkout, this one or another.
struct Checkout: Sendable {
  let root: URL

  /// The one this test was compiled from.
  static let own = Checkout(
    root: URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent())

  func files(under folder: String, _ suffix: String) -> [SourceFile] {
    let walker = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    let names = (walker?.allObjects as? [String] ?? []).filter { $0.hasSuffix(suffix) }
    return names.sorted().map { SourceFile(path: folder + "/" + $0, in: self) }
  }

  /// The names on the cards under a folder, each with the type that declares it.
  func cards(under folder: String, _ card: String) -> [(type: String, name: String)] {
    files(under: folder, ".swift").flatMap { Self.cards(in: $0.text, card) }
  }

  private static func cards(in text: String, _ card: String) -> [(type: String, name: String)] {
    var (type, cards): (String, [(type: String, name: String)]) = ("", [])
    var isOpen = false
    for line in text.split(separator: "\n") {
      if let match = line.firstMatch(of: /^(?:package )?(?:final )?(?:struct|class) (\w+)/) {
        type = String(match.1)
      }
      if line.contains("\(card)(") { isOpen = true }
      if isOpen, let match = line.firstMatch(of: /name: "([^"]+)"/) {
        cards.append((type, String(match.1)))
        isOpen = false
      }
    }
    return cards
  }

  /// What is wrong between a catalogue and the files under a folder; nothing where each lists the other.
  func faults(of catalogue: String, _ folder: String, _ card: String) -> [String] {
    let listed = SourceFile(path: catalogue, in: self).text.matches(of: /(?m)^ +(\w+)\.self,$/)
      .map { String($0.1) }
    let cards = cards(under: folder, card)
    let declared = Set(cards.map(\.type))
    let missing = declared.subtracting(listed).map { "\($0) is not in \(catalogue)" }
    let lost = Set(listed).subtracting(declared).map { "\($0) has no card under \(folder)" }
    let names = Dictionary(grouping: cards, by: \.name)
    let twice = names.filter { $0.value.count > 1 }.map { "\($0.key) is the name of two" }
    return (missing + lost + twice).sorted()
  }

  /// What is wrong with strategies, faults and the workloads that show them.
  var catalogueFaults: [String] {
    let (strategies, faults) = ("Sources/Harness/Strategies", "Sources/Harness/Faults")
    let workloads = Set(files(under: "workloads", ".yaml").map(\.path))
    let unseen = cards(under: strategies, "StrategyCard").map(\.name)
      .filter { !workloads.contains("workloads/\($0).yaml") }.map { "\($0) has no workload" }
    return self.faults(of: "Sources/Harness/Catalogue.swift", strategies, "StrategyCard")
      + self.faults(of: "Sources/Harness/FaultCatalogue.swift", faults, "FaultCard") + unseen
  }
}

/// One file of a checkout.
struct SourceFile: Sendable, CustomTestStringConvertible {
  let path: String
  private let checkout: Checkout

  init(path: String, in checkout: Checkout = .own) {
    self.path = path
    self.checkout = checkout
  }

  var text: String {
    (try? String(contentsOf: checkout.root.appending(path: path), encoding: .utf8)) ?? ""
  }
  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  var testDescription: String { path }

  /// What is wrong with its name, nil: nothing.
  var nameFault: String? { Self.nameFault(of: URL(filePath: path).lastPathComponent, text) }

  /// `Type.swift` declares that type; `Type+Topic.swift` may extend it. A file of functions has no type
  /// to be named after.
  static func nameFault(of name: String, _ text: String) -> String? {
    let stem = name.dropLast(".swift".count)
    let type = stem.prefix { $0 != "+" }
    let declared = text.matches(
      of: /\b(?:struct|class|enum|protocol|actor|typealias) (\w+)/
    ).map(\.1)
    let extended = text.matches(of: /(?m)^extension \[?(?:\w+\.)*(\w+)/).map(\.1)
    let isAbout = declared.contains(type) || stem.contains("+") && extended.contains(type)
    guard !isAbout, !(declared.isEmpty && extended.isEmpty) else { return nil }
    return "\(name) declares no \(type)"
  }
}
