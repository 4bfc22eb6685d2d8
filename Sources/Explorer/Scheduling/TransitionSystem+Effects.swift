// What a transition does: to the state, and on real servers and clients.

import Drivers
import Harness

/// What has to be done for a transition.
enum Effect {
  /// A client's call has begun.
  case callBegan(client: Int)
  /// The command at a thread's gate goes out, or not.
  case release(ThreadID, Admission)
  /// Some of the clients' connections are about to be closed.
  case connectionsClose
  /// All connections of clients that are not done are closed.
  case closeClients
  /// Those who wait for these timers go on.
  case fire([Int])
  /// Something is done to servers, which takes a while.
  case server(ServerEffect)
}

/// What has to be done to servers, over control connections.
enum ServerEffect {
  /// Virtual time has passed: every lease is so much shorter, then due timers fire.
  case shortenLeases(milliseconds: Int)
  /// A key's lease ends.
  case endLease(KeyID)
  /// A server is killed and started again.
  case restart(ServerName)
  /// The replica gets everything up to now, and nothing from now on.
  case stall
  /// Redis is killed, and its replica takes over.
  case failOver
}

extension TransitionSystem {
  /// Takes a transition that is enabled.
  mutating func take(_ transition: Transition) -> [Effect] {
    assert(enabledTransitions.contains { $0.transition == transition }, "\(transition) is enabled")
    // Asked of the state before the step: the leases are as the server told then.
    let nextMoment = nextMoment
    var effects: [Effect] = noteStep(transition).map { [.callBegan(client: $0)] } ?? []
    switch transition.kind {
    case .step, .crash, .crashAfter, .disconnect, .loseReply:
      guard let thread = transition.thread else {
        preconditionFailure("\(transition) has a thread")
      }
      effects += move(thread, transition.kind)
    case .time: effects += passTime(until: nextMoment)
    case .expire:
      guard let key = transition.key else { preconditionFailure("\(transition) has a key") }
      count(\.expiries)
      effects.append(.server(.endLease(key)))
    case .restart:
      guard let server = transition.server else {
        preconditionFailure("\(transition) has a server")
      }
      count(server == .postgres ? \.postgresRestarts : \.restarts)
      effects.append(.server(.restart(server)))
    case .stall:
      noteStalled()
      effects.append(.server(.stall))
    case .failover:
      count(\.failovers)
      effects.append(.server(.failOver))
    }
    return effects
  }

  private mutating func move(_ thread: ThreadID, _ kind: Transition.Kind) -> [Effect] {
    switch kind {
    case .crash, .crashAfter:
      count(\.crashes)
      return die(thread, kind == .crash ? .crash : .loseReply)
    case .disconnect:
      count(\.disconnects)
      drop(thread)
      return [.connectionsClose, .release(thread, .disconnect)]
    case .loseReply:
      count(\.losses)
      send(thread)
      return [.connectionsClose, .release(thread, .loseReply)]
    default:
      send(thread)
      return [.release(thread, .proceed)]
    }
  }

  /// A client's death takes what runs beside its calls with it.
  private mutating func die(_ thread: ThreadID, _ admission: Admission) -> [Effect] {
    guard let client = thread.client else { preconditionFailure("only clients die") }
    kill(client)
    if case .crash = admission { drop(thread) } else { send(thread) }
    var effects: [Effect] = [.connectionsClose, .release(thread, admission)]
    for other in threadIDs
    where other != thread && other.client == client && self[other].phase == .atGate {
      drop(other)
      effects.append(.release(other, .crash))
    }
    effects.append(.fire(timers.filter { $0.client == client }.map(\.number)))
    return effects
  }
}

// MARK: - Time

// Time stands still while a thread can move, unless the fault budget lets it pass: up to the next timer, or
// up to the end of a lease if that is earlier. It passes by itself only where no thread can move.
extension TransitionSystem {
  /// Whether time may be let pass now.
  func mayPassTime(whereOthersMove: Bool) -> Bool {
    guard whereOthersMove else { return !timers.isEmpty }
    if endsLease { return true }
    return !timers.isEmpty && spent.delays < bounds.faults.delays
  }

  /// Whether a lease ends before any timer fires, and may. An earlier timer, such as a watchdog's for
  /// its next renewal, comes first.
  private var endsLease: Bool {
    guard spent.lapses < bounds.faults.lapses, let soonestEnd else { return false }
    return timers.allSatisfy { $0.moment >= soonestEnd }
  }

  /// When the first lease ends, in ns of virtual time.
  private var soonestEnd: Int64? {
    leases?.map(\.left).min().map { now + Int64($0) * 1_000_000 }
  }

  /// Up to which moment time would pass now, and what that takes of the fault budget.
  private var nextMoment: (moment: Int64, fault: WritableKeyPath<FaultBudget, Int>?) {
    let canMove = isAnyThread(.atGate)
    if canMove, endsLease, let soonestEnd {
      // Leases of one moment differ by what the server's clock has run between them.
      let spread = bounds.serversStandStill ? Self.sameMoment : longestRealTime
      return (soonestEnd + spread, \.lapses)
    }
    let moments = timers.map(\.moment)
    let earliest = moments.min() ?? now
    // Leases are read from the server's clock, whose milliseconds go on.
    let last = moments.filter { $0 <= earliest + Self.sameMoment }.max() ?? now
    return (last, canMove ? \.delays : nil)
  }

  /// In ns: timers so close fire together.
  private static let sameMoment: Int64 = 20_000_000

  private mutating func passTime(
    until next: (moment: Int64, fault: WritableKeyPath<FaultBudget, Int>?)
  ) -> [Effect] {
    if let fault = next.fault { count(fault) }
    let passed = max(0, next.moment - now)
    pass(until: next.moment)
    return [.server(.shortenLeases(milliseconds: Int(passed / 1_000_000)))]
  }

  /// The timers whose moment has come.
  var dueTimers: [Int] { timers.filter { $0.moment <= now }.map(\.number) }
}
