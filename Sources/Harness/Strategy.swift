// What a strategy is: how a client buys, and what its author claims of it.
// One file each under Strategies/, one line each in Catalogue.swift. A strategy sees its session's
// connections and nothing else: no clock, no recorder, no checker.

public import Drivers

/// Something on sale.
public struct Item: Sendable, Hashable {
  /// Position in the shop, from 0; the primary key in databases.
  public let number: Int
  /// The name in histories, `item-0`.
  public let name: String
  /// The key in Redis, under the run's own prefix.
  public let key: String
  /// The key of a hash that holds all items, one field each.
  public let shelf: String
  /// The key of the item's queue.
  public let queue: String
  /// What keys begin with that must share a cluster's slot: the name in braces, a hash tag.
  public let tagged: String
  /// The name of the item's lock.
  public let lock: String

  public init(number: Int, prefix: String, of datatype: Workload.Datatype = .stock) {
    self.number = number
    name = datatype.object(number)
    key = prefix + name
    shelf = prefix + "stock"
    queue = prefix + name + ":queue"
    tagged = prefix + "{" + name + "}"
    lock = tagged + ":lock"
  }
}

/// What a workload asks beyond takes of one unit and reads.
public struct Traffic: OptionSet, Sendable, Hashable {
  public let rawValue: Int

  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// Takes of several units at once.
  public static let severalUnits = Traffic(rawValue: 1)
  /// Units put in while others are taken.
  public static let restocks = Traffic(rawValue: 2)
}

/// What the catalogue says of a strategy.
public struct StrategyCard: Sendable, Hashable {
  /// The name on the command line and in workloads.
  public var name: String
  /// The heading it stands under; nil: in no catalogue. For people: nothing follows from it.
  public var family: Family?
  /// What it sells: its clients' calls, and the model that it is held to.
  public var datatype: Workload.Datatype
  /// How it sells, in one line.
  public var summary: String
  public var needs: Needs
  /// What it needs of Redis that not every version accepted has; nil: nothing.
  public var feature: RedisFeature?
  /// The verdict under concurrency, without faults, for traffic that it is made for.
  public var expected: Expectation
  /// What an exploration holds it to.
  public var guarantees = Guarantees.stock
  /// What it is made for beyond takes of one unit and reads.
  public var supports: Traffic
  /// Whether it takes first and puts back what was not there: a call that is cut off in between
  /// leaves the store below zero.
  public var goesBelowZero: Bool
  /// Whether it may answer from a memory, its own or a cache's, without asking the store: then it is
  /// measured how old the answers are.
  public var answersFromMemory: Bool
  /// Whether its clients' commands pass a gate of soldout's before they are sent; else, as a program's, a
  /// proxy's.
  public var hasGates: Bool
  /// Whether several stores each hold a part of the truth.
  public var hasSeveralStores: Bool
  /// Connections that a client has to each database it needs, at most.
  public var databaseConnections: Int
  /// Errors, as histories have them, by which it refuses calls by design: a constraint of its
  /// tables. Giving up by its own rules needs no mention.
  public var refusals: Set<String>
  /// What it doesn't survive. It follows from where the stock lives, and from what guards it: a lock by
  /// itself is lost with its lease, its server or its connection; a second line of defence at the database
  /// is not. Where nothing is said, that its servers forget, and a call that is cut off below zero.
  public var vulnerableTo: Hazards
  /// Why it holds up, or what breaks it, in a sentence or two.
  public var note: String
  /// Whose behaviour it re-implements, a sentence; nil where there is no original.
  public var origin: String?

  public enum Family: String, Sendable, CaseIterable {
    case redis = "Redis alone"
    case redisCluster = "Redis cluster"
    case lock = "Redis lock around PostgreSQL"
    case wrongOrder = "Wrong order, on purpose"
    case lockAndSecondLine = "Lock and a second line of defence"
    case postgres = "PostgreSQL alone"
    case mysql = "MySQL alone"
    case mysqlLock = "Lock around MySQL"
    case queue = "Queue"
    case cache = "Cache before PostgreSQL"
    case stores = "Several stores"
    case coupon = "One per buyer"
    case orders = "Orders that are sent again"
  }

