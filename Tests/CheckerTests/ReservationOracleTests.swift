// Reservations against a plain retelling: every lease ends by a step of its own, at any moment after it is
// over, and all are tried. It shares nothing with the model, which puts such steps off.

import Checker
import History
import Support
import Testing

/// What is so at one moment.
private struct PlainStock {
  var left: Int
  /// Tokens that hold a unit, with the moment from which they may not.
  var held: [Value: Int] = [:]
  var sold: Set<Value> = []
  /// Tokens whose leases ended, until that was told.
  var gone: Set<Value> = []

  func knows(_ token: Value) -> Bool {
    held[token] != nil || sold.contains(token) || gone.contains(token)
  }

  /// The tokens that a call may mean: itself, or where nobody was told it, one of a hold without an answer.
  func meant(by token: Value) -> [Value] {
    if knows(token) { return held[token] == nil ? [] : [token] }
    return held.keys.filter { if case .tagged = $0 { true } else { false } }
  }

  /// Every way in which a call may take effect, answered so; an unanswered one need not.
  func after(_ call: Reservation.Call, _ reply: Reservation.Reply?) -> [PlainStock] {
    var next = self
    switch (call, reply) {
    case (.hold(let hold), nil), (.hold(let hold), .token):
      var token = Value.tagged("nameless", .int(hold.number))
      if case .token(let told)? = reply { token = told }
      guard left > 0, held[token] == nil, !sold.contains(token) else { return [] }
      next.gone.remove(token)
      next.left -= 1
      next.held[token] = hold.ends
      return [next]
    case (.hold, .soldOut): return left == 0 ? [self] : []
    case (.read, .value(let told)): return left == told ? [self] : []
    case (.read, _): return [self]
    case (.confirm(let token), .done) where sold.contains(token): return [self]
    case (.confirm(let token), nil), (.confirm(let token), .done):
      return meant(by: token).map { held in
        var next = self
        next.held[held] = nil
        next.sold.insert(token)
        return next
      }
    case (.release(let token), nil), (.release(let token), .done):
      return meant(by: token).map { held in
        var next = self
        next.held[held] = nil
        next.left += 1
        return next
      }
    case (.confirm(let token), .expired):
      next.gone.remove(token)
      return held[token] != nil || sold.contains(token) ? [] : [next]
    case (.release(let token), .expired):
      next.gone.remove(token)
      return held[token] != nil ? [] : [next]
    default: return []
    }
  }

  /// Every lease that may end by a moment, ended.
  func endings(by moment: Int) -> [PlainStock] {
    held.filter { $0.value <= moment }.map { token, _ in
      var next = self
      next.held[token] = nil
      next.gone.insert(token)
      next.left += 1
      return next
    }
  }

  /// Whether the calls can take effect from here.
  func explains(_ calls: [TimedCall<Reservation>]) -> Bool {
    if calls.allSatisfy(\.isIndeterminate) { return true }
    let due = calls.map(\.end).min() ?? .max
    for (index, call) in calls.enumerated() where call.start <= due {
      var rest = calls
      rest.remove(at: index)
      if after(call.call, call.reply).contains(where: { $0.explains(rest) }) { return true }
    }
    return endings(by: due).contains { $0.explains(calls) }
  }
}

/// Reservations of few units, whose leases are short enough to matter.
private struct ShortLeases: ModelSample {
  let model: ReservationModel

  func call(by client: Int, _ random: inout SeededGenerator) -> Reservation.Call {
    ReservationSample().call(by: client, &random)
  }

  func replies(to call: Reservation.Call) -> [Reservation.Reply] {
    ReservationSample().replies(to: call)
  }
}

@Suite struct `Reservations against a plain retelling` {
  @Test(arguments: [1, 2, 3])
  func `the model puts off what leases do, and loses nothing`(units: Int) {
    let sample = ShortLeases(model: ReservationModel(units: units))
    var verdicts: [Bool: Int] = [:]
    let count = longRun ?? 2_000
    for seed in 0..<UInt64(count) {
      var random = SeededGenerator(seed: seed)
      let calls = sample.history(.small(&random), &random)
      let expected = PlainStock(left: units).explains(calls)
      verdicts[expected, default: 0] += 1
      let isLinearizable = isLinearizable(calls, model: sample.model)
      let verdict = search(calls, model: sample.model).verdict
      guard isLinearizable == expected, verdict == (expected ? .linearizable : .violation) else {
        Issue.record(
          """
          \(units) units, seed \(seed): plainly \(expected), by the model \(isLinearizable), by the \
          search \(verdict)
          \(picture(of: calls))
          """)
        return
      }
    }
    #expect(verdicts[true, default: 0] > count / 10, "\(verdicts)")
    #expect(verdicts[false, default: 0] > count / 50, "\(verdicts)")
  }
}
