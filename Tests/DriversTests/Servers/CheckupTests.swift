// What the doctor says of made-up machines: every lack is found, and comes with what mends it.

import Testing

@testable import Drivers

private let good = Machine(
  cores: 8, openFiles: 1_048_576, temporaryFolder: "/tmp", temporaryFree: 50_000_000_000,
  resultsFolder: "results", resultsFree: 50_000_000_000, sharedMemoryFree: 64_000_000,
  clockSource: "tsc", clockStep: 30, user: "alice")

private func with(_ change: (inout Machine) -> Void) -> Machine {
  var machine = good
  change(&machine)
  return machine
}

@Suite struct `A machine looked at` {
  @Test func `nothing is wrong with a good one`() {
    #expect(good.items.allSatisfy { $0.state == .ok && $0.advice == nil })
  }

  @Test(arguments: [
    ("open files", with { $0.openFiles = 1024 }, CheckupItem.State.doubtful),
    ("temporary folder", with { $0.temporaryFree = 1_000_000 }, .doubtful),
    ("temporary folder", with { $0.temporaryFree = nil }, .missing),
    ("results folder", with { $0.resultsFree = nil }, .missing),
    ("shared memory", with { $0.sharedMemoryFree = 1_000_000 }, .doubtful),
    ("shared memory", with { $0.sharedMemoryFree = nil }, .doubtful),
    ("clock", with { $0.clockStep = 4000 }, .doubtful),
    ("user", with { $0.serverUserProblem = "there is nobody" }, .missing),
    ("processors", with { $0.cores = 1 }, .doubtful),
  ])
  func `a lack is found, alone, with advice`(
    _ name: String, _ machine: Machine, _ state: CheckupItem.State
  ) throws {
    let bad = machine.items.filter { $0.state != .ok }
    #expect(bad.map(\.name) == [name])
    #expect(bad.map(\.state) == [state])
    #expect(bad.first?.advice?.isEmpty == false)
  }

  @Test func `1 024 files are enough for 240 clients`() {
    #expect(
      with { $0.openFiles = 1024 }.items[0].found == "1024, enough for 240 clients")
  }

  @Test func `a program that is nowhere is missing, and the package is named`() {
    let nowhere = Programs(path: ["/nonexistent"], elsewhere: [])
    let tool = CheckupItem.program("pgbench", for: "bench", package: "postgresql-contrib", nowhere)
    #expect(tool.state == .doubtful)
    #expect(tool.advice == "apt-get install postgresql-contrib")
    // As root there is nobody to become either, without setpriv; that is another line's matter.
    for (item, package) in [
      (CheckupItem.redis(nowhere), "redis-server"), (CheckupItem.postgres(nowhere), "postgresql"),
    ] {
      #expect(item.state == .missing)
      #expect(item.found == "\(item.name) is not on PATH")
      #expect(item.advice == "apt-get install \(package), or make setup")
    }
  }

  @Test func `this one can be looked at`() {
    let machine = Machine.look(results: "/tmp")
    #expect(machine.cores > 0)
    #expect(machine.openFiles > 0)
    #expect(machine.temporaryFree != nil)
    #expect(machine.clockStep > 0)
    #expect(!machine.user.isEmpty)
  }
}
