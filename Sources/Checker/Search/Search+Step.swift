// Asks the model, by numbers, and only as often as needed.

internal import History

extension Search {
  /// What a class of calls does in a state.
  enum Outcome {
    case refused
    case next(Int32)
    case either([Int32])
  }

  mutating func outcome(of callClass: Int, in state: Int32) -> Outcome {
    switch transitions[state, callClass] {
    case .refused: return .refused
    case .next(let next): return .next(next)
    case .unknown: break
    }
    let kind = schedule.classes[callClass]
    switch model.step(states[state], kind.call, kind.reply) {
    case .refused:
      transitions.note(state, callClass, nil)
      return .refused
    case .next(let next):
      let number = states.number(of: next)
      transitions.note(state, callClass, number)
      return .next(number)
    case .either(let outcomes):
      return .either(outcomes.map { states.number(of: $0) })
    }
  }

  /// What a state has become when the cursor's reply is due.
  mutating func due(_ state: Int32) -> Int32 {
    guard M.passesTime else { return state }
    let moment = schedule.calls[Int(schedule.stops[cursor.stop])].end
    return model.advance(states[state], to: moment).map { states.number(of: $0) } ?? state
  }

  /// Whether a pure read may take effect in a state.
  mutating func explains(_ state: Int32, _ call: Int32) -> Bool {
    if case .refused = outcome(of: Int(schedule.classOf[Int(call)]), in: state) {
      false
    } else {
      true
    }
  }

  /// The state an overwrite leaves, whatever was before.
  mutating func stateAfter(overwrite callClass: Int) -> Int32? {
    guard case .next(let state) = outcome(of: callClass, in: 0) else { return nil }
    return state
  }
}
