// A monitor decides one kind of history exactly and almost in linear time, or says why it can't.
// It never guesses: what it does not understand is left to the general engine.

public import History

/// An exact decision procedure for the histories of one datatype that qualify.
public protocol Monitor<Data>: Sendable {
  associatedtype Data: Datatype

  /// The engine's name in judgements, such as `stock-monitor`.
  static var name: String { get }

  /// Decides whether the calls on one object are linearizable.
  ///
  /// - Parameters:
  ///   - calls: the calls on one object by rank of the call, as `History.timeline` gives them:
  ///     failed ones left out, open ones without a reply.
  ///   - key: the object, for the judgement.
  /// - Returns: linearizable with an order, or a violation with a counterexample; never unknown.
  /// - Throws: `NotApplicable` where the method's conditions don't hold.
  func judge(_ calls: [TimedCall<Data>], key: Value?) throws(NotApplicable) -> Judgement
}

/// Why a monitor leaves a history to the general engine.
public struct NotApplicable: Error, Sendable, Hashable, CustomStringConvertible {
  /// A clause for people: "the stock is restocked".
  public var why: String

  public init(_ why: String) {
    self.why = why
  }

  public var description: String { "not applicable: \(why)" }
}

/// What a monitor found, before it is put in terms of the whole history.
enum Finding: Sendable, Hashable {
  /// Indexes of calls in the order in which they took effect.
  case order([Int])
  case violation(Contradiction)
}

/// Calls that no conforming object can have answered so, with the argument.
///
/// The argument must use nothing of the other calls but that those which may change the object
/// were called when they were: with every other call weakened (pure reads dropped, the rest made
/// indeterminate) the history stays a violation.
struct Contradiction: Sendable, Hashable {
  /// Indexes of the calls kept in full.
  var calls: Set<Int>
  var headline: String
  var reasons: [String]
  /// Those of the calls that the sentences are about, where there are many.
  var named: Set<Int> = []
}

extension Monitor {
  /// Puts a finding in terms of the history.
  func judgement(
    of finding: Finding, _ calls: [TimedCall<Data>], key: Value?, bytes: Int
  ) -> Judgement {
    var judgement = Judgement(
      key: key, verdict: .linearizable, engine: Self.name, operations: calls.count,
      effort: Judgement.Effort(bytes: bytes))
    switch finding {
    case .order(let order):
      judgement.order = order.map { calls[$0].position }
    case .violation(let marked):
      let found = CallNames.resolve(marked, calls)
      judgement.verdict = .violation
      judgement.counterexample = Counterexample(
        operations: found.calls.sorted().map { calls[$0].position }, headline: found.headline,
        reasons: found.reasons, weakened: calls.count - found.calls.count,
        named: Set(found.named.filter { $0 >= 0 }.map { calls[$0].position }))
    }
    return judgement
  }
}

extension Array {
  /// The calls by rank of the call: themselves, as a rule, since histories are kept so.
  func byStart<Data>() -> [Element] where Element == TimedCall<Data> {
    for next in indices.dropFirst() where self[next - 1].start > self[next].start {
      return sorted { ($0.start, $0.position) < ($1.start, $1.position) }
    }
    return self
  }
}
