// What people are told of coupons and baskets: the sentences of each finding, and what is judged apart.

import Checker
import History
import Support
import Testing

/// A history as lines, with what must be said of it; nil where nothing is wrong.
struct ShopCase: Sendable, CustomStringConvertible {
  let model: String
  let name: String
  let initial: Value
  let lines: String
  let headline: String?

  init(_ model: String, _ name: String, _ initial: Value, _ lines: String, _ headline: String?) {
    self.model = model
    self.name = name
    self.initial = initial
    self.lines = lines
    self.headline = headline
  }

  var description: String { "\(model): \(name)" }
}

private let stock = Value.map([.init(.string("a"), .int(5)), .init(.string("b"), .int(5))])

private let cases: [ShopCase] = [
  ShopCase(
    "coupon", "two for one buyer", .int(5),
    """
    3 claim "u7" -> "claimed" @ 1-5
    9 claim "u7" -> null @ 2-6
    """,
    "buyer u7 got two coupons: p3's claim and p9's claim were both answered claimed"),
  ShopCase(
    "coupon", "more than there were", .int(1),
    """
    0 claim "u1" -> null @ 1-5
    1 claim "u2" -> null @ 2-6
    """,
    "more coupons were given out than there were: 2 buyers got a coupon, of 1"),
  ShopCase(
    "coupon", "refused although one was left", .int(2),
    """
    0 claim "u1" -> null @ 1-5
    1 claim "u2" -> "sold-out" @ 2-6
    """,
    "p1 was told \"sold out\" for u2, but some were left: of 2 at most 1 can have been given out by "
      + "then"),
  ShopCase(
    "coupon", "already, without a claim", .int(2),
    """
    0 claim "u1" -> "already" @ 1-5
    """,
    "p0 was told that buyer u1 already had a coupon, but u1 never had one"),
  ShopCase(
    "coupon", "already, before the claim", .int(2),
    """
    0 claim "u1" -> "already" @ 1-5
    1 claim "u1" -> null @ 6-8
    """,
    "p0 was told that buyer u1 already had a coupon, but u1 got one only by p1's claim later"),
  ShopCase(
    "coupon", "sold out to a buyer who has one", .int(1),
    """
    0 claim "u1" -> null @ 1-5
    1 claim "u1" -> "sold-out" @ 6-8
    """,
    "buyer u1 was told \"sold out\" by p1's claim, but got a coupon by p0's claim"),
  ShopCase(
    "coupon", "an unanswered claim of a buyer told sold out explains nothing", .int(2),
    """
    0 claim "u1" -> ? @ 1
    1 claim "u1" -> "sold-out" @ 2-9
    2 claim "u2" -> null @ 2-9
    """,
    "p1 was told \"sold out\" for u1, but some were left: of 2 at most 1 can have been given out by "
      + "then"),
  ShopCase(
    "basket", "two orders in no order", stock,
    """
    0 order {"a":1,"b":1} -> {"a":4,"b":3} @ 1-5
    1 order {"a":1,"b":1} -> {"a":3,"b":4} @ 2-6
    """,
    "a cycle of precedence: by what was left, each comes before the next and the last before the "
      + "first: p0's order and p1's order"),
  ShopCase(
    "basket", "what was left goes against time", stock,
    """
    0 order {"a":1} -> {"a":3} @ 1-5
    1 order {"a":1} -> {"a":4} @ 6-8
    """,
    "a cycle of precedence: by what was left, p1's order came before p0's order, which had its answer "
      + "before p1 called"),
  ShopCase(
    "basket", "a look that saw half of a basket", stock,
    """
    0 order {"a":1,"b":1} -> {"a":4,"b":4} @ 1-9
    1 look ["a","b"] -> {"a":4,"b":5} @ 2-6
    """,
    "a cycle of precedence: by what was left, each comes before the next and the last before the "
      + "first: p0's order and p1's look"),
  ShopCase(
    "basket", "the same unit twice", stock,
    """
    0 order {"a":1} -> {"a":4} @ 1-5
    1 order [["a",1],["b",1]] -> {"a":4,"b":4} @ 2-6
    """,
    "two baskets got the same units of a: p0's order left 4 a, and p1's order left 4 a"),
  ShopCase(
    "basket", "sold out with enough of everything", stock,
    """
    0 order {"a":1,"b":1} -> {"a":4,"b":4} @ 1-5
    1 order {"a":4,"b":1} -> "sold-out" @ 2-6
    2 order {"a":1} -> {"a":3} @ 7-8
    """,
    "p1 was told \"sold out\" for 4 a and 1 b, but at no moment by then had any of it run out"),
  ShopCase(
    "basket", "units that nobody took", stock,
    """
    0 order {"a":1} -> {"a":4} @ 1-5
    1 look ["a"] -> {"a":2} @ 6-8
    """,
    "p1 saw 2 a, but 2 a went that no order can have taken"),
  ShopCase(
    "basket", "an unanswered order explains what is missing", stock,
    """
    0 order {"a":1,"b":1} -> ? @ 1
    1 order {"a":1} -> {"a":3} @ 2-5
    1 order {"b":1} -> {"b":3} @ 6-8
    """, nil),
  ShopCase(
    "reservation", "a lease ends too early", .int(1),
    """
    0 hold {"lease":10} -> "t1" @ 1-2
    1 hold {"lease":10} -> "t2" @ 5-10
    """,
    "p1 held a unit, but none was left: 0 left, 1 held and 0 sold"),
  ShopCase(
    "reservation", "a lease ends in the moment in which it is over", .int(1),
    """
    0 hold {"lease":10} -> "t1" @ 1-2
    1 hold {"lease":10} -> "t2" @ 5-11
    """, nil),
  ShopCase(
    "reservation", "what was confirmed never comes back", .int(1),
    """
    0 hold {"lease":1} -> "t1" @ 1-2
    0 confirm "t1" -> "ok" @ 3-4
    1 hold {"lease":1} -> "t2" @ 20-21
    """,
    "p1 held a unit, but none was left: 0 left, 0 held and 1 sold"),
  ShopCase(
    "reservation", "a hold is confirmed whose unit went to another", .int(1),
    """
    0 hold {"lease":5} -> "t1" @ 1-2
    1 hold {"buyer":"u2","lease":50} -> "t2" @ 10-11
    0 confirm "t1" -> "ok" @ 12-13
    """,
    "p0 was told that t1 was confirmed, but no unit was held under it"),
  ShopCase(
    "reservation", "expired before the lease was over", .int(1),
    """
    0 hold {"lease":10} -> "t1" @ 1-2
    0 confirm "t1" -> "expired" @ 5-6
    """,
    "p0 was told that t1 had expired, but its lease was not over"),
  ShopCase(
    "reservation", "two leases are over, one unit was needed", .int(2),
    """
    0 hold {"lease":5} -> "t1" @ 1-2
    1 hold {"lease":5} -> "t2" @ 1-2
    2 hold {"lease":50} -> "t3" @ 10-11
    0 confirm "t1" -> "ok" @ 12-13
    1 confirm "t2" -> "expired" @ 12-13
    3 hold null -> "sold-out" @ 14-15
    """, nil),
  ShopCase(
    "orders", "one number, two answers", .int(5),
    """
    0 order {"id":"a17"} -> 4 @ 1-5
    1 order {"id":"a17"} -> 3 @ 6-8
    """,
    "order a17 was answered in two ways: p0's order a17 left 4, and p1's order a17 left 3"),
  ShopCase(
    "orders", "sent again after a lost reply", .int(2),
    """
    0 order {"id":"a17"} -> ? @ 1
    1 order {"id":"a17"} -> 1 @ 6-8
    2 read -> 1 @ 9-10
    """, nil),
  ShopCase(
    "orders", "taken twice", .int(2),
    """
    0 order {"id":"a17"} -> null @ 1-5
    0 order {"id":"a17"} -> null @ 6-8
    1 read -> 0 @ 9-10
    """,
    "p1 read 0, which needs 2 orders of 1 before it, but at most 1 can have been decided by then"),
  ShopCase(
    "orders", "oversold", .int(1),
    """
    0 order {"id":"a17"} -> null @ 1-5
    1 order {"id":"a18"} -> null @ 2-6
    """,
    "oversold: 2 orders got 1 unit each, but 1 in stock are enough for 1"),
  ShopCase(
    "orders", "of several quantities, by the search", .int(5),
    """
    0 order {"id":"a17","units":2} -> ? @ 1
    1 order {"id":"a18","units":3} -> 2 @ 2-6
    2 order {"id":"a17","units":2} -> 0 @ 7-8
    """, nil),
]

