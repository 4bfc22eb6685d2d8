// A run in one call, for programs and tests that use soldout as a library: private servers, the
// workload by one strategy, and the history that was recorded. It judges nothing; that is Checker's.

import Dispatch
public import Drivers
import Foundation
public import History

/// What strategies throw, by the name their signatures use, so that one module is enough to import.
public typealias Failure = Drivers.Failure

extension Workload {
  /// Sells by a strategy, in the catalogue or not, and returns what was recorded.
  ///
  /// Private servers are started and gone afterwards, unless some of your own are given; the
  /// workload's `strategies` and `expect` play no part. Other tasks run on while this one waits.
  ///
  /// - Parameters:
  ///   - strategy: how stock is taken.
  ///   - external: servers of your own, used instead of private ones.
  /// - Returns: the history, read back from the file it was written to.
  /// - Throws: `ServerFailure` where a server can't be started or reached, `FaultRefusal` where a
  ///   fault doesn't fit, `RunFailure` where a phase beside the calls fails. Calls that fail are
  ///   part of the history.
  public func record(
    _ strategy: any Strategy.Type, on external: ExternalServers = ExternalServers()
  ) async throws -> History {
    try await withCheckedThrowingContinuation { continuation in
      // A run blocks its thread until it is over.
      DispatchQueue.global().async {
        continuation.resume(with: Result { try recordBlocking(strategy, on: external) })
      }
    }
  }

  private func recordBlocking(
    _ strategy: any Strategy.Type, on external: ExternalServers
  ) throws -> History {
    _ = try external.scope(of: [strategy.card])
    if let contradiction { throw contradiction }
    let plan = try FaultPlan(
      faults, strategies: [strategy.card], clients: clients, external: external)
    let servers = try Backends(
      strategy.card.needs, external: external, clients: clients, demands: plan.demands)
    defer {
      // What can't be ended now is ended by the watchdog.
      try? servers.stop()
    }
    let file = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max)).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let run = RunPlan(
      self, of: strategy.system, seed: seed ?? .random(), on: servers, demands: plan.demands,
      historyPath: file)
    _ = try run.carryOut(stop: NeverStops()) { _ in }
    return try HistoryFormat.read(try readFile(file), source: name).history
  }
}
