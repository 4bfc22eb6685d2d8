// The conditions under which mutants are hunted: small, quick, and crowded. Each has a name; a run
// under it is repeated with other seeds until the mutant shows or its time is up.

import Harness

extension Workload {
  /// Nobody is refused for lack of stock; everybody wants the same item.
  static let crowd = Workload(
    name: "crowd", about: "16 buyers of one item that lasts", strategies: [], stock: 100_000,
    extent: .operations(320))

  /// Every item runs out, one after the other.
  static let lastUnits = Workload(
    name: "last-units", about: "16 buyers of 6 items, 5 units each", strategies: [], items: 6,
    stock: 5, extent: .operations(320))

  /// As `lastUnits`, and buyers want one to three units at once.
  static let lastSeveral = Workload(
    name: "last-several", about: "16 buyers of 6 items, 8 units each, 1 to 3 at once",
    strategies: [], items: 6, stock: 8, quantity: 1...3, extent: .operations(320))

  /// Coupons run out, and most buyers ask more than once.
  static let coupons = Workload(
    name: "coupons", about: "16 clients claim 6 campaigns' 5 coupons for 10 buyers",
    datatype: .coupon, strategies: [], items: 6, stock: 5, extent: .operations(320))

  /// Items run out, and half the orders come twice.
  static let orders = Workload(
    name: "orders", about: "16 clients order 6 items, 5 units each, half of them twice",
    datatype: .orders, strategies: [], items: 6, stock: 5, extent: .operations(320))

  /// Items run out and come back.
  static let restocked = Workload(
    name: "restocked", about: "16 buyers of 3 items that run out and are restocked",
    strategies: [], items: 3, stock: 5, mix: Mix(take: 75, read: 15, restock: 10),
    restockUnits: 3, extent: .operations(320))

  /// Buyers stand in line, and none gives up for long.
  static let line = Workload(
    name: "line", about: "8 buyers in line for one item", strategies: [], clients: 8,
    stock: 100_000, extent: .duration(.milliseconds(250)), deadline: .milliseconds(600))

