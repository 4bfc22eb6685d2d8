// What an exploration holds does not grow with its schedules.

import Testing

@Suite("soldout-lab bench explorer")
struct ExplorerBenchTests {
  @Test(
    "over many schedules open files stay the same and memory stays bounded",
    // One whose commands carry times, and one whose clients lose their connections to a database.
    arguments: ["redis-zadd-nx", "pg-serializable"])
  func endurance(_ strategy: String) throws {
    let run = try Soldout.run([
      "bench", "explorer", "--schedules", "2000", "--strategy", strategy, "--testbeds", "2",
    ])
    #expect(run.code == 0, "\(run.output)")
    let rows = run.output.split(separator: "\n").dropFirst().map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    // Schedules, seconds, megabytes, files.
    try #require(rows.count > 3 && rows.allSatisfy { $0.count == 4 }, "\(run.output)")
    // The last row is told when the testbeds are closed.
    let (early, late, last) = (rows[rows.count / 2], rows[rows.count - 2], rows[rows.count - 1])
    #expect(last[0] >= 2000)
    #expect(late[3] <= early[3] && last[3] < early[3], "\(run.output)")
    #expect(last[2] < early[2] + 16, "\(run.output)")
  }

  @Test("three strategies are measured beside the servers' own load generators")
  func rates() throws {
    let run = try Soldout.run(["bench", "explorer", "--rounds", "1", "--seconds", "1"])
    #expect(run.code == 0, "\(run.output)")
    for name in ["redis-get-set", "redis-watch.exec-nil-sold", "pg-for-update.no-for-update"] {
      let row = try #require(
        run.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "\(run.output)")
      let numbers = row.matches(of: /[0-9.]+/).compactMap { Double($0.output) }
      // Worlds, schedules per second and their range, µs, the ratio: 0.00 where the machine stood
      // still for most of the second.
      #expect(numbers.count == 6 && numbers.dropLast().allSatisfy { $0 > 0 }, "\(row)")
      #expect(row.count <= 80)
    }
  }
}
