// Long counterexamples: the end is drawn, the rest is counted, and nothing is passed over.

import Checker
import History
import Testing

@testable import Report

@Suite struct `Operations drawn of a counterexample` {
  /// Takes one after another, each of which leaves one unit less; every tenth is a read.
  private func sales(_ count: Int) -> History {
    History(
      operations: (0..<count).map { index in
        Operation(
          process: index % 4, function: index % 10 == 9 ? "read" : "take", input: .null,
          output: .int(count - index), outcome: .ok,
          call: Moment(rank: 4 * index, index: 2 * index),
          reply: Moment(rank: 4 * index + 1, index: 2 * index + 1))
      })
  }

  @Test func `of few all are drawn`() {
    let drawn = DrawnOperations(Array(0..<12), of: sales(20))
    #expect(drawn.drawn == Array(0..<12))
    #expect(drawn.rest == nil)
  }

  @Test func `what is named is drawn wherever it stands`() {
    let drawn = DrawnOperations(Array(0..<100), naming: [7], of: sales(100))
    #expect(drawn.drawn == [7] + Array(89..<100))
  }

  @Test func `of many the last are drawn and the others counted by role`() {
    let drawn = DrawnOperations(Array(0..<100), of: sales(100))
    #expect(drawn.drawn == Array(88..<100))
    #expect(
      drawn.rest
        == "80 × take → ok with a number (#0 to #174), "
        + "8 × read → ok with a number (#18 to #158)")
  }
}
