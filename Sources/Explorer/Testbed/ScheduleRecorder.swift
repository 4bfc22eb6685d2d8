// The record of a schedule as it is carried out. Its calls, its transitions and what locks did are kept of
// every schedule, since they are judged; its steps in detail only where asked for, for a step table.

import Drivers
import Harness
import History

/// Keeps the record of one schedule.
struct ScheduleRecorder {
  private(set) var schedule = Schedule()
  /// Whether steps are kept in detail.
  let isDetailed: Bool
  /// Whether the last step's record lacks only what the servers hold after it.
  private(set) var lacksState = false

  init(isDetailed: Bool = false) { self.isDetailed = isDetailed }

  /// The number of transitions taken.
  var count: Int { schedule.transitions.count }

  // MARK: Calls

  /// A client makes a call; returns the call's position.
  mutating func intend(_ call: ShopCall, client: Int, process: Int) -> Int {
    schedule.calls.append(Call(client: client, process: process, call: call))
    return schedule.calls.count - 1
  }

  mutating func begin(call position: Int) { schedule.calls[position].began = count }

  /// Whether a command was sent for a call.
  func hasBegun(call position: Int) -> Bool { schedule.calls[position].began > 0 }

  /// A call is answered though no server was asked for it.
  mutating func noteUnasked(call position: Int) { schedule.calls[position].isUnasked = true }

  /// A call is made anew by another process.
  mutating func forgetError(ofCall position: Int) { schedule.calls[position].error = nil }

  mutating func reply(_ reply: ShopReply, toCall position: Int) {
    schedule.calls[position].outcome = .ok
    schedule.calls[position].reply = reply
  }

  mutating func fail(call position: Int, _ failure: Failure, isKnown: Bool) {
    schedule.calls[position].error = failure.description
    if failure.certainty == .definite, isKnown { schedule.calls[position].outcome = .fail }
  }

  /// A call is over. Returns its outcome.
  mutating func end(call position: Int) -> Outcome {
    if schedule.calls[position].began == 0 { schedule.calls[position].began = count }
    let call = schedule.calls[position]
    if call.outcome != .info { schedule.calls[position].ended = count }
    noteEnd("client \(call.client + 1): \(call.words)")
    return call.outcome
  }

  mutating func note(_ note: LockNote, at stamp: Int64) { schedule.locks.append((note, stamp)) }

  // MARK: Steps

  /// A transition is taken; `command` is its thread's, asked for only where steps are kept in detail.
  mutating func begin(
    _ transition: Transition, _ keys: KeyTable, command: () -> CommandWords?
  ) {
    schedule.transitions.append(transition)
    guard isDetailed else { return }
    schedule.named.append(NamedTransition(transition, keys))
    let words = StepWords(transition, command(), keys)
    schedule.steps.append(
      Step(
        transition: transition, client: transition.thread?.client, text: words.text,
        verb: words.verb.replacing(" ", with: "_"), reply: words.reply))
    lacksState = true
  }

  /// What was done to a server is done.
  mutating func noteDone() {
    guard isDetailed, !schedule.steps.isEmpty else { return }
    schedule.steps[schedule.steps.count - 1].reply = ""
  }

  /// A command's reply; of a blocked command it comes with a later step.
  mutating func note(_ reply: CommandTrace.Reply, to thread: ThreadID) {
    guard isDetailed else { return }
    let own = schedule.steps.lastIndex {
      $0.transition.thread == thread && $0.transition.kind != .crash
    }
    guard let own else { return }
    schedule.steps[own].reply = (schedule.steps[own].reply ?? "") + reply.shown
    if own != schedule.steps.count - 1 {
      schedule.steps[own].reply = "waits"
      let who = thread.client.map { "client \($0 + 1)" } ?? "worker \((thread.worker ?? 0) + 1)"
      noteEnd("\(who): \(schedule.steps[own].text) → \(reply.shown)")
    }
  }

  private mutating func noteEnd(_ words: String) {
    guard isDetailed, !schedule.steps.isEmpty else { return }
    schedule.steps[schedule.steps.count - 1].ends.append(words)
  }

  /// What the servers hold after the last step.
  mutating func note(state: [String]) {
    schedule.steps[schedule.steps.count - 1].state = state
    lacksState = false
  }

  // MARK: The end

  mutating func finish(_ system: TransitionSystem, isTooSlow: Bool) {
    schedule.abortReason = system.abortReason
    schedule.spent = system.spent
    guard isTooSlow else { return }
    switch schedule.abortReason {
    // A lease that ended by the server's clock may be why the schedule is not possible any more.
    case nil, .diverged: schedule.abortReason = .slow
    case .stuck, .endless, .slow, .differs, .interrupted: break
    }
  }

  mutating func note(left: Int) { schedule.left = left }

  mutating func note(_ holdings: Holdings) { schedule.holdings = holdings }
}

/// A command as steps tell it.
struct CommandWords {
  /// What tokens compare.
  var verb: String
  var text: String

  init(verb: String, text: String) {
    (self.verb, self.text) = (verb, text)
  }

  init(_ command: CommandDescription) {
    verb = command.verb
    text = verb + (command.argument.map { " \($0)" } ?? "")
  }
}

/// A step in words.
private struct StepWords {
  var text: String
  var verb: String
  /// Where none will come.
  var reply: String?

  init(_ transition: Transition, _ command: CommandWords?, _ keys: KeyTable) {
    verb = command?.verb ?? ""
    text = command?.text ?? ""
    switch transition.kind {
    case .step: break
    case .crash: (text, reply) = ("dies before \(text)", "")
    case .crashAfter: text = "sends \(text), dies"
    case .disconnect: (text, reply) = ("loses its connection before \(text)", "")
    case .loseReply: text += ", reply lost"
    case .time: (text, verb) = ("time passes", "time")
    case .expire:
      verb = transition.key.map { keys[$0].name } ?? ""
      text = "\(verb) runs out"
    case .restart:
      text = "\(transition.server.map { "\($0)" } ?? "server") killed, restarted"
      verb = "restart"
    case .stall: (text, verb) = ("replica falls behind", "stall")
    case .failover: (text, verb) = ("replica takes over", "failover")
    }
    if let worker = transition.thread?.worker {
      text = "worker \(worker + 1): " + text
    } else if transition.thread?.isBeside == true {
      text = "(beside) " + text
    }
  }
}

extension Call {
  /// What its client was told: `take: ok, 1 left`.
  var words: String {
    let what =
      switch call {
      case .take(1): "take"
      case .take(let units): "take \(units)"
      case .read: "read"
      case .restock(let units): "restock \(units)"
      case .claim(let buyer): "claim for u\(buyer)"
      case .order(let id, 1): "order o\(id)"
      case .order(let id, let units): "order o\(id), \(units) units"
      }
    return "\(what): \(told)"
  }

  private var told: String {
    switch (outcome, reply) {
    case (.ok, .left(let left)): "ok, \(left) left"
    case (.ok, .value(let left)): "\(left) left"
    case (.ok, .soldOut): "sold out"
    case (.ok, .already): "already"
    case (.ok, _): "ok"
    case (.fail, _): "failed (\(error ?? ""))"
    case (.info, _): "no reply (\(error ?? ""))"
    }
  }
}

extension CommandTrace.Reply {
  fileprivate var shown: String {
    switch self {
    case .null: "nil"
    case .ok: "ok"
    case .integer(let number): String(number)
    case .text(let text), .error(let text): text
    case .lost: "lost"
    }
  }
}
