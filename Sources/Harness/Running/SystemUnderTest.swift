// What a run drives and judges, as a value: what its card says of it, and how clients and store of it
// come to be on a run's loop. A strategy in Swift is one, a program that only a workload names another.

import Drivers
import History

/// A way of selling that a run can be made of.
///
///     RunPlan(workload, of: RedisDecr.system, …)
public struct SystemUnderTest: Sendable {
  /// What it is called, what it needs, and what is expected of it.
  public let card: StrategyCard
  /// Brings it up for one run, on the run's loop; nothing starts before `Deployment.start`.
  let deploy: @Sendable (RunContext) -> any Deployment

  init(_ card: StrategyCard, deploy: @escaping @Sendable (RunContext) -> any Deployment) {
    self.card = card
    self.deploy = deploy
  }
}

extension Strategy {
  /// The strategy as a value that a run can hold.
  public static var system: SystemUnderTest {
    SystemUnderTest(card) { StrategyDeployment(Self(), in: $0) }
  }
}

/// A system under test as it runs here: its clients, and its store.
///
/// Confined to the run's loop.
protocol Deployment: AnyObject, Sendable {
  /// Starts what clients need, before anything is put in stock.
  func start() async throws(RunFailure)

  /// Puts `units` of every item in stock, on empty stores. Called once, before any call.
  func open(_ items: [Item], units: Int, on topology: Topology) async throws(RunFailure)

  /// A client with a number that nobody else has.
  func client(_ number: Int) -> any CallClient

  /// Calls `body` while those work who serve clients from beside.
  func during<Value: Sendable>(
    _ body: () async throws(RunFailure) -> Value
  ) async throws(RunFailure) -> Value

  /// What the stores hold of the items at the end, whatever buyers are shown; nil: nobody can tell.
  func finalState(of items: [Item]) async throws(RunFailure) -> FinalState?

  /// The reply that a script's answer stands for, where it settles a call that was lost.
  func reply(to call: ShopCall, answer: Int) -> ShopReply?

  /// What else is worth telling of it; nil: nothing ever is.
  var remarks: ProgramRemarks? { get }

  /// Whether what a call of each kind is answered can be understood, tried on an item that is not for sale;
  /// throws a sentence where it can't.
  func probe(on item: Item) async throws(RunFailure)

  /// The first answer that doesn't fit what was said of it, a sentence; nil: all have.
  var invalid: String? { get }

  /// Whether it has printed anything.
  var hasLog: Bool { get }

  /// Its processes that run, by the number of the client or the instance.
  var processes: [Int: Int32] { get }

  /// The number of the process that makes a client's calls.
  func instance(of client: Int) -> Int

  /// What events call one of its processes.
  var processWord: String { get }

  /// Lets the process of a number stand still with all its group, or go on.
  func pause(_ process: Int, _ isPaused: Bool)

  /// Kills the process of a number, with all its group, at once.
  func kill(_ process: Int)

  /// Returns when another stands in the place of one that was killed, where clients don't see to it.
  func replace(_ process: Int) async

  /// Ends everything it started; nothing of it is left afterwards.
  func end() async
}

extension Deployment {
  func probe(on item: Item) async throws(RunFailure) {}
  var invalid: String? { nil }
  var hasLog: Bool { false }
  // One whose clients are no processes: their gates hold them.
  var processWord: String { "process" }
  var processes: [Int: Int32] { [:] }
  func instance(of client: Int) -> Int { client }
  func pause(_ process: Int, _ isPaused: Bool) {}
  func kill(_ process: Int) {}
  func replace(_ process: Int) async {}
}

/// What the stores hold of each item at the end.
struct FinalState: Sendable {
  /// Units by item.
  var remaining: [Int] = []
  /// The same by store.
  var holdings: [Holdings] = []
}
