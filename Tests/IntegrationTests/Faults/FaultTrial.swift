// A run under faults on servers of its own, and what is left of it afterwards.

import Drivers
import Foundation
import Glibc
import History
import Report
import Testing

@testable import Harness

/// A finished run under faults.
struct FaultTrial {
  let history: History
  let result: RunResult
  /// When each fault was in force.
  let spans: [FaultSpan]

  /// Runs a workload under its faults; makes sure that keys, schemas, processes, shared memory,
  /// mounts and folders are gone.
  init(
    _ workload: Workload, _ type: any Strategy.Type, seed: Seed = Seed(0x5eed),
    on external: ExternalServers = ExternalServers()
  ) throws {
    let faults = try FaultPlan(
      workload.faults, strategies: [type.card], clients: workload.clients, external: external)
    let backends = try Backends(
      type.card.needs, external: external, clients: workload.clients, demands: faults.demands)
    let folder = try #require(backends.folder)
    let output = FileManager.default.temporaryDirectory
      .appending(path: "soldout-test-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: output) }
    let plan = RunPlan(
      workload, of: type.system, seed: seed, on: backends, demands: faults.demands,
      historyPath: output + "/history.jsonl")
    var ours = processes(in: folder)
    do {
      result = try plan.carryOut(stop: NeverStops()) { _ in }
      let read = try HistoryFormat.read(
        try readFile(output + "/history.jsonl"), source: "history.jsonl")
      history = read.history
      #expect(read.notes.isEmpty)
      #expect(try TestServers.leftovers(of: plan.topology).isEmpty)
    } catch {
      try backends.stop()
      throw error
    }
    // Servers that were killed have new processes.
    ours += processes(in: folder)
    try backends.stop()
    #expect(access(folder, F_OK) != 0, "\(folder) is still there")
    #expect(processes(in: folder) == [])
    #expect(sharedMemory(of: ours) == [])
    #expect(mounts(in: folder) == [])
    spans = FaultSpan.spans(of: history.events)
  }
}
