// The conditions under which mutants are hunted: small, quick, and crowded. Each has a name; a run
// under it is repeated with other seeds until the mutant shows or its time is up.

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
    name: "outlasted", about: "transactions twice as long as a lease that is renewed",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(700)),
    faults: [
      // For its lease; a pause of 1 ms is none.
      .known("client-pause", ["for": "1ms", "lease": "300ms", "first": "20ms", "every": "100ms"]),
      .known("slow-transaction", ["for": "600ms", "first": "20ms", "times": "1"]),
    ])

  /// A client stands still before it writes until its lease is over, watchdog or not, and goes on.
  static let lostLock = Workload(
    name: "lost-lock", about: "clients stand still before they write, past their lease",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(500)),
    faults: [
      .known(
        "client-pause",
        ["for": "120ms", "lease": "60ms", "before": "UPDATE", "first": "20ms", "every": "150ms"])
    ])

  /// As `lostLock`, at any step inside the lock.
  static let lostInside = Workload(
    name: "lost-inside", about: "clients stand still anywhere inside the lock, past their lease",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(500)),
    faults: [
      .known(
        "client-pause", ["for": "120ms", "lease": "60ms", "first": "20ms", "every": "130ms"])
    ])

  /// A client, or one of the servers it asks, stands still until what the others have granted has
  /// run out. With few clients, since among many most that ask are refused anyway.
  static let lateMajority = Workload(
    name: "late-majority", about: "clients and servers that stand still before a majority is full",
    strategies: [], clients: 4, stock: 100_000, extent: .duration(.milliseconds(1200)),
    deadline: .milliseconds(800),
    faults: [
      .known(
        "client-pause",
        [
          "for": "200ms", "lease": "150ms", "after": "SET", "before": "SET", "first": "10ms",
          "every": "20ms",
        ]),
      .known(
        "server-pause", ["for": "185ms", "server": "redis", "first": "10ms", "every": "200ms"]),
    ])

  /// A client stands still before it tells another store, well within its lease.
  static let lateIndex = Workload(
    name: "late-index", about: "clients that stand still before they write the search index",
    strategies: [], clients: 8, stock: 100_000, extent: .duration(.milliseconds(400)),
    faults: [
      .known(
        "client-pause",
        ["for": "30ms", "lease": "3s", "before": "SET", "first": "10ms", "every": "40ms"])
    ])

  /// As `lostReplies`, of orders in a store of their own.
  static let lostOrders = Workload(
    name: "lost-orders", about: "orders that are written, and their answers lost", strategies: [],
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
    do throws(Refusal) {
      return try FaultSpec(
        name: name, given: parameters.map { Given($0.key, $0.value) })
    } catch {
      preconditionFailure(error.message)
    }
  }
}
