// A workload file says what it says, and anything else is refused at its line and column.

import History
import Testing

@testable import Harness

private let known = ["redis-decr", "redis-lua", "pg-update"]

private func read(_ yaml: String) throws(WorkloadError) -> Workload {
  try Workload(yaml: yaml, name: "w", file: "w.yaml", strategies: known)
}

@Suite("Workload files")
struct WorkloadFileTests {
  @Test("every key reaches the workload")
  func everyKey() throws {
    let workload = try read(
      """
      about: All of it.
      strategies: [redis-decr, pg-update]
      clients: 64
      items: 3
      stock: 7
      mix: {take: 5, read: 3, restock: 2}
      quantity: 1-4
      restock-units: 9
      skew: 1.1
      operations: 1000
      rate: 500
      deadline: 250ms
      wait: 100ms
      lease: 80ms
      max-failures: 2.5%
      seed: 7f3a
      faults:
        - server-pause
        - client-pause: {for: 300ms, before: UPDATE}
      expect: {redis-decr: violation}
      """)
    #expect(workload.about == "All of it.")
    #expect(workload.strategies == ["redis-decr", "pg-update"])
    #expect(workload.clients == 64 && workload.items == 3 && workload.stock == 7)
    #expect(workload.mix == Mix(take: 5, read: 3, restock: 2))
    #expect(workload.quantity == 1...4 && workload.restockUnits == 9 && workload.skew == 1.1)
    #expect(workload.extent == .operations(1000) && workload.rate == 500)
    #expect(workload.deadline == .milliseconds(250) && workload.seed == Seed(0x7f3a))
    #expect(workload.wait == .milliseconds(100) && workload.lease == .milliseconds(80))
    #expect(workload.maxFailures == 0.025)
    #expect(workload.expect == ["redis-decr": .violation])
    #expect(
      workload.faults.map(\.description)
        == ["server-pause", "client-pause:for=300ms,before=UPDATE,lease=80ms"])
  }

  @Test("coupons and orders have words of their own")
  func others() throws {
    let coupon = try read(
      """
      datatype: coupon
      strategies: redis-lua
      campaigns: 3
      coupons: 100
      buyers: 150
      mix: {claim: 60, read: 15}
      """)
    #expect(coupon.items == 3 && coupon.stock == 100 && coupon.buyers == 150)
    #expect(coupon.mix == Mix(take: 60, read: 15))
    let order = try read(
      "{program: {command: [shop]}, datatype: orders, stock: 7, quantity: 1-3, mix: {order: 1}}")
    #expect(order.external?.card.datatype == .orders && order.quantity == 1...3)
    for (text, refusal) in [
      ("{datatype: coupon, strategies: redis-lua, stock: 5}", "has no key `stock`"),
      ("{datatype: coupon, strategies: redis-lua, mix: {take: 1}}", "has no key `take`"),
      (
        "{strategies: redis-lua, explore: {calls: c1/t}}", "`calls` are of take, read, restock here"
      ),
      ("{program: {command: [shop]}, datatype: account}", "`datatype`"),
    ] {
      let error = #expect(throws: WorkloadError.self) { try read(text) }
      #expect(error?.message.contains(refusal) == true, "\(error?.message ?? "")")
    }
  }

  @Test("what is explored where no calls are stated follows from what is sold, and fits it")
  func exploredCalls() throws {
    func read(_ yaml: String) throws(WorkloadError) -> Workload {
      try Workload(yaml: yaml, name: "w", file: "w.yaml", strategies: Catalogue.names)
    }
    let coupon = try read("{strategies: coupon-lua, explore: {crashes: 1}}")
    #expect(CallScript.text(of: coupon.exploration?.calls ?? []) == "c1/c1,c2")
    #expect(coupon.exploration?.stock == 1)
    let order = try read("{program: {command: [shop]}, datatype: orders, explore: {stock: 3}}")
    #expect(CallScript.text(of: order.exploration?.calls ?? []) == "o1/o1,o2")
    #expect(order.exploration?.stock == 3)
    let stock = try read("{strategies: redis-lua, explore: {losses: 1}}")
    #expect(CallScript.text(of: stock.exploration?.calls ?? []) == "t/t")
    func service(_ calls: String) -> String {
      "service: {url: 'http://127.0.0.1:1'}\ntruth: {request: 'GET /{{item}}', left: $.left}\n\(calls)"
    }
    for (text, refusal) in [
      ("{strategies: [coupon-lua, redis-lua], explore: {}}", "redis-lua is for stock workloads"),
      ("{strategies: coupon-lua, explore: {calls: t/c1}}", "`calls` are of claim, read here"),
      (service("claim: {request: 'POST /{{item}}'}"), "put {{buyer}} into it"),
      (service("order: {request: 'POST /{{item}}'}"), "put {{order}} into it"),
      (service("take: {request: 'POST /{{item}}/{{order}}'}"), "{{order}} is for `order`"),
      (
        service("claim: {request: 'POST /{{item}}/{{buyer}}'}\ndatatype: stock"),
        "`claim` makes this a coupon workload, not stock"
      ),
    ] {
      let error = #expect(throws: WorkloadError.self) { try read(text) }
      #expect(error?.message.contains(refusal) == true, "\(text): \(error?.message ?? "")")
    }
  }

  @Test(
    "calls have numbers where they need them",
    arguments: ["c/c1", "c0/c1", "o1x", "o1x0", "o/o1", "c1001", "t0", "ox2"])
  func scripts(_ text: String) { #expect(CallScript.calls(text) == nil) }

  @Test("accounts have words of their own")
  func account() throws {
    let workload = try read(
      """
      datatype: account
      strategies: redis-lua
      accounts: 3
      balance: 500
      amount: 1-50
      mix: {use: 60, charge: 25, read: 15}
      """)
    #expect(workload.datatype == .account && workload.items == 3 && workload.stock == 500)
    #expect(workload.quantity == 1...50)
    #expect(workload.mix == Mix(take: 60, read: 15, restock: 25))
    let generator = Generator(workload, seed: Seed(7))
    let calls = (0..<1000).map { generator.call(client: 0, number: $0).call }
    let amounts = calls.compactMap { call -> Int? in
      guard case .restock(let amount) = call else { return nil }
      return amount
    }
    #expect(Set(amounts).count > 20 && amounts.allSatisfy((1...50).contains))
  }

  @Test("one name or one expectation may stand without a list")
  func shortForms() throws {
    let workload = try read("strategies: redis-lua\nexpect: violation\nduration: 1.5s")
    #expect(workload.strategies == ["redis-lua"])
    #expect(workload.expect == ["redis-lua": .violation])
    #expect(workload.extent == .duration(.milliseconds(1500)))
    let one = try read("strategies: redis-lua\nfaults: server-kill")
    #expect(one.faults.map(\.description) == ["server-kill"])
    let several = try read(
      "strategies: redis-lua\nfaults: {server-kill: {times: 1}, server-pause: {}}")
    #expect(several.faults.map(\.description) == ["server-kill:times=1", "server-pause"])
  }

  /// A file, and the position and words of its refusal.
  static let refused: [(yaml: String, line: Int, column: Int, words: String)] = [
    ("strategies: [redis-decr]\nclinets: 3", 2, 1, "did you mean `clients`?"),
    ("strategies: [redis-dcr]", 1, 14, "did you mean `redis-decr`?"),
    ("strategies: [redis-decr, redis-decr]", 1, 26, "named twice"),
    ("strategies: []", 1, 13, "names no strategy"),
    ("clients: 3", 0, 0, "`strategies` is missing"),
    ("strategies: [redis-decr]\nstock: -1", 2, 8, "from 0 to"),
    ("strategies: [redis-decr]\nclients: 0", 2, 10, "from 1 to"),
    ("strategies: [redis-decr]\nclients: many", 2, 10, "not many"),
    ("strategies: [redis-decr]\nclients: [1, 2]", 2, 10, "a list or mapping"),
    ("strategies: [redis-decr]\nmix: {tkae: 1}", 2, 7, "did you mean `take`?"),
    ("strategies: [redis-decr]\nmix: {take: 0}", 2, 6, "weight above 0"),
    ("strategies: [redis-decr]\nmix: 5", 2, 6, "a mapping such as"),
    ("datatype: acount\nstrategies: [redis-lua]", 1, 11, "stock, account, coupon"),
    ("datatype: account\nstrategies: [redis-lua]\nitems: 3", 3, 1, "no key `items`"),
    ("strategies: [redis-lua]\nbalance: 3", 2, 1, "no key `balance`"),
    ("datatype: account\nstrategies: [redis-lua]\nmix: {take: 1}", 3, 7, "no key `take`"),
    ("strategies: [redis-decr]\nduration: 5", 2, 11, "500ms, 10s or 2m"),
    ("strategies: [redis-decr]\nduration: 0s", 2, 11, "not 0s"),
    ("strategies: [redis-decr]\nduration: 1s\noperations: 5", 3, 13, "both given"),
    ("strategies: [redis-decr]\nquantity: 3-1", 2, 11, "a range such as 1-3"),
    ("strategies: [redis-decr]\nseed: xyz", 2, 7, "hexadecimal"),
    ("strategies: [redis-decr]\nrate: .nan", 2, 7, "a number from"),
    ("strategies: [redis-decr]\nexpect: fine", 2, 9, "linearizable or violation"),
    ("strategies: [redis-decr]\nexpect: {pg-update: violation}", 2, 10, "no key `pg-update`"),
    ("strategies: [redis-decr]\nclients: 1\nclients: 2", 2, 1, "given twice: clients"),
    ("strategies: [redis-decr]\nfaults: [server-kil]", 2, 10, "did you mean `server-kill`?"),
    ("strategies: [redis-decr]\nfaults: {server-kil: }", 2, 10, "did you mean `server-kill`?"),
    ("strategies: [redis-decr]\nfaults: {server-kill: {fro: 1s}}", 2, 24, "did you mean `for`?"),
    ("strategies: [redis-decr]\nfaults: {server-kill: {for: 1}}", 2, 29, "from 0s to 60s, not 1"),
    ("strategies: [redis-decr]\nfaults: {server-kill: {server: x}}", 2, 32, "one of any, redis"),
    ("strategies: [redis-decr]\nfaults: {server-kill: 5}", 2, 23, "a mapping such as"),
    ("strategies: [redis-decr]\nfaults: [server-kill, server-kill]", 2, 9, "named twice"),
    ("strategies: [redis-decr]\nfaults: [[server-kill]]", 2, 10, "a name such as"),
    ("strategies: [redis-decr", 2, 1, ""),
    ("- redis-decr", 0, 0, "a workload is a mapping"),
    ("", 0, 0, "a workload is a mapping"),
  ]

  @Test("what it doesn't know is refused with its place", arguments: refused.indices)
  func refusal(_ number: Int) {
    let (yaml, line, column, words) = Self.refused[number]
    do throws(WorkloadError) {
      let workload = try read(yaml)
      Issue.record("accepted as \(workload)")
    } catch {
      #expect(error.message.contains(words), "\(error)")
      #expect(error.line == line && error.column == column, "\(error)")
    }
  }
}

@Suite("Words for people")
struct SpellingTests {
  @Test(
    "times",
    arguments: [
      ("250us", Duration.microseconds(250)), ("500ms", .milliseconds(500)),
      ("10s", .seconds(10)), ("2m", .seconds(120)), ("0.5s", .milliseconds(500)),
    ])
  func times(_ text: String, _ duration: Duration) {
    #expect(Duration(text: text) == duration)
  }

  @Test("no times", arguments: ["", "s", "5", "5h", "-1s", "1e99s", "1..5s"])
  func noTimes(_ text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test("the nearest name is offered, or all of them")
  func nearestName() {
    #expect(nearest(to: "redis-dcr", among: known) == "; did you mean `redis-decr`?")
    #expect(nearest(to: "xyzzy", among: ["a", "b"]) == "; there are: a, b")
    let many = (10..<99).map { "name-\($0)" } + ["xyz-far-away"]
    let advice = nearest(to: "xyzzy", among: many)
    #expect(advice.hasPrefix("; there are 90, such as name-10, "), "\(advice)")
    #expect(advice.count < 200)
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("", "abc") == 3)
  }
}
