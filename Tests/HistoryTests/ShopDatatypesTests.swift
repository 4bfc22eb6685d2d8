// How the calls of coupons, baskets, reservations and numbered orders are written in files, as JSON and
// as EDN, and what of them is refused.

import History
import Testing

/// A call and its reply as text: the function, the call's value, the reply's.
private typealias Written = (function: String, input: String, output: String)

/// The only call and reply of a file of one operation.
private func decode<D: Datatype>(
  _ written: Written, as _: D.Type, _ format: HistoryFormat
) throws -> (call: D.Call, reply: D.Reply) {
  let (function, input, output) = written
  let text =
    switch format {
    case .jsonl:
      """
      {"process":1,"type":"invoke","f":"\(function)","value":\(input)}
      {"process":1,"type":"ok","f":"\(function)","value":\(output)}
      """
    default:
      """
      {:process 1, :type :invoke, :f :\(function), :value \(input)}
      {:process 1, :type :ok, :f :\(function), :value \(output)}
      """
    }
  let history = try HistoryFormat.read(text, format: format).history
  let operation = try #require(history.operations.first)
  let call = try D.call(operation.function, operation.input)
  return (call, try D.reply(to: call, operation.input, operation.output))
}

@Suite("Datatypes of shops")
struct ShopDatatypesTests {
  @Test(arguments: [
    ("\"u7\"", "null", Coupon.Reply.claimed), ("\"u7\"", "true", .claimed),
    ("\"u7\"", "\"claimed\"", .claimed), ("\"u7\"", "\"u7\"", .claimed), ("\"u7\"", "4", .left(4)),
    ("\"u7\"", "\"already\"", .already), ("\"u7\"", "\"sold-out\"", .soldOut),
  ])
  func `a coupon is claimed by a buyer`(
    _ input: String, _ output: String, _ reply: Coupon.Reply
  ) throws {
    let json = try decode(("claim", input, output), as: Coupon.self, .jsonl)
    #expect(json.call == .claim(.string("u7")))
    #expect(json.reply == reply)
    let edn = try decode(
      ("claim", input, output == "null" ? "nil" : output), as: Coupon.self, .edn)
    #expect(edn.reply == reply)
  }

  @Test func `what is left of coupons, holds and orders is read`() throws {
    #expect(try decode(("read", "null", "3"), as: Coupon.self, .jsonl).reply == .value(3))
    #expect(try decode(("read", "nil", "nil"), as: Coupon.self, .edn).reply == .unread)
    #expect(try decode(("read", "null", "3"), as: Reservation.self, .jsonl).reply == .value(3))
    #expect(try decode(("read", "nil", "nil"), as: Reservation.self, .edn).reply == .unread)
    #expect(try decode(("read", "null", "3"), as: Orders.self, .jsonl).reply == .value(3))
    #expect(try decode(("read", "nil", "nil"), as: Orders.self, .edn).reply == .unread)
    #expect(Coupon.unanswered(in: .unread) == 1)
    #expect(Reservation.unanswered(in: .value(1)) == 0)
    #expect(Orders.unanswered(in: .unread) == 1)
  }

  @Test(arguments: [
    ("{\"a\":2,\"b\":1}", "null", Basket.Reply.left([nil, nil])),
    ("[[\"a\",2],[\"b\",1]]", "true", .left([nil, nil])),
    ("{\"a\":2,\"b\":1}", "{\"b\":0,\"a\":5}", .left([5, 0])),
    ("{\"a\":2,\"b\":1}", "[[\"b\",0]]", .left([nil, 0])),
    ("{\"a\":2,\"b\":1}", "\"sold-out\"", .soldOut),
  ])
  func `a basket is ordered`(_ input: String, _ output: String, _ reply: Basket.Reply) throws {
    let read = try decode(("order", input, output), as: Basket.self, .jsonl)
    #expect(read.call == .order([.init(.string("a"), 2), .init(.string("b"), 1)]))
    #expect(read.reply == reply)
  }

  @Test func `a basket's items are text, in EDN too`() throws {
    let read = try decode(("order", "{:a 2, :b 1}", "{:a 5, :b nil}"), as: Basket.self, .edn)
    #expect(read.call == .order([.init(.string("a"), 2), .init(.string("b"), 1)]))
    #expect(read.reply == .left([5, nil]))
    #expect(try decode(("order", "{:a 2}", ":sold-out"), as: Basket.self, .edn).reply == .soldOut)
  }

