// What every fault owes, whoever writes it: it fires, is noted from start to end, is healed before
// the final reads, and leaves nothing behind.

import Drivers
import History
import Report
import Testing

@testable import Harness

/// A fault of the catalogue, named in test output.
struct FaultEntry: Sendable, CustomTestStringConvertible {
  let type: any Fault.Type
  var card: FaultCard { type.card }
  var testDescription: String { card.name }
  static let all = FaultCatalogue.faults.map { FaultEntry(type: $0) }

  /// Parameters that let it strike six clients soon.
  var given: [FaultSpec.Given] {
    [FaultSpec.Given("first", "50ms"), FaultSpec.Given("every", "150ms")]
      + (type == ConnectionLimit.self ? [FaultSpec.Given("connections", "9")] : [])
  }

  /// A strategy that the fault fits: with a lock where clients are struck, with few servers where
  /// servers are.
  var strategy: (any Strategy.Type)? {
    if type == ConnectionLimit.self { return NamedLock.self }
    let first: any Strategy.Type = card.reach == .clients ? LockRedisson.self : RedisLua.self
    return ([first] + Catalogue.strategies).first {
      card.fits.isDisjoint(with: $0.card.needs) == false
    }
  }
}

@Suite("Every fault", .serialized)
struct FaultContractTests {
  @Test("fires, is noted, is healed, and leaves nothing behind", arguments: FaultEntry.all)
  func contract(_ entry: FaultEntry) throws {
    let strategy = try #require(entry.strategy)
    let spec = try FaultSpec(name: entry.card.name, given: entry.given)
    let workload = Workload(
      name: "contract", strategies: [strategy.card.name], clients: 6, items: 2, stock: 10_000,
      extent: .duration(.milliseconds(600)), faults: [spec])
    let trial = try FaultTrial(workload, strategy)
    let spans = trial.spans.filter { $0.fault == entry.card.name }
    #expect(!spans.isEmpty, "it never fired")
    #expect(trial.result.tally.faults == trial.spans.count)
    let lastReads = trial.history.operations.suffix(2)
    #expect(lastReads.allSatisfy { $0.function == "read" && $0.outcome == .ok })
    let firstRead = try #require(lastReads.first?.call.rank)
    for span in spans {
      let end = try #require(span.end, "\(span.fault) was never ended")
      #expect(end.moment.rank < firstRead, "\(span.fault) ended after the final reads")
    }
  }

  /// Faults that pick a server, on strategies with several.
  private static let ofSeveral: [(String, String)] = [
    ("partition:for=30ms", "cluster-2"), ("latency:delay=1ms,for=50ms", "cluster-3"),
    ("reply-loss", "cluster-1"), ("server-pause:for=30ms", "cluster-2"),
    ("partition:for=30ms", "postgres-2"), ("reply-loss", "postgres-1"),
    ("latency:delay=1ms,for=50ms", "redis-5"), ("connection-kill", "redis-3"),
  ]

  @Test("strikes the one server of several that is named", arguments: ofSeveral)
  func named(_ fault: String, _ server: String) throws {
    let strategy: any Strategy.Type =
      server.hasPrefix("cluster")
      ? RedisLuaCluster.self : server.hasPrefix("postgres") ? Saga.self : LockRedlock.self
    let separator = fault.contains(":") ? "," : ":"
    let spec = try FaultSpec(
      text: "\(fault)\(separator)server=\(server),first=30ms,every=60ms")
    let workload = Workload(
      name: "named", strategies: [strategy.card.name], clients: 6, items: 4, stock: 10_000,
      extent: .duration(.milliseconds(400)), faults: [spec])
    let trial = try FaultTrial(workload, strategy)
    #expect(!trial.spans.isEmpty, "it never fired")
    for span in trial.spans { #expect(span.start.value["server"] == .string(server)) }
  }

  @Test("says what it does within a terminal's width", arguments: FaultEntry.all)
  func card(_ entry: FaultEntry) {
    #expect(entry.card.name.count <= 20 && entry.card.summary.count <= 66)
    #expect(Set(entry.card.parameters.map(\.name)).count == entry.card.parameters.count)
    for parameter in entry.card.parameters {
      if let standard = parameter.standard {
        #expect(parameter.refusal(of: standard) == nil, "\(parameter.name)=\(standard)")
      }
    }
  }
}
