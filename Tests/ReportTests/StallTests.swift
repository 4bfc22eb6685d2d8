// Times in which soldout itself stood still, read from a history and told.

import History
import Testing

@testable import Report

@Suite struct StallTests {
  @Test func `a stall is told with its length and its beginning`() throws {
    let text = """
      {"index":0,"process":"run","type":"info","f":"main","value":"start","time":0}
      {"index":1,"process":"run","type":"info","f":"stall","value":{"ms":3100},"time":7300000000}
      {"index":2,"process":"nemesis","type":"info","f":"stall","value":{"ms":9},"time":7400000000}
      """
    let history = try HistoryFormat.read(Array(text.utf8), source: "h").history
    let stalls = Stall.all(in: history)
    #expect(stalls == [Stall(end: 7_300_000_000, length: 3_100_000_000)])
    let finding = Finding(try #require(stalls.first))
    #expect(!finding.isViolation)
    #expect(
      finding.sentence == "soldout itself stalled for 3.10 s at 4.20 s: latencies and leases "
        + "around then are not the servers'")
  }
}
