// One logical client: makes its calls one after the other, as the generator says, and records each
// call before its first byte leaves and each reply after its last byte came.

import Drivers
import History

/// What the clients of one run share. Confined to the loop's thread, on which all of them run.
///
/// `@unchecked Sendable`: the tasks of a run are created with the loop as their executor and never
/// leave it, so no two of them touch this at once.
final class RunContext: @unchecked Sendable {
  let loop: EventLoop
  let strategy: any Strategy
  let topology: Topology
  /// What is for sale.
  let items: [Item]
  /// What is not for sale, and there to warm up on.
  let warmUpItem: Item
  let clients: Int
  /// How long a call may take, in ns.
  let patience: Int64
  let seed: Seed
  let journal: Journal
  let connections = ConnectionCount()
  /// Whoever injects faults, if any are asked for.
  let nemesis: Nemesis?
  /// How locks get their leases; nil: as each lock has it.
  let lease: LeaseDemand?
  /// How long locks are waited for (ns); nil: as each lock has it.
  var lockWait: Int64?
  /// Whether indeterminate calls are to be settled after the run, and those that may be.
  var isResolving = false
  var unsettled: [Unsettled] = []
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

  init(
    loop: EventLoop, strategy: any Strategy, topology: Topology, items: [Item], warmUpItem: Item,
    clients: Int, patience: Int64, seed: Seed, journal: Journal, nemesis: Nemesis? = nil,
    lease: LeaseDemand? = nil
  ) {
    self.loop = loop
    self.strategy = strategy
    self.topology = topology
    self.items = items
    self.warmUpItem = warmUpItem
    startSignal = Signal(on: loop)
    finishSignal = Signal(on: loop)
    self.clients = clients
    self.patience = patience
    self.seed = seed
    self.journal = journal
    self.nemesis = nemesis
    self.lease = lease
    nextProcess = clients
  }

  /// Waits until every client, and whoever injects faults, is ready. Returns the moment the main phase began.
  func startTogether() async -> Int64 {
    ready += 1
    if ready == clients + (nemesis == nil ? 0 : 1) {
      journal.event("main", from: "run", value: "\"start\"")
      started = EventLoop.now()
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

/// A client's run through its calls.
struct Client {
  let context: RunContext
  let generator: Generator
  /// Position among the clients, from 0.
  let number: Int

  /// Connects, warms up, waits for the others, and makes its calls: all of `extent`'s share, or
  /// those until its end, or none any more once the run is stopping.
  func run(_ extent: Extent) async {
    var process = Process(context, number: number)
    defer { process.session.close() }
    if await process.connect(until: EventLoop.now() + context.patience) {
      await process.warmUp()
    }
    let start = await context.startTogether()
    var (calls, end) = (Int.max, Int64.max)
    switch extent {
    case .operations(let count):
      calls = count / context.clients + (number < count % context.clients ? 1 : 0)
    case .duration(let duration): end = start + duration.inNanoseconds
    }
    var made = 0
    while made < calls, !context.isStopping {
      var intended: Int64?
      if let offset = generator.start(client: number, number: made) {
        guard start + offset < context.extended(end) else { break }
        intended = start + offset
        if start + offset > EventLoop.now() {
          guard await context.loop.sleep(until: start + offset) else { break }
        }
      }
      let last = context.extended(end)
      guard last == .max || EventLoop.now() < last else { break }
      if !process.session.isConnected {
        guard await process.connect(until: last) else { break }
      }
      let planned = generator.call(client: number, number: made)
      made += 1
      if await !process.perform(planned, intended: intended) {
        process = process.successor()
      }
    }
  }
}

/// A process: one session, one call at a time, retired when a call's outcome is not known.
struct Process {
  let context: RunContext
  let number: Int
  let session: Session

  init(_ context: RunContext, number: Int) {
    self.context = context
    self.number = number
    session = Session(
      on: context.loop, topology: context.topology, process: number, seed: context.seed)
    session.lease = context.lease
    session.lockWait = context.lockWait
    session.connectionUse.count = context.connections
    session.isResolvable = context.isResolving
    if context.isResolving { session.connectionName = Session.name(of: number) }
    guard let nemesis = context.nemesis else { return }
    session.connectionName = Session.name(of: number)
    let gate = ClientGate(nemesis, session)
    session.gate = gate
    session.lineGate = { LineGate(gate, $0) }
  }

  /// The process that goes on after this one's outcome was indeterminate: a new number, new
  /// connections.
  func successor() -> Process {
    session.close()
    return Process(context, number: context.freshProcess())
  }

  /// Connects if need be, trying again every few milliseconds until a moment.
  func connect(until end: Int64) async -> Bool {
    while !context.isStopping {
      let now = EventLoop.now()
      do throws(Failure) {
        try await session.connect(by: now + context.patience)
        return true
      } catch {
        // Connecting has no effect, so it is not part of the history; the gap shows there.
        let retry = now + 5_000_000
        guard retry < end, await context.loop.sleep(until: retry) else { return false }
      }
    }
    return false
  }

  /// Touches everything a call needs, on an item that is not for sale, unrecorded: statements are
  /// prepared and scripts known before the first call is timed.
  func warmUp() async {
    for call in [Stock.Call.read, .take(1)] {
      session.begin(deadline: EventLoop.now() + context.patience)
      do throws(Failure) {
        _ = try await context.strategy.perform(call, on: context.warmUpItem, in: session)
      } catch {
        await session.settle()
      }
    }
  }

  /// Makes one call and records it. False when the outcome is indeterminate.
  func perform(_ planned: PlannedCall, intended: Int64? = nil) async -> Bool {
    let called = context.journal.call(planned, by: number, intended: intended)
    session.begin(deadline: called + context.patience)
    session.journal = context.journal
    let item = context.items[planned.item]
    do throws(Failure) {
      let reply = try await context.strategy.perform(planned.call, on: item, in: session)
      context.journal.reply(reply, to: planned, by: number, trace: session.trace)
      return true
    } catch {
      let failure = session.outcome(of: error)
      // A transaction is rolled back before its call is said to have had no effect.
      if failure.certainty == .definite { await session.settle() }
      context.journal.failure(failure, to: planned, by: number, trace: session.trace)
      if failure.certainty == .indefinite, let evidence = session.evidence {
        context.unsettled.append(
          Unsettled(process: number, planned: planned, evidence: evidence))
      }
      return failure.certainty == .definite
    }
  }
}
