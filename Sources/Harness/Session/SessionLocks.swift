// What the locks of a session need to know beside the lock itself: how long they last and are waited
// for in this run, whether one is held, and who hears what they do.

import Drivers

/// The terms of a session's locks.
struct SessionLocks {
  /// How they get their leases; nil: as each lock has it.
  var lease: LeaseDemand?
  /// How long they are waited for (ns); nil: as each lock has it.
  var wait: Int64?
  /// Whether one is held for the present call.
  var isHeld = false
  /// Where they note what they did; nil while nothing is recorded.
  var journal: Journal?
  /// Hears it too, and outlives the session; nil: nobody schedules it. Not weak: a weak
  /// reference makes all others to the object dearer (a tenth of an exploration's time).
  unowned var witness: (any LockWitness)?
}
