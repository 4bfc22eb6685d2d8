// A schedule chosen once is chosen again.

/// Chooses what was chosen before.
struct ReplayScheduler: Scheduler {
  let transitions: [NamedTransition]
  let keys: KeyTable
  private var position = 0

  init(_ transitions: [NamedTransition], keys: KeyTable) {
    self.transitions = transitions
    self.keys = keys
  }

  mutating func choose(_ options: [EnabledTransition]) -> Transition? {
    guard position < transitions.count else { return nil }
    let transition = transitions[position].transition(keys)
    position += 1
    return options.contains { $0.transition == transition } ? transition : nil
  }

  mutating func happened(ending: Bool) {}

  var reduces: Bool { false }
}
