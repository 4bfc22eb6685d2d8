// The record of a schedule in detail, for its step table: kept only where asked for, since most
// schedules are run for their outcome alone.

import Drivers
import Harness
import History

extension Execution {
  /// A step begins.
  func recordBegin(_ transition: Transition) {
    guard isRecording else { return }
    let thread = transition.thread.map(Int.init)
    let description = thread.flatMap { threads[$0].description }
    var verb = description?.verb ?? ""
    var text = verb
    if let argument = description?.argument { text += " \(argument)" }
    var reply: String?
    switch transition.kind {
    case .step: break
    case .crash:
      text = "dies before \(text)"
      reply = ""
    case .crashAfter: text = "sends \(text), dies"
    case .disconnect:
      text = "loses its connection before \(text)"
      reply = ""
    case .loseReply: text += ", reply lost"
    case .time: (text, verb) = ("time passes", "time")
    case .expire:
      verb = keys.keys[Int(transition.subject)].name
      text = "\(verb) runs out"
    case .restart:
      (text, verb) = (
        "\(transition.server.map { "\($0)" } ?? "server") killed, restarted", "restart"
      )
    case .stall: (text, verb) = ("replica falls behind", "stall")
    case .failover: (text, verb) = ("replica takes over", "failover")
    }
    if let thread, isWorker(thread) {
      text = "worker \(thread - Transition.firstWorker + 1): " + text
    } else if let thread, thread % 2 == 1 {
      text = "(beside) " + text
    }
    schedule.steps.append(
      Step(
        transition: transition, client: thread.flatMap { isWorker($0) ? nil : $0 / 2 }, text: text,
        verb: verb.replacing(" ", with: "_"), reply: reply))
    isObserved = false
  }

  /// A step's reply; of a blocked command it comes with a later step.
  func record(_ reply: CommandTrace.Reply, of thread: Int?) {
    guard isRecording, !schedule.steps.isEmpty else { return }
    guard let thread else {
      schedule.steps[schedule.steps.count - 1].reply = ""
      return
    }
    let own = schedule.steps.lastIndex {
      $0.transition.thread.map(Int.init) == thread && $0.transition.kind != .crash
    }
    guard let own else { return }
    schedule.steps[own].reply = (schedule.steps[own].reply ?? "") + reply.shown
    if own != schedule.steps.count - 1 {
      schedule.steps[own].reply = "waits"
      let verb = schedule.steps[own].text
      schedule.steps[schedule.steps.count - 1].ends.append(
        "client \(thread / 2 + 1): \(verb) → \(reply.shown)")
    }
  }

  /// What a lock did is kept of every schedule: it is judged.
  func note(_ note: LockNote) {
    guard isActive else { return }
    var note = note
    // A client stands before its call's first command from the start; it might as well have come
    // when that went out.
    if note.what == "granted" {
      let began = clients[note.process % clients.count].began
      for name in ["called", "asked"] { note.values[name] = max(note.values[name] ?? began, began) }
    }
    schedule.locks.append((note, stamp))
  }

  /// A call's end, in the words of its reply.
  func noteEnd(of position: Int) {
    guard isRecording, !schedule.steps.isEmpty else { return }
    let call = schedule.calls[position]
    schedule.steps[schedule.steps.count - 1].ends.append(
      "client \(call.client + 1): \(call.words)")
  }
}

extension Call {
  /// What its client was told: `take → ok, 1 left`.
  var words: String {
    let what =
      switch call {
      case .take(1): "take"
      case .take(let units): "take \(units)"
      case .read: "read"
      case .restock(let units): "restock \(units)"
      }
    return "\(what): \(told)"
  }

  private var told: String {
    switch (outcome, reply) {
    case (.ok, .left(let left)): "ok, \(left) left"
    case (.ok, .value(let left)): "\(left) left"
    case (.ok, .soldOut): "sold out"
    case (.ok, _): "ok"
    case (.fail, _): "failed (\(error ?? ""))"
    case (.info, _): "no reply (\(error ?? ""))"
    }
  }
}

extension CommandTrace.Reply {
  var shown: String {
    switch self {
    case .null: "nil"
    case .ok: "ok"
    case .integer(let number): String(number)
    case .text(let text), .error(let text): text
    case .lost: "lost"
    }
  }
}