  public init(
    name: String, family: Family?, datatype: Workload.Datatype = .stock, summary: String,
    needs: Needs, feature: RedisFeature? = nil, expected: Expectation, supports: Traffic = [],
    goesBelowZero: Bool = false, answersFromMemory: Bool = false, hasSeveralStores: Bool = false,
    hasGates: Bool = true,
    databaseConnections: Int = 1, refusals: Set<String> = [],
    vulnerableTo: Hazards? = nil, note: String, origin: String? = nil
  ) {
    self.name = name
    self.family = family
    self.datatype = datatype
    self.summary = summary
    self.needs = needs
    self.feature = feature
    self.expected = expected
    self.supports = supports
    self.goesBelowZero = goesBelowZero
    self.answersFromMemory = answersFromMemory
    self.hasSeveralStores = hasSeveralStores
    self.hasGates = hasGates
    self.databaseConnections = databaseConnections
    self.refusals = refusals
    self.vulnerableTo = vulnerableTo ?? Hazards(of: needs).union(goesBelowZero ? .callCutOff : [])
    self.note = note
    self.origin = origin
  }
}

/// A way of selling.
///
/// Calls are straight-line code that throws the first failure it can't deal with. Whether a failed
/// call is `fail` or `info` is not the strategy's decision: its session knows which of its commands
/// may have taken effect.
///
/// What clients can call depends on what is sold: a `StockStrategy` takes, reads and restocks.
public protocol Strategy: Sendable {
  static var card: StrategyCard { get }

  init()

  /// Puts `units` of every item in stock. Called once, on an empty store, before any client.
  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure)

  /// Performs one call and returns its reply.
  func perform(
    _ call: ShopCall, on item: Item, in session: Session
  ) async throws(Failure) -> ShopReply

  /// The reply that a script's answer stands for, where it settles a call that was lost; nil: the
  /// answer alone doesn't tell.
  func reply(to call: ShopCall, answer: Int) -> ShopReply?

  /// How many units the store holds at the end, whatever buyers are shown; below zero if so.
  func remaining(of item: Item, in session: Session) async throws(Failure) -> Int

  /// How many workers serve its calls; most strategies have none.
  var workers: Int { get }

  /// Whether its clients wait for a lock by name and try again; most strategies have none.
  var waitsForLock: Bool { get }

  /// One worker's work, from 0: returns when it is told to stop, at most a tenth of a second later,
  /// and leaves nothing half done. A worker whose work throws is started again.
  func work(_ number: Int, until stop: WorkerStop, in session: Session) async throws(Failure)

  /// What each store holds of an item at the end; where nothing else is said, there is one store.
  func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings
}

/// What the stores of a strategy hold of one item.
public struct Holdings: Sendable, Hashable, Codable {
  /// Units left, by store.
  public var left: [String: Int]
  /// Units in orders, by the store that keeps these.
  public var ordered: [String: Int]

  public init(left: [String: Int], ordered: [String: Int] = [:]) {
    self.left = left
    self.ordered = ordered
  }
}

extension Strategy {
  public func reply(to call: ShopCall, answer: Int) -> ShopReply? { nil }

  public var workers: Int { 0 }

  public var waitsForLock: Bool { false }

  public func work(
    _ number: Int, until stop: WorkerStop, in session: Session
  ) async throws(Failure) {}

  public func holdings(of item: Item, in session: Session) async throws(Failure) -> Holdings {
    Holdings(left: ["the store": try await remaining(of: item, in: session)])
  }
}

extension Failure {
  /// A strategy stops by its own rules, before its effecting step: no effect.
  package static func gaveUp(_ why: String) -> Failure { .definite(.gaveUp(why)) }

  /// A call that no workload of the strategy's datatype makes.
  package static func notFor(_ card: StrategyCard, _ call: ShopCall) -> Failure {
    .gaveUp("\(card.name) knows no \(call.function)")
  }
}
