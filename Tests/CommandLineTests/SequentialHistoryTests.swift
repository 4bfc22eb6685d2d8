// A history in which nothing was concurrent: what holds there has not been put to the test, and is said so.

import Testing

@Suite("A history in which nothing was concurrent")
struct SequentialHistoryTests {
  /// A write and a read of two clients, which begin and end at these times.
  private func history(_ write: ClosedRange<Int>, _ read: ClosedRange<Int>) -> String {
    let events = [
      (write.lowerBound, #""process":0,"type":"invoke","f":"write","value":1"#),
      (write.upperBound, #""process":0,"type":"ok","f":"write","value":1"#),
      (read.lowerBound, #""process":1,"type":"invoke","f":"read","value":null"#),
      (read.upperBound, #""process":1,"type":"ok","f":"read","value":1"#),
    ]
    return events.sorted { $0.0 < $1.0 }.map { "{\($1),\"time\":\($0)}\n" }.joined()
  }

  @Test(
    "is told as one, and another is not",
    arguments: [(1...2, 3...4, true), (1...3, 2...4, false), (1...2, 2...4, false)])
  func told(_ write: ClosedRange<Int>, _ read: ClosedRange<Int>, _ isTold: Bool) throws {
    let run = try Soldout.run(
      ["check", "-", "--model", "register"], input: history(write, read))
    #expect(run.code == 0, "\(run.output)")
    #expect(run.output.contains("Not concurrent: no two operations") == isTold, "\(run.output)")
  }
}
