// The explorations under workloads/: each strategy's verdict, and the steps of the shortest schedule
// that breaks it.

import Checker
import Explorer
import Foundation
import History
import Testing

@testable import Harness

/// The workloads that are explored.
private let explorations: [Workload] = {
  let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../workloads").standardizedFileURL.path
  let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return files.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { file in
    guard let text = try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8),
      let workload = try? Workload(
        yaml: text, name: String(file.dropLast(5)), file: file, strategies: Catalogue.names)
    else { return nil }
    return workload.exploration == nil ? nil : workload
  }
}()

/// One strategy of one workload.
private struct Named: Sendable, CustomTestStringConvertible {
  let workload: Workload
  let exploration: Workload.Exploration
  let strategy: String
  var testDescription: String { "\(workload.name), \(strategy)" }

  static let all = explorations.flatMap { workload in
    workload.strategies.compactMap { strategy in
      workload.exploration.map {
        Named(workload: workload, exploration: $0, strategy: strategy)
      }
    }
  }
}

@Suite("Named explorations", .serialized)
struct NamedExplorationTests {
  /// The fewest steps that break a strategy, where something does.
  private static let shortest: [String: Int] = [
    "watch-own-set, watch-own-set": 12,
    "isolation-and-lock, read-before-lock": 14,
    "commit-after-unlock, unlock-before-commit": 14,
    "lease-ends-before-write, lock-simple": 13,
    "double-grant-in-failover, lock-simple": 13,
    "lock-forgotten-in-restart, lock-simple": 12,
    "coupon-last-one, coupon-sismember-sadd": 8,
    "coupon-last-one, coupon-count-insert": 10,
    "coupon-pressed-twice, coupon-sismember-sadd": 8,
    "coupon-pressed-twice, coupon-count-insert": 10,
    "coupon-lost-in-crash, coupon-incr-sadd": 6,
    "order-pressed-twice, order-key-first": 9,
    "order-pressed-twice, order-check-insert": 10,
    "order-sent-again, order-key-first": 3,
  ]

  @Test("there are as many as are told of")
  func names() {
    #expect(
      explorations.map(\.name) == [
        "commit-after-unlock", "coupon-last-one", "coupon-lost-in-crash", "coupon-pressed-twice",
        "double-grant-in-failover", "isolation-and-lock",
        "lease-ends-before-write", "lock-forgotten-in-restart", "lock-kept-in-restart",
        "order-pressed-twice", "order-sent-again",
        "watch-one-set", "watch-own-set", "watch-three-sets",
      ])
    let broken = Named.all.filter { $0.workload.expect[$0.strategy] == .violation }
    #expect(Set(broken.map(\.testDescription)) == Set(Self.shortest.keys))
  }

  @Test("come out as expected, as short as can be", arguments: Named.all)
  fileprivate func verdict(_ named: Named) throws {
    let type = try #require(
      (Catalogue.strategies + ExampleCatalogue.strategies).first { $0.card.name == named.strategy })
    let configuration = Configuration(named.exploration, of: type)
    let expected = named.workload.expect[named.strategy] ?? type.card.expected
    let body = { (exploration: Exploration) in
      let findings = try exploration.carryOut().findings
      #expect(findings.isComplete)
      #expect(findings.verdict == (expected == .violation ? .violation : .linearizable))
      guard let worst = findings.worst else { return }
      let shortest = try exploration.shortest(worst, seconds: 600)
      #expect(shortest.isShortest)
      #expect(shortest.schedule.steps.count == Self.shortest[named.testDescription])
    }
    if configuration.faultBudget.harmsServers {
      try TestServers.withOwnServers(configuration, body)
    } else {
      try body(try TestServers.exploration(configuration, testbeds: 4))
    }
  }
}