  /// A transaction takes longer than a lease that a watchdog renews.
  static let outlasted = Workload(
    name: "outlasted", about: "transactions twice as long as a renewed lease",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(700)),
    faults: [
      // For its lease; a pause of 1 ms hardly is one.
      .known("client-pause", ["for": "1ms", "lease": "300ms", "first": "20ms", "every": "100ms"]),
      .known("slow-transaction", ["for": "600ms", "first": "20ms", "times": "1"]),
    ])

  /// A client stands still before it writes until its lease is over, watchdog or not, and goes on.
  static let lostLock = Workload(
    name: "lost-lock", about: "clients that pause before they write, past their lease",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(500)),
    faults: [
      .known(
        "client-pause",
        ["for": "120ms", "lease": "60ms", "before": "UPDATE", "first": "20ms", "every": "150ms"])
    ])

  /// As `lostLock`, at any step inside the lock.
  static let lostInside = Workload(
    name: "lost-inside", about: "clients that pause anywhere inside the lock, past their lease",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(500)),
    faults: [
      .known(
        "client-pause", ["for": "120ms", "lease": "60ms", "first": "20ms", "every": "130ms"])
    ])

  /// A client that three servers of five have granted the lock stands still before it asks the
  /// fourth, until the three have forgotten it. Calls come one by one, so that nobody is in its way
  /// before, and take long enough for another to be inside after.
  static let lateMajority = Workload(
    name: "late-majority", about: "clients that pause with a majority, past their lease",
    strategies: [], clients: 6, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(900)), rate: 10,
    faults: [
      .known(
        "client-pause",
        [
          "for": "600ms", "lease": "400ms", "before": "SET", "at": "redis-4", "first": "0ms",
          "every": "1ms", "times": "1",
        ]),
      .known(
        "slow-transaction", ["for": "50ms", "before": "UPDATE", "first": "0ms", "every": "1ms"]),
    ])

  /// One server's clock jumps past every lease while a client that had nobody in its way is at work.
  static let oneClockAhead = Workload(
    name: "one-clock-ahead", about: "one server's clock ahead while a transaction takes long",
    strategies: [], clients: 2, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(600)), rate: 4,
    faults: [
      longTransaction,
      once("clock-jump", ["server": "redis-1", "first": "100ms", "for": "1s"]),
    ])

  /// Two servers lose their memory while a client that had nobody in its way is at work.
  static let twoForget = Workload(
    name: "two-forget", about: "two servers restarted empty while a transaction takes long",
    strategies: [], clients: 2, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(600)), rate: 4,
    faults: [longTransaction]
      + ["redis-1", "redis-2"].map {
        once("server-kill", ["server": $0, "first": "100ms", "for": "0s"])
      })

  /// Nobody reaches three servers of five for a while, and then everybody does.
  static let cutMajority = Workload(
    name: "cut-majority", about: "three servers of five out of reach for a while",
    strategies: [], clients: 6, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(1000)), rate: 5,
    faults: [once("slow-transaction", ["for": "500ms", "before": "UPDATE", "first": "150ms"])]
      + ["redis-1", "redis-2", "redis-3"].map {
        once("partition", ["server": $0, "first": "100ms", "for": "850ms"])
      })

  /// The first transaction takes longer than it is from one call to the next.
  private static let longTransaction = once(
    "slow-transaction", ["for": "450ms", "before": "UPDATE", "first": "0ms"])

  /// A lock's server is replaced by one that has never heard of the lock, while its owner is about
  /// to write. Calls come one by one, so that the next owner's token is the lost one again.
  static let lostInFailover = Workload(
    name: "lost-in-failover", about: "a failover in which a lock and its token are lost",
    strategies: [], clients: 2, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(900)), rate: 5,
    faults: [once("failover", ["lag": "20ms", "held": "300ms", "first": "50ms"])])

  /// The clock of a lock's server jumps past every lease while its owner is at work. Calls come one
  /// by one: who waits for a release notices nothing, who comes later does.
  static let lostByClock = Workload(
    name: "lost-by-clock",
    about: "the clock of a lock's server ahead while a transaction takes long",
    strategies: [], clients: 8, stock: 100_000, mix: Mix(take: 100),
    extent: .duration(.milliseconds(600)), rate: 15,
    faults: [
      once("slow-transaction", ["for": "400ms", "before": "UPDATE", "first": "0ms"]),
      once("clock-jump", ["offset": "60s", "first": "100ms", "for": "1s"]),
    ])

  /// The database is killed in the midst of many sales, and comes back.
  static let killedDatabase = Workload(
    name: "killed-database", about: "PostgreSQL killed during sales and restarted",
    strategies: [], items: 4, stock: 100_000, extent: .duration(.milliseconds(900)),
    faults: [
      .known(
        "server-kill", ["server": "postgres", "first": "150ms", "every": "300ms", "for": "0s"])
    ])

  /// A fault that strikes once, at its time.
  private static func once(
    _ name: String, _ parameters: KeyValuePairs<String, String>
  ) -> FaultSpec {
    let when: KeyValuePairs = ["every": "1ms", "times": "1"]
    return .known(name, Array(parameters) + Array(when))
  }

  /// A client stands still before it tells another store, well within its lease.
  static let lateIndex = Workload(
    name: "late-index", about: "clients that pause before they write the search index",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(400)),
    faults: [
      .known(
        "client-pause",
        ["for": "30ms", "lease": "3s", "before": "SET", "first": "10ms", "every": "40ms"])
    ])

  /// As `lostReplies`, of orders in a store of their own.
  static let lostOrders = Workload(
    name: "lost-orders", about: "orders that are written but whose answers are lost",
    strategies: [],
    items: 4, stock: 100_000, extent: .duration(.milliseconds(300)),
    faults: [.known("reply-loss", ["of": "INSERT", "first": "5ms", "every": "20ms"])])

  /// Connections are cut, some before the command was executed and some after.
  static let cutOff = Workload(
    name: "cut-off", about: "connections that are cut with commands on their way", strategies: [],
    items: 8, stock: 100_000, extent: .duration(.milliseconds(400)),
    faults: [.known("connection-kill", ["first": "10ms", "every": "2ms"])])

  /// What was asked is done, and the answer gets lost; nobody knows what became of it.
  static let lostReplies = Workload(
    name: "lost-replies", about: "replies that are lost after the command was executed",
    strategies: [], items: 4, stock: 100_000, extent: .duration(.milliseconds(300)),
    faults: [.known("reply-loss", ["first": "5ms", "every": "20ms"])])
}

extension FaultSpec {
  /// A fault of the catalogue, with parameters that its card knows.
  static func known(_ name: String, _ parameters: KeyValuePairs<String, String>) -> FaultSpec {
    known(name, Array(parameters))
  }

  fileprivate static func known(
    _ name: String, _ parameters: [(key: String, value: String)]
  ) -> FaultSpec {
    do throws(Refusal) {
      return try FaultSpec(
        name: name, given: parameters.map { Given($0.key, $0.value) })
    } catch {
      preconditionFailure(error.message)
    }
  }
}
