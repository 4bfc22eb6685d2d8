// Clients of a state machine without servers, and every schedule that they can have, found by recursion.

import Drivers
import Harness
import History
import Testing

@testable import Explorer

/// Clients whose calls are sequences of commands, each with a footprint, on servers that answer at once.
struct ScriptedClients: Sendable {
  /// By client, the keys that its commands write.
  var commands: [[Int]]
  var faults = FaultBudget()

  /// The transitions of a schedule, as words.
  typealias Trace = [String]

  private var bounds: TransitionSystem.Bounds {
    TransitionSystem.Bounds(clients: commands.count, faults: faults, hasLeases: false)
  }

  private func known(_ key: Int) -> KnownCommand {
    KnownCommand(footprint: Footprint(writes: 1 << UInt64(key)))
  }

  /// Every schedule that the state machine allows.
  func schedules(reduces: Bool = false) -> [Trace] {
    var stack = [Branch.root]
    var traces: [Trace] = []
    while let branch = stack.popLast() {
      var scheduler = DepthFirstScheduler(branch, Rules(reduces: reduces, preemptions: nil))
      let trace = run(&scheduler)
      stack += scheduler.branches().branches
      if !scheduler.isRedundant { traces.append(trace) }
    }
    return traces
  }

  /// One schedule, as a scheduler chooses.
  private func run(_ scheduler: inout DepthFirstScheduler) -> Trace {
    var system = TransitionSystem(bounds)
    system.reset(reduces: scheduler.reduces)
    var places = commands.map { _ in 0 }
    var trace: Trace = []
    for client in commands.indices {
      system.intendCall(client)
      arrive(client, places, &system)
    }
    while true {
      switch system.decision {
      case .wait, .ask, .abort:
        Issue.record("nothing is on its way, and nobody waits: \(trace)")
        return trace
      case .end:
        if system.steps > 0 { scheduler.happened(ending: system.endedCall) }
        return trace
      case .choose(let enabled):
        if system.steps > 0 { scheduler.happened(ending: system.endedCall) }
        guard let transition = scheduler.choose(enabled) else { return trace }
        trace.append("\(transition)")
        carryOut(system.take(transition), &system, &places)
      }
    }
  }

  private func arrive(_ client: Int, _ places: [Int], _ system: inout TransitionSystem) {
    let isDone = places[client] == commands[client].count
    guard !isDone else {
      system.endCall(client)
      system.finish(client)
      return
    }
    let admission = system.arrive(
      known(commands[client][places[client]]), of: .client(client), for: .redis,
      inTransaction: false)
    #expect(admission == nil)
  }

  /// Every command that is let through is answered, and the client goes on; a client that hears of a loss
  /// gives its call up.
  private func carryOut(
    _ effects: [Effect], _ system: inout TransitionSystem, _ places: inout [Int]
  ) {
    for effect in effects {
      guard case .release(let thread, let admission) = effect, let client = thread.client else {
        continue
      }
      switch admission {
      case .proceed:
        #expect(system.answer(thread) != nil)
        places[client] += 1
      case .loseReply:
        #expect(system.answer(thread) != nil)
        places[client] = commands[client].count
      case .crash, .disconnect: places[client] = commands[client].count
      }
      arrive(client, places, &system)
    }
  }

  // MARK: By brute force

  /// Every schedule, found by recursion over what can come next and nothing else.
  func enumerated() -> Set<Trace> {
    var found: Set<Trace> = []
    extend([], commands.map { _ in 0 }, faults, &found)
    return found
  }

  private func extend(
    _ trace: Trace, _ places: [Int], _ left: FaultBudget, _ found: inout Set<Trace>
  ) {
    let ready = commands.indices.filter { places[$0] < commands[$0].count }
    guard !ready.isEmpty else {
      found.insert(trace)
      return
    }
    for client in ready {
      var next = places
      next[client] += 1
      extend(trace + ["\(client + 1)"], next, left, &found)
      next[client] = commands[client].count
      let faults: [(String, WritableKeyPath<FaultBudget, Int>)] = [
        ("crash", \.crashes), ("crashAfter", \.crashes), ("disconnect", \.disconnects),
        ("loseReply", \.losses),
      ]
      for (name, kind) in faults where left[keyPath: kind] > 0 {
        var fewer = left
        fewer[keyPath: kind] -= 1
        extend(trace + ["\(client + 1) \(name)"], next, fewer, &found)
      }
    }
  }

  static func random(_ random: inout SplitMix64) -> ScriptedClients {
    // Brute force finds thousands of schedules even so.
    let commands = (0..<Int.random(in: 1...3, using: &random)).map { _ in
      (0..<Int.random(in: 1...2, using: &random)).map { _ in Int.random(in: 0..<3, using: &random) }
    }
    var clients = ScriptedClients(commands: commands)
    let kinds: [WritableKeyPath<FaultBudget, Int>] = [\.crashes, \.disconnects, \.losses]
    for _ in 0..<(commands.count == 3 ? 1 : 2) {
      clients.faults[keyPath: kinds[Int.random(in: 0..<3, using: &random)]] += 1
    }
    return clients
  }
}
