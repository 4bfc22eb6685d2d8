// What a run's report says beside the verdict, counted while the history is read.

import Checker
import History
import Report

/// Figures, sums and waits of a run whose operations come one by one.
struct RunCounts: Sendable {
  private(set) var figures = RunningFigures()
  private(set) var vacuity = VacuityCount()
  /// Nil for accounts.
  private(set) var stock: StockLedger?
  /// Nil for stocks.
  private(set) var accounts: AccountLedger?
  private(set) var locks = LockLog()
  private(set) var contention = LockContention()
  private(set) var queues = QueueLog()

  init(ofAccounts: Bool) {
    if ofAccounts { accounts = AccountLedger() } else { stock = StockLedger() }
  }

  mutating func call(_ operation: Operation, at position: Int) {
    figures.call(operation)
    vacuity.call(operation, at: position)
    contention.call(operation)
  }

  /// Counts an operation that is over; `givenUp` is when its client gave it up, where it did.
  mutating func end(
    _ operation: Operation, at position: Int, givenUp: Moment?
  ) throws(InvalidValue) {
    figures.end(operation, at: position, givenUp: givenUp)
    vacuity.end(operation, at: position, givenUp: givenUp)
    contention.end(operation, givenUp: givenUp)
    try stock?.end(operation)
    try accounts?.end(operation)
  }

  /// Whether the event is one of a lock or queue, of which there may be as many as operations; nobody
  /// asks for those again.
  mutating func event(_ event: Event) -> Bool {
    figures.event(event)
    vacuity.event(event)
    locks.note(event)
    contention.event(event)
    queues.note(event)
    return event.process == "lock" || event.process == "queue"
  }
}
