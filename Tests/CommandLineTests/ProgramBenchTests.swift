// What soldout's proxies cost a program is measured beside the same program without them.

import Testing

@Suite("soldout-lab bench program")
struct ProgramBenchTests {
  @Test("tells a trivial client's calls, direct and by a proxy, and their ratio")
  func rates() throws {
    let run = try Soldout.run([
      "bench", "program", "--rounds", "1", "--seconds", "0.2", "--clients", "2",
    ])
    #expect(run.code == 0, "\(run.output)")
    let rows = run.output.split(separator: "\n").filter {
      $0.hasPrefix("  Python ") || $0.hasPrefix("  C ")
    }
    #expect(rows.contains { $0.hasPrefix("  Python ") }, "\(run.output)")
    for row in rows {
      let numbers = row.matches(of: /[0-9.]+/).compactMap { Double($0.output) }
      // Clients, both rates, the ratio and its range.
      #expect(numbers.count == 6 && numbers.allSatisfy { $0 > 0 }, "\(row)")
    }
    let refused = try Soldout.run(["bench", "program", "--clients", "0"])
    #expect(refused.code == 64)
  }
}
