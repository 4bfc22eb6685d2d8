// What each model accepts and refuses, as pictures; the refused ones are the planted defects.

import Checker
import History
import Support
import Testing

/// A small history with the verdict it must get.
struct Picture: Sendable, CustomStringConvertible {
  let model: String
  let name: String
  let initial: Value
  let verdict: Verdict
  let lines: String

  init(_ model: String, _ name: String, _ initial: Value, _ verdict: Verdict, _ lines: String) {
    self.model = model
    self.name = name
    self.initial = initial
    self.verdict = verdict
    self.lines = lines
  }

  var description: String { "\(model): \(name)" }
}

let pictures: [Picture] = [
  Picture(
    "stock", "a sale and the last unit", .int(2), .linearizable,
    """
    p0 |-take→1-|   |-take→sold-out-|
    p1    |-take→0-|
    p2      |-read→1-|
    """),
  Picture(
    "stock", "two buyers were told the same", .int(58), .violation,
    """
    p0 |-take→57-|
    p1    |-take→57-|
    """),
  Picture(
    "stock", "sold out while one was left", .int(2), .violation,
    """
    p0 |-take→1-|
    p1            |-take→sold-out-|
    """),
  Picture(
    "stock", "sold out because of a sale nobody heard of", .int(2), .linearizable,
    """
    p0 |-take→1-|
    p1            |-take→sold-out-|
    p2   |-take→?
    """),
  Picture(
    "stock", "a failed take sold nothing", .int(1), .violation,
    """
    p0 |-take→fail-|
    p1                |-take→sold-out-|
    """),
  Picture(
    "stock", "restocked in time", .int(0), .linearizable,
    """
    p0 |-take 2→0-|
    p1   |-restock 2→null-|
    """),
  Picture(
    "coupon", "who has one is told already, also when none is left", .int(1), .linearizable,
    """
    p0 |-claim a→null-|                  |-claim a→already-|
    p1                   |-claim b→sold-out-|
    """),
  Picture(
    "coupon", "an unanswered claim explains that one is missing", .int(2), .linearizable,
    """
    p0 |-claim a→?
    p1      |-read→1-|  |-claim a→already-|
    """),
  Picture(
    "coupon", "two for one buyer", .int(5), .violation,
    """
    p0 |-claim a→claimed-|
    p1      |-claim a→claimed-|
    """),
  Picture(
    "coupon", "refused although one was left", .int(2), .violation,
    """
    p0 |-claim a→claimed-|
    p1                      |-claim b→sold-out-|
    """),
  Picture(
    "reservation", "a lease of unknown length may end at any time", .int(1), .linearizable,
    """
    p0 |-hold→t1-|                 |-confirm t1→expired-|
    p1              |-hold→t2-|
    """),
  Picture(
    "reservation", "a token that nobody was told may be an unanswered hold's", .int(1),
    .linearizable,
    """
    p0 |-hold→?
    p1    |-confirm t1→ok-|  |-hold→sold-out-|
    """),
  Picture(
    "reservation", "a confirmed unit comes back", .int(1), .violation,
    """
    p0 |-hold→t1-|  |-confirm t1→ok-|
    p1                                  |-hold→t2-|
    """),
  Picture(
    "reservation", "one unit is sold twice", .int(1), .violation,
    """
    p0 |-hold→t1-|              |-confirm t1→ok-|
    p1             |-hold→t2-|                     |-confirm t2→ok-|
    """),
  Picture(
    "account", "used what was charged", .int(0), .linearizable,
    """
    p0 |-charge 5→5-|
    p1    |-use 3→2-|   |-use 3→insufficient-|
    """),
  Picture(
    "account", "overdrawn", .int(5), .violation,
    """
    p0 |-use 3→null-|
    p1    |-use 3→null-|
    """),
  Picture(
    "account", "a charge was lost", .int(0), .violation,
    """
    p0 |-charge 5→null-|
    p1    |-charge 5→null-|
    p2                       |-read→5-|
    """),
  Picture(
    "register", "a read beside a write may see either", .int(0), .linearizable,
    """
    p0 |-----write 1→1-----|
    p1    |-read→0-|
    p2               |-read→1-|
    """),
  Picture(
    "register", "a stale read", .int(0), .violation,
    """
    p0 |-write 1→1-|
    p1                |-read→0-|
    """),
  Picture(
    "register", "new, then old", .int(0), .violation,
    """
    p0 |------------write 1→1------------|
    p1    |-read→1-|   |-read→0-|
    """),
  Picture(
    "register", "a read of null says nothing where the start is a value", .int(0), .linearizable,
    """
    p0 |-read→null-|
    """),
  Picture(
    "register", "a read of null is null where the start is null", .null, .violation,
    """
    p0 |-write 1→1-|
    p1                |-read→null-|
    """),
  Picture(
    "cas-register", "a swap after a write", .null, .linearizable,
    """
    p0 |-write 1→1-|
    p1                |-cas [1 2]→[1 2]-|
    p2                    |-read→2-|
    """),
  Picture(
    "cas-register", "both swapped the same", .int(0), .violation,
    """
    p0 |-cas [0 1]→true-|
    p1    |-cas [0 2]→true-|
    """),
  Picture(
    "cas-register", "a mismatch that was none", .int(0), .violation,
    """
    p0 |-cas [0 1]→false-|
    """),
  Picture(
    "counter", "additions in any order", .null, .linearizable,
    """
    p0 |-----add 2→2-----|
    p1   |-add -1→-1-| |-read→-1-|
    """),
  Picture(
    "counter", "an addition counted twice", .null, .violation,
    """
    p0 |-add 2→2-|
    p1              |-read→4-|
    """),
  Picture(
    "set", "added and found", .null, .linearizable,
    """
    p0 |-add 1→1-|
    p1    |-add 2→?
    p2               |-read→[1 2]-| |-contains 1→true-|
    """),
  Picture(
    "set", "an element got lost", .null, .violation,
    """
    p0 |-add 1→1-|
    p1              |-read→[]-|
    """),
  Picture(
    "set", "an element came back", .list([.int(1)]), .violation,
    """
    p0 |-remove 1→true-|
    p1                     |-contains 1→true-|
    """),
  Picture(
    "fifo-queue", "first in, first out", .null, .linearizable,
    """
    p0 |-enqueue 1→1-| |-enqueue 2→2-|
    p1                                  |-dequeue→1-| |-dequeue→2-| |-dequeue→empty-|
    """),
  Picture(
    "fifo-queue", "overtaken", .null, .violation,
    """
    p0 |-enqueue 1→1-| |-enqueue 2→2-|
    p1                                  |-dequeue→2-|
    """),
  Picture(
    "unordered-queue", "any order will do", .null, .linearizable,
    """
    p0 |-enqueue 1→1-| |-enqueue 2→2-|
    p1                                  |-dequeue→2-|
    """),
  Picture(
    "unordered-queue", "one coupon for two", .list([.int(1)]), .violation,
    """
    p0 |-dequeue→1-|
    p1    |-dequeue→1-|
    """),
  Picture(
    "mutex", "one after the other", .null, .linearizable,
    """
    p0 |-acquire-| |-release-|
    p1    |-----acquire------|
    """),
  Picture(
    "mutex", "two at once", .string("unlocked"), .violation,
    """
    p0 |-acquire-|
    p1    |-acquire-|
    """),
  Picture(
    "mutex", "anyone may release", .null, .linearizable,
    """
    p0 |-acquire-|
    p1              |-release-|
    """),
  Picture(
    "owner-mutex", "acquired twice, released twice", .null, .linearizable,
    """
    p0 |-acquire-| |-acquire-| |-release-| |-release-|
    p1                                       |-acquire-|
    """),
  Picture(
    "owner-mutex", "released by another", .null, .violation,
    """
    p0 |-acquire-|
    p1              |-release-|
    """),
  Picture(
    "owner-mutex", "let go too early", .null, .violation,
    """
    p0 |-acquire-| |-acquire-| |-release-|
    p1                                      |-acquire-|
    """),
  Picture(
    "fenced-mutex", "tokens rise", .null, .linearizable,
    """
    p0 |-acquire→33-| |-release→true-|
    p1                                  |-acquire→34-|
    """),
  Picture(
    "fenced-mutex", "an old token", .null, .violation,
    """
    p0 |-acquire→33-| |-release→true-|
    p1                                  |-acquire→33-|
    """),
  Picture(
    "kv-append", "put, then appended", .null, .linearizable,
    """
    p0 |-put a→null-| |-append b→null-|
    p1                         |-get→ab-|
    """),
  Picture(
    "kv-append", "an append got lost", .null, .violation,
    """
    p0 |-append a→null-| |-append b→null-|
    p1                                      |-get→b-|
    """),
]