@Suite struct `Sentences about shops` {
  @Test(arguments: cases)
  func `a finding is told in the words of a shop`(_ story: ShopCase) async throws {
    let entry = try #require(ModelCatalogue[story.model])
    let check = Check(history(lines: story.lines), model: entry, initial: story.initial)
    let judgements = try await check.judgements()
    let isBySearch = story.model == "reservation" || story.name.hasSuffix("by the search")
    #expect(judgements.map(\.engine) == [isBySearch ? "search" : "\(story.model)-monitor"])
    #expect(judgements.verdict == (story.headline == nil ? .linearizable : .violation))
    #expect(judgements.first?.counterexample?.headline == story.headline)
    // A second engine, which shares nothing with the monitor, agrees.
    let parts = Array(zip(try check.partitions(), judgements))
    let certificate = Certificate(of: check.history, model: entry, judgements: parts)
    let finding = try certificate.verify(
      check.history, model: entry, partitions: try check.partitions())
    #expect(finding.verdict == judgements.verdict)
  }

  @Test func `items that no basket connects are judged apart`() async throws {
    let entry = try #require(ModelCatalogue["basket"])
    let lines = """
      0 order {"a":1} -> {"a":4} @ 1-5
      1 order {"b":1,"c":1} -> {"b":3,"c":4} @ 2-6
      2 order {"d":1} -> fail @ 3-4
      3 look ["d","c"] -> {"d":5,"c":5} @ 7-9
      """
    let initial = Value.map(["a", "b", "c", "d"].map { .init(.string($0), .int(5)) })
    let check = Check(history(lines: lines), model: entry, initial: initial)
    let judgements = try await check.judgements()
    #expect(judgements.map(\.key) == [.string("a"), .string("b, c and d")])
    #expect(judgements.map(\.verdict) == [.linearizable, .violation])
    #expect(try check.partitions().map(\.operations) == [[0], [1, 2, 3]])
  }

  @Test func `an item that the stock leaves out is refused`() {
    guard let entry = ModelCatalogue["basket"] else { return }
    let check = Check(
      history(lines: "0 order {\"pear\":1} -> null @ 1-5"), model: entry, initial: stock)
    let error = #expect(throws: CheckError.self) { try check.partitions() }
    #expect(error?.description.contains("it has no pear") == true)
  }
}
