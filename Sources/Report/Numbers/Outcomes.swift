// How many operations ended how. "Sold out" is a reply and is counted apart from failures.

import History

/// Operations counted by outcome.
public struct Outcomes: Sendable, Hashable {
  /// `ok`, sold-out replies excepted.
  public var ok: Int
  /// `ok` with the reply that nothing was left.
  public var soldOut: Int
  /// Had no effect and never will.
  public var fail: Int
  /// Not known to have had an effect.
  public var indeterminate: Int

  public init(ok: Int = 0, soldOut: Int = 0, fail: Int = 0, indeterminate: Int = 0) {
    self.ok = ok
    self.soldOut = soldOut
    self.fail = fail
    self.indeterminate = indeterminate
  }

  public var total: Int { ok + soldOut + fail + indeterminate }

  /// Operations with a reply that gives their result: ok and sold out.
  public var answered: Int { ok + soldOut }

  mutating func count(_ operation: Operation) {
    switch operation.outcome {
    case .ok where OperationText.isSoldOut(operation): soldOut += 1
    case .ok: ok += 1
    case .fail: fail += 1
    case .info: indeterminate += 1
    }
  }
}
