// What every mutant owes: an original that is offered and holds up under its conditions, a flaw that
// is really there, and a place in the catalogue.

import Foundation
import Testing

@testable import Harness
@testable import Mutants

private struct Entry: Sendable, CustomTestStringConvertible {
  let type: any Mutant.Type
  var flaw: Flaw { type.flaw }
  var testDescription: String { flaw.name }
  static let all = MutantCatalogue.mutants.map { Entry(type: $0) }
}

@Suite("Every mutant")
struct MutantCatalogueTests {
  @Test("there are at least 40, each under a name of its own")
  func names() {
    #expect(Entry.all.count >= 40)
    #expect(Set(Entry.all.map(\.flaw.name)).count == Entry.all.count)
    #expect(Set(MutantCatalogue.names).isDisjoint(with: Catalogue.names))
  }

  /// Of every single one it is asked for by nobody: a strategy is a file and a line.
  @Test("every kind of correct strategy has one, and none that is wrong already")
  func coverage() {
    let correct = Catalogue.strategies.map { $0.card }.filter { $0.expected == .linearizable }
    let hunted = Entry.all.map { $0.flaw.original.card }
    #expect(Set(hunted.map(\.family)) == Set(correct.map(\.family)))
    #expect(Set(hunted.map(\.name)).isSubset(of: correct.map(\.name)))
  }

  @Test("every file's mutants are catalogued, and nothing else")
  func files() throws {
    let root = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder = root.appending(path: "Sources/Mutants/Strategies").path
    let walker = FileManager.default.enumerator(atPath: folder)
    var declared: [String] = []
    for case let name as String in walker ?? FileManager.DirectoryEnumerator()
    where name.hasSuffix(".swift") {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("struct ") {
        declared.append(String(line.dropFirst("struct ".count).prefix { $0 != ":" }))
      }
    }
    #expect(declared.sorted() == MutantCatalogue.mutants.map { "\($0)" }.sorted())
  }

  @Test("it can be made, so what it alters is there", arguments: Entry.all)
  fileprivate func making(_ entry: Entry) {
    let mutant = entry.type.init()
    #expect(type(of: mutant) == entry.type)
    #expect(entry.type.card.expected == .violation)
    #expect(entry.type.card.needs == entry.flaw.original.card.needs)
    #expect(entry.type.card.feature == entry.flaw.original.card.feature)
    #expect(MutantCatalogue.mutant(named: entry.flaw.name) == entry.type)
  }

  @Test("its original is offered, correct, and made for the conditions", arguments: Entry.all)
  fileprivate func original(_ entry: Entry) throws {
    let (card, conditions) = (entry.flaw.original.card, entry.flaw.conditions)
    #expect(Catalogue.names.contains(card.name))
    #expect(card.expected == .linearizable)
    #expect(conditions.traffic.isSubset(of: card.supports))
    #expect(!entry.flaw.guarantees.isEmpty)
    _ = try FaultPlan(
      conditions.faults, strategies: [card], clients: conditions.clients,
      external: ExternalServers())
  }

  @Test("a mutation that is nowhere in the text is refused")
  func mutation() async {
    #expect(Script("return 1").mutated("1", to: "2").source == "return 2")
    await #expect(processExitsWith: .failure) { _ = Script("return 1").mutated("3", to: "2") }
  }
}
