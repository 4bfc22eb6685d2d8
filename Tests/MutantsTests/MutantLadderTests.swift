// The ladder of configurations, for every mutant there is: what its card says must go wrong is in
// reach, and nothing that its original does not bear.

import Foundation
import History
import Testing

@testable import Explorer
@testable import Harness
@testable import Mutants

private struct Entry: Sendable, CustomTestStringConvertible {
  let type: any Mutant.Type
  var testDescription: String { type.flaw.name }
  static let all = MutantCatalogue.mutants.map { Entry(type: $0) }
}

@Suite("The ladder of a mutant")
struct MutantLadderTests {
  @Test(
    "is within three clients of two calls each, and stands on fit configurations",
    arguments: Entry.all)
  fileprivate func size(_ entry: Entry) {
    let rungs = MutantLadder.rungs(of: entry.type)
    #expect(rungs.count >= 6)
    for rung in rungs {
      let configuration = rung.configuration
      #expect(configuration.clients <= MutantLadder.mostClients)
      #expect(configuration.script.allSatisfy { $0.count <= 2 })
      #expect(configuration.guarantees == entry.type.flaw.guarantees)
      if MutantLadder.obstacle(to: entry.type) == nil { #expect(configuration.unfitness == nil) }
    }
  }

  @Test("has only calls that the original is made for", arguments: Entry.all)
  fileprivate func traffic(_ entry: Entry) {
    let supports = entry.type.flaw.original.card.supports
    for rung in MutantLadder.rungs(of: entry.type) where rung.configuration.clients > 1 {
      for call in rung.configuration.script.joined() {
        if case .take(let units) = call, units > 1 { #expect(supports.contains(.severalUnits)) }
        if case .restock = call { #expect(supports.contains(.restocks)) }
      }
    }
  }

  @Test("lets go wrong what the card says, each after it was tried without", arguments: Entry.all)
  fileprivate func faults(_ entry: Entry) {
    let rungs = MutantLadder.rungs(of: entry.type)
    let allowed = rungs.reduce(into: Set<String>()) { names, rung in
      names.formUnion(rung.configuration.faultBudget.settings)
    }
    #expect(rungs[0].configuration.faultBudget.isNone)
    if MutantLadder.obstacle(to: entry.type) == nil {
      #expect(allowed == Self.expected(of: entry.type.flaw))
    }
    for rung in rungs {
      #expect((rung.configuration.lease != nil) == (rung.configuration.faultBudget.lapses > 0))
    }
  }

  /// What a flaw's conditions come to, by their names alone.
  private static func expected(of flaw: Flaw) -> Set<String> {
    switch flaw.conditions.name {
    case "lost-replies", "lost-orders": ["losses=1"]
    case "cut-off": ["losses=1", "disconnects=1"]
    case "killed-database": ["postgres-restarts=1"]
    case "lost-lock", "lost-inside":
      flaw.guarantees == .stock ? ["expiries=1", "lapses=1"] : ["lapses=1"]
    case "outlasted", "late-majority": ["lapses=1"]
    case "lost-by-clock", "one-clock-ahead": ["expiries=1"]
    case "lost-in-failover": ["failovers=1"]
    default:
      ([.lock, .wrongOrder, .lockAndSecondLine, .mysqlLock] as [StrategyCard.Family?])
        .contains(flaw.original.card.family)
        // One refused by lock-simple is turned away.
        && flaw.original.card.name != "lock-simple" ? ["delays=3"] : []
    }
  }

  @Test("is not climbed where the card has a fault that is no choice, or too many, and says why")
  func obstacles() {
    let left = MutantCatalogue.mutants.compactMap { mutant in
      MutantLadder.obstacle(to: mutant).map { "\(mutant.flaw.name) \($0)" }
    }
    let partition = "takes a partition, which no exploration can choose"
    #expect(
      left == [
        "redlock.of-three takes two servers that forget, and with two of five its original has "
          + "more schedules than can be walked",
        "redlock.silence-is-grant \(partition)", "redlock.majority-of-answers \(partition)",
      ])
  }

  @Test("is the originals' too, each configuration once, for all that is promised there")
  func originals() throws {
    let names = ["lock-optimistic.owner-without-thread", "lock-optimistic.no-version"]
    let rungs = try names.flatMap {
      MutantLadder.rungs(of: try #require(MutantCatalogue.mutant(named: $0))).prefix(2)
    }
    let originals = MutantLadder.ofOriginals(rungs)
    #expect(rungs.count == 4 && originals.count == 2)
    for rung in originals {
      #expect(rung.configuration.name == "lock-optimistic")
      #expect(rung.configuration.guarantees == [.stock, .exclusion])
    }
  }

  @Test("a walk that is bounded leaves no order out", arguments: Entry.all)
  fileprivate func bounds(_ entry: Entry) {
    for rung in MutantLadder.rungs(of: entry.type) {
      #expect(
        rung.search == .exhaustive(reduces: rung.preemptions == nil, preemptions: rung.preemptions))
    }
  }
}