@Suite struct `Models as pictures` {
  @Test(arguments: pictures)
  func `the verdict is as drawn`(_ picture: Picture) throws {
    let entry = try #require(ModelCatalogue[picture.model])
    let judgement = try entry.judge(picture.lines, initial: picture.initial)
    #expect(judgement.verdict == picture.verdict)
    #expect((judgement.counterexample == nil) == (picture.verdict == .linearizable))
    if let counterexample = judgement.counterexample {
      #expect(!counterexample.headline.isEmpty && !counterexample.operations.isEmpty)
    }
  }

  /// Those whose calls hold maps are not drawn.
  @Test func `every model but those of several parts is drawn in both verdicts`() {
    for entry in ModelCatalogue.entries
    where !["multi-register", "basket", "orders"].contains(entry.name) {
      let verdicts = Set(pictures.filter { $0.model == entry.name }.map(\.verdict))
      #expect(verdicts == [.linearizable, .violation], "\(entry.name)")
    }
  }

  @Test func `every model has a sample for the random tests`() {
    #expect(modelSamples.map(\.description) == ModelCatalogue.entries.map(\.name))
  }

  @Test func `a transaction sees all of another or nothing`() throws {
    let entry = try #require(ModelCatalogue["multi-register"])
    func verdict(_ x: Int, _ y: Int) throws -> Verdict {
      let keys: [Value] = [.keyword("x"), .keyword("y")]
      func operation(_ process: Int, _ name: String, _ values: [Value], _ told: [Value])
        -> Operation
      {
        func actions(_ values: [Value]) -> Value {
          .list(zip(keys, values).map { .list([.keyword(name), $0, $1]) })
        }
        return Operation(
          process: process, function: "txn", input: actions(values), output: actions(told),
          outcome: .ok, call: Moment(rank: process, index: process),
          reply: Moment(rank: 10 + process, index: 10 + process))
      }
      let history = History(operations: [
        operation(0, "write", [.int(1), .int(1)], [.int(1), .int(1)]),
        operation(1, "read", [.null, .null], [.int(x), .int(y)]),
      ])
      let initial = Value.map([.init(keys[0], .int(0)), .init(keys[1], .int(0))])
      return try entry.search(.init(key: nil, operations: [0, 1], initial: initial), of: history)
        .verdict
    }
    #expect(try verdict(1, 1) == .linearizable)
    #expect(try verdict(0, 0) == .linearizable)
    #expect(try verdict(0, 1) == .violation)
  }

  @Test(arguments: [
    ("stock", Value.null), ("stock", .int(-1)), ("stock", .int(.max)), ("account", .string("a")),
    ("counter", .int(.min)), ("set", .int(1)), ("mutex", .int(3)), ("kv-append", .int(1)),
    ("multi-register", .int(0)),
  ])
  func `an initial value the model can't start with is refused`(_ name: String, _ value: Value)
    throws
  {
    let entry = try #require(ModelCatalogue[name])
    #expect(throws: InvalidValue.self) { try entry.check(initial: value) }
  }
}
