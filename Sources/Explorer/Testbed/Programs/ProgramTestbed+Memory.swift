// What a program keeps in its own memory from one call to the next: no schedule could begin as another did. It is
// seen where the same calls, the servers being set back, are told something else, or are told anything though
// no server was asked.

import Drivers
import Harness
import History

extension ProgramTestbed {
  /// Refuses a program that was told the same calls twice, on servers that held the same, and answered otherwise.
  func refuseState(_ before: [Call], _ now: [Call]) {
    let other = zip(before, now).first {
      $0.outcome == .ok && $1.outcome == .ok && $0.reply != $1.reply
    }
    guard let other, obstacle == nil else { return }
    obstacle =
      "the program keeps state between calls: with its servers set back it answered client "
      + "\(other.0.client + 1)'s \"\(other.0.words)\" once, and \"\(other.1.words)\" another time; no schedule "
      + "could begin as another did, so let it ask its servers each time"
  }

  /// Notes a call that was answered from memory: nothing was sent for it, and where its instance makes other
  /// clients' calls too, nothing for these either, which might have answered it.
  func noteUnasked(_ position: Int, since made: Int) {
    guard !recorder.hasBegun(call: position), !driven.isShared || recorder.count == made else {
      return
    }
    recorder.noteUnasked(call: position)
  }
}

extension ProgramTestbed {
  /// Refuses a program that doesn't answer a call though nobody holds anything it sends.
  func refuseHanging(_ outcome: CallOutcome, of client: Int) throws(Failure) {
    guard case .info(.timeout) = outcome else { return }
    let who: String? =
      switch trees.look() {
      case .busy(let thread): trees.explanation(of: thread)
      case .asleep(let waits): waits.first { !$0.isBackground }.map(trees.explanation)
      }
    obstacle =
      "a call of client \(client + 1) was not answered within \(Self.timeout / 1_000_000_000) s, though nothing "
      + "it sent was held" + (who.map { ": " + $0 } ?? "")
    throw .definite(.gaveUp("a call is not answered"))
  }
}

extension Call {
  /// A call as it ended.
  init(client: Int, process: Int, call: ShopCall, _ outcome: CallOutcome) {
    self.init(client: client, process: process, call: call)
    switch outcome {
    case .ok(let reply): (self.outcome, self.reply) = (.ok, reply)
    case .fail(let reason): (self.outcome, error) = (.fail, Failure.definite(reason).description)
    case .info(let reason): error = Failure.indefinite(reason).description
    }
  }
}

extension Schedule {
  /// What was answered so far, each client's calls in their order.
  var told: String {
    let answered = calls.filter { $0.ended != nil }
    guard !answered.isEmpty else { return "nothing" }
    return answered.enumerated().sorted { ($0.1.client, $0.0) < ($1.1.client, $1.0) }
      .map { _, call in
        // What went wrong may be told in words that are never the same.
        "client \(call.client + 1)'s \"\(call.outcome == .ok ? call.words : "failed")\""
      }.joined(separator: " and ")
  }
}
