// The columns of a comparison under faults: every strategy under every fault that fits it, and a
// reason for every pair that is left out. Faults that can't be injected here are refused before
// anything starts.

import Drivers
import Foundation
import Harness
import Report

struct FaultColumns {
  private(set) var entries: [TableEntry] = []
  private(set) var omissions: [Comparison.Omission] = []

  /// Faults as on the command line: names, with parameters or without.
  init(
    _ texts: [String], strategies: [any Strategy.Type], profile: ComparisonProfile,
    external: ExternalServers
  ) throws {
    for text in texts {
      let spec: FaultSpec
      do throws(FaultSpec.Refusal) {
        spec = try FaultSpec(text: text)
      } catch {
        throw CLIError(error.message, .usage)
      }
      let misfits = strategies.filter { spec.invalid($0.card) != nil }
      if !misfits.isEmpty {
        omissions.append(
          Comparison.Omission(
            condition: "\(spec)", names: misfits.map { $0.card.name },
            reason: "no \(spec.target) here"))
      }
      for strategy in strategies where spec.invalid(strategy.card) == nil {
        let plan = try FaultPlan(
          [spec], strategies: [strategy.card], clients: profile.faulted.clients,
          external: external)
        var workload = profile.faulted
        workload.strategies = [strategy.card.name]
        workload.faults = [spec]
        entries.append(
          TableEntry(
            name: strategy.card.name, condition: "\(spec)", workload: workload,
            strategy: strategy, demands: plan.demands))
      }
    }
  }
}