  @Test(arguments: [
    ("{\"a\":5,\"b\":0}", [5, 0]), ("{\"b\":0}", [nil, 0]), ("{\"a\":null,\"b\":1}", [nil, 1]),
    ("null", [nil, nil]),
  ])
  func `items are looked at together`(_ output: String, _ values: [Int?]) throws {
    let read = try decode(("look", "[\"a\",\"b\"]", output), as: Basket.self, .jsonl)
    #expect(read.call == .look([.string("a"), .string("b")]))
    #expect(read.reply == .values(values))
    #expect(Basket.unanswered(in: read.reply) == values.count { $0 == nil })
  }

  @Test func `a unit is held, for a buyer and for a while`() throws {
    let held = try decode(
      ("hold", "{\"buyer\":\"u7\",\"lease\":30000}", "\"t1\""), as: Reservation.self, .jsonl)
    #expect(held.call == .hold(Reservation.Hold(by: .string("u7"), lease: .milliseconds(30_000))))
    #expect(held.reply == .token(.string("t1")))
    let plain = try decode(("hold", "nil", "17"), as: Reservation.self, .edn)
    #expect(plain.call == .hold(Reservation.Hold(by: .null, lease: nil)))
    #expect(plain.reply == .token(.int(17)))
    let none = try decode(("hold", "{:lease 5}", ":sold-out"), as: Reservation.self, .edn)
    #expect(none.call == .hold(Reservation.Hold(by: .null, lease: .milliseconds(5))))
    #expect(none.reply == .soldOut)
  }

  @Test(arguments: ["confirm", "release"])
  func `a token is confirmed or released`(_ function: String) throws {
    for (output, reply): (String, Reservation.Reply) in [
      ("null", .done), ("true", .done), ("\"ok\"", .done), ("\"t1\"", .done),
      ("\"expired\"", .expired),
    ] {
      let read = try decode((function, "\"t1\"", output), as: Reservation.self, .jsonl)
      #expect(
        read.call == (function == "confirm" ? .confirm(.string("t1")) : .release(.string("t1"))))
      #expect(read.reply == reply)
    }
  }

  @Test(arguments: [
    ("null", Orders.Reply.taken), ("\"ok\"", .taken), ("{\"id\":\"a17\",\"units\":2}", .taken),
    ("4", .left(4)), ("\"sold-out\"", .soldOut),
  ])
  func `an order has a number`(_ output: String, _ reply: Orders.Reply) throws {
    let read = try decode(
      ("order", "{\"id\":\"a17\",\"units\":2}", output), as: Orders.self, .jsonl)
    #expect(read.call == .order(id: .string("a17"), units: 2))
    #expect(read.reply == reply)
  }

  @Test func `an order without units is of one`() throws {
    let read = try decode(("order", "{:id 17}", "nil"), as: Orders.self, .edn)
    #expect(read.call == .order(id: .int(17), units: 1))
  }

  @Test func `what has no meaning is refused`() {
    let pair = Value.list([.string("a"), .int(1)])
    #expect(throws: InvalidValue.self) { try Coupon.call("claim", .null) }
    #expect(throws: InvalidValue.self) {
      try Coupon.reply(to: .claim(.int(1)), .int(1), .bool(false))
    }
    #expect(throws: InvalidValue.self) { try Coupon.call("take", .int(1)) }
    #expect(throws: InvalidValue.self) { try Basket.call("order", .map([])) }
    #expect(throws: InvalidValue.self) { try Basket.call("order", .list([pair, pair])) }
    #expect(throws: InvalidValue.self) {
      try Basket.call("order", .map([.init(.string("a"), .int(0))]))
    }
    #expect(throws: InvalidValue.self) { try Basket.call("look", .string("a")) }
    #expect(throws: InvalidValue.self) { try Basket.call("look", .list([.int(1), .int(1)])) }
    #expect(throws: InvalidValue.self) {
      try Basket.reply(to: .look([.string("a")]), .null, .map([.init(.string("b"), .int(1))]))
    }
    #expect(throws: InvalidValue.self) { try Reservation.call("hold", .int(5)) }
    #expect(throws: InvalidValue.self) {
      try Reservation.call("hold", .map([.init(.string("lease"), .int(-1))]))
    }
    #expect(throws: InvalidValue.self) {
      try Reservation.call("hold", .map([.init(.string("leese"), .int(1))]))
    }
    #expect(throws: InvalidValue.self) { try Reservation.call("confirm", .null) }
    #expect(throws: InvalidValue.self) {
      try Reservation.reply(to: .hold(.init(by: .null, lease: nil)), .null, .null)
    }
    #expect(throws: InvalidValue.self) { try Orders.call("order", .int(1)) }
    #expect(throws: InvalidValue.self) {
      try Orders.call("order", .map([.init(.string("units"), .int(1))]))
    }
  }
}
