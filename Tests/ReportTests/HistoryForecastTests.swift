// What a run will write and need, told before it is written.

import Report
import Testing

@Suite struct `History forecast` {
  @Test func `a run by operations is told its least beforehand`() {
    let forecast = HistoryForecast(operations: 10_000_000)
    #expect(forecast.bytes == 1_800_000_000)
    #expect(forecast.isLarge)
    #expect(
      forecast.sentence
        == "at least 1.80 GB of history for 10.0M operations; judging it takes about 100 MB of memory, "
        + "and about 4.20 GB where something is wrong")
    #expect(!HistoryForecast(operations: 100_000).isLarge)
  }

  @Test func `a run by time is told when its rate is known`() throws {
    let forecast = try #require(
      HistoryForecast(operations: 119_000, bytes: 25_000_000, share: 1.0 / 480))
    #expect(forecast.operations == 57_120_000)
    #expect(forecast.bytes == 12_000_000_000)
    #expect(forecast.sentence.hasPrefix("about 12.0 GB of history for 57.1M operations"))
  }

  @Test func `too little tells nothing`() {
    #expect(HistoryForecast(operations: 999, bytes: 100_000, share: 0.5) == nil)
    #expect(HistoryForecast(operations: 5000, bytes: 0, share: 0.5) == nil)
    #expect(HistoryForecast(operations: 5000, bytes: 1_000_000, share: 0) == nil)
  }

  @Test func `what is nearly over is no larger than what is there`() throws {
    let forecast = try #require(HistoryForecast(operations: 5000, bytes: 1_000_000, share: 1.5))
    #expect(forecast.bytes == 1_000_000)
  }

  @Test func `a disk without the room`() {
    let forecast = HistoryForecast(operations: 50_000_000)
    #expect(forecast.lack(of: 9_000_000_000, in: "results") == nil)
    #expect(
      forecast.lack(of: 3_000_000_000, in: "results")
        == "the history takes at least 9.00 GB, but results has only 3.00 GB free; free some "
        + "space, choose another --output or a shorter run")
  }
}
