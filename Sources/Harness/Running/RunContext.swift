// What the clients of one run share: the servers, the goods, the journal, and the moments of a run that
// all of them wait for.

import Drivers
import History

/// What the clients of one run share. Confined to the loop's thread, on which all of them run.
///
/// `@unchecked Sendable`: the tasks of a run are created with the loop as their executor and never
/// leave it, so no two of them touch this at once.
final class RunContext: @unchecked Sendable {
  let loop: EventLoop
  let plan: RunPlan
  /// The ways to the servers, where a fault or a program wants some.
  let proxies: ServerProxies?
  /// Where clients find the servers; another Redis after a failover.
  var topology: Topology { proxies?.topology ?? plan.topology }
  /// What is for sale.
  let items: [Item]
  /// What is not for sale, and there to warm up on.
  let warmUpItem: Item
  var clients: Int { plan.workload.clients }
  /// How long a call may take, in ns.
  let callTimeout: Int64
  var seed: Seed { plan.seed }
  let journal: Journal
  let connections = ConnectionCount()
  /// What the user's code is sent and answers; nil: nobody reads it.
  var exchangeLog: ExchangeLog?
  /// The time of a program's processes, where an exploration decides how it passes.
  var clock: (any ProgramClock)?
  /// Injects faults, if any are asked for.
  let nemesis: Nemesis?
  /// How locks get their leases; nil: as each lock has it.
  let lease: LeaseDemand?
  /// How long locks are waited for (ns); nil: as each lock has it.
  let lockWait: Int64?
  /// Whether indeterminate calls are to be settled after the run, and those that may be.
  let isResolving: Bool
  var unsettled: [Unsettled] = []
  /// Set when a client can't go on, though nobody has asked it to stop.
  var hasGivenUp = false
  /// Set when no further call is to be started.
  var isStopping = false
  /// Set when every client is done.
  var isFinished = false
  let finishSignal: Signal
  /// When the main phase began.
  private(set) var started: Int64?
  private var ready = 0
  private let startSignal: Signal
  /// The process number of the next client that is not one of the first.
  private var nextProcess: Int
  /// Whether a fault may let a server forget what was put into it.
  var forgets: Bool {
    let hazards = plan.workload.faults.reduce(into: Hazards()) { $0.formUnion($1.make().hazards) }
    return !hazards.isDisjoint(with: [.redisForgets, .postgresForgets])
  }
  /// What the clients buy from, as it runs here.
  private(set) lazy var deployment: any Deployment = plan.system.deploy(self)

  init(
    loop: EventLoop, plan: RunPlan, proxies: ServerProxies?, journal: Journal,
    nemesis: Nemesis? = nil
  ) {
    self.loop = loop
    self.plan = plan
    self.proxies = proxies
    self.journal = journal
    self.nemesis = nemesis
    let workload = plan.workload
    func item(_ number: Int) -> Item {
      Item(number: number, prefix: plan.topology.prefix, of: workload.datatype)
    }
    items = (0..<workload.items).map(item)
    warmUpItem = item(workload.items)
    startSignal = Signal(on: loop)
    finishSignal = Signal(on: loop)
    callTimeout = workload.deadline.inNanoseconds
    lease = plan.demands.lease ?? workload.leaseDemand
    lockWait = workload.wait?.inNanoseconds
    isResolving = workload.resolve
    nextProcess = workload.clients
  }

  /// Waits until every client, and the nemesis, is ready. Returns the moment the main phase began.
  func startTogether() async -> Int64 {
    ready += 1
    if ready == clients + (nemesis == nil ? 0 : 1) {
      journal.event("main", from: "run", value: .string("start"))
      started = EventLoop.now()
      proxies?.watch?.isCounting = true
      connections.restart()
      startSignal.notifyAll()
    }
    _ = await startSignal.wait { started != nil }
    return started ?? EventLoop.now()
  }

  /// When clients whose time is over at a moment are to stop.
  func extended(_ end: Int64) -> Int64 {
    end == .max ? end : nemesis?.extended(end) ?? end
  }

  /// A process number that was never used: a process is retired after `info`.
  func freshProcess() -> Int {
    defer { nextProcess += 1 }
    return nextProcess
  }
}
