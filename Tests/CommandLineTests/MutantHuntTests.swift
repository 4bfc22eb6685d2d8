// A handful of mutants hunted for real: the built binary on servers of its own, within a budget.

import Foundation
import Testing

@Suite("soldout-lab mutants")
struct MutantHuntTests {
  @Test("kills some of each kind, and blames no original")
  func hunt() throws {
    let names = [
      "redis-lua", "redis-watch.no-watch", "redis-decr.sent-again", "lock-simple.no-nx",
      "lock-pessimistic.no-for-update", "redisson-fair-lock.last-come-first",
      "pg-optimistic.no-version", "pg-for-update.skip-locked",
    ]
    let run = try Soldout.run(["mutants", "--budget", "60s", "--quiet"] + names)
    #expect(run.code == 0, "\(run.output)")
    #expect(run.output.contains("mutants killed; median time to kill"), "\(run.output)")
    #expect(run.output.contains("0 false alarms in "), "\(run.output)")
    // Mutants stand under their originals' names.
    for name in names {
      for part in name.split(separator: ".") {
        #expect(run.output.contains(part), "\(run.output)")
      }
    }
    #expect(run.output.contains("\ncommand    soldout-lab mutants --budget 60s --quiet redis-lua"))
    #expect(!run.output.contains("\u{1b}"))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("the explorer kills some of each kind, and blames no original")
  func explored() throws {
    let names = [
      "redis-decr.no-put-back", "redis-lua.two-scripts", "redis-lua.lost-is-sold",
      "redis-zadd-nx.no-leave", "pg-optimistic.no-version", "saga.no-check",
      "queue-keyed.two-consumers", "pg-update.synchronous-commit-off",
      "pg-for-update.writes-after-reconnect", "redisson-lock.never-renewed",
      "lock-spin.gives-up-inside", "lock-simple.del-by-late-owner",
      "lock-optimistic.owner-without-thread", "multi-store-lock.no-order",
      "redlock.silence-is-grant",
    ]
    let run = try Soldout.run(["mutants", "--explore", "--budget", "60s", "--quiet"] + names)
    #expect(run.code == 0, "\(run.output)")
    #expect(run.output.contains("14 of 14 mutants killed by the explorer;"), "\(run.output)")
    #expect(run.output.contains("0 false alarms in "), "\(run.output)")
    #expect(
      run.output.contains(
        "Not explored: redlock.silence-is-grant takes a partition, which no exploration"))
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("are not among the shipped program's commands, which says where they are")
  func moved() throws {
    for (command, place) in [("mutants", "make mutants"), ("bench", "make bench")] {
      let run = try Soldout.run([command, "--quiet", "a"], by: Soldout.binary)
      #expect(run.code == 64 && run.output.contains("soldout-lab \(command)"), "\(run.output)")
      #expect(run.output.contains("`\(place)`"), "\(run.output)")
    }
  }

  @Test("a mutant can be run by its name, and is expected to break")
  func byName() throws {
    let output = FileManager.default.temporaryDirectory
      .appending(path: "soldout-mutant-test-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let run = try Soldout.run(
      [
        "run", "redis-lua", "--strategy", "redis-lua.no-check", "--ops", "2000", "--stock", "20",
        "--quiet", "--output", output,
      ], by: Soldout.lab)
    #expect(run.code == 0, "\(run.output)")
    #expect(run.output.contains("VIOLATION"), "\(run.output)")
  }
}
