// What the present call of a session may already have done, and so what a failure of one of its
// commands means for the call as a whole.

import Drivers

/// One call under way. A later call begins with nothing of it.
package struct CallProgress {
  /// Whether calls leave what their outcome can be told by after the run.
  var isResolvable = false
  /// The number of the call among its session's.
  private(set) var number = 0
  /// When it is given up, on the session's clock in ns; a command that is under way then ends as
  /// `timeout`.
  private(set) var deadline: Int64 = .max
  /// Whether a command of it has taken effect, so that a later failure, however definite for its own
  /// command, is not one for the call.
  private(set) var tookEffect = false
  /// The transaction that it is about to commit, by the server's number.
  var transaction: (server: ServerName, number: Int)?
  /// Where it has sent a script that leaves a mark.
  var markLeftOn: ServerName?
  /// Where it has sent a statement by itself that leaves a row.
  var rowLeftOn: ServerName?

  mutating func begin(deadline: Int64) {
    self.deadline = deadline
    tookEffect = false
    transaction = nil
    markLeftOn = nil
    rowLeftOn = nil
    number += 1
  }

  /// Gives a call that has used up its time enough to leave in order.
  mutating func extend(to moment: Int64) { deadline = max(deadline, moment) }

  mutating func noteEffect() { tookEffect = true }

  /// Notes that all the call did was undone by a later step of its own: in the end it has no effect,
  /// though others may have seen one meanwhile.
  package mutating func noteCompensated() { tookEffect = false }

  /// What a failure of one of its commands means for the call.
  func outcome(of failure: Failure) -> Failure {
    tookEffect ? .indefinite(failure.reason) : failure
  }
}
