// One schedule as it was carried out: the choices, the calls with their replies, and, where asked
// for, every command with its reply and what the servers held after it.

public import Harness
public import History

/// One call of one client.
public struct Call: Sendable, Hashable {
  /// The client, from 0.
  public var client: Int
  /// The process: the client's first one has its number, later ones are counted on.
  public var process: Int
  public var call: ShopCall
  public var outcome = Outcome.info
  public var reply: ShopReply?
  /// Why the outcome is not `ok`.
  public var error: String?
  /// Whether it was answered though no server was asked for it.
  public var isUnasked = false
  /// The step that began it, from 1; 0 until then.
  public var began = 0
  /// The step after which its reply was there; nil if none came.
  public var ended: Int?
}

/// One step in detail.
public struct Step: Sendable, Hashable {
  public var transition: Transition
  /// The client that moved, nil when time or a lease did.
  public var client: Int?
  /// The command, or what happened instead.
  public var text: String
  /// The command's verb, without blanks: what a replay token compares.
  public var verb: String
  public var reply: String?
  /// What the servers held after it, one fact each.
  public var state: [String] = []
  /// Calls that ended with it, in words.
  public var ends: [String] = []
}

/// Why a schedule is no evidence.
public enum AbortReason: Error, Sendable, Hashable {
  /// At this step, from 1, the prefix asked for what could not be chosen.
  case diverged(step: Int)
  /// Before this step, from 1, a program sent or answered something else than after the same steps before: with
  /// the verb, what it did then and what it did now.
  case differs(step: Int, was: String, now: String)
  /// No thread can move, and not every client is done.
  case stuck(String)
  /// It has more steps than any schedule should.
  case endless
  /// It was under way when the exploration was to end.
  case interrupted
  /// It took so long that the servers' own clocks may have interfered.
  case slow
}

extension AbortReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .diverged(let step): "step \(step) of a schedule that was possible is not any more"
    case .differs(let step, let was, let now):
      "it is not deterministic: before step \(step) it \(was) once, and \(now) another time"
    case .stuck(let why): why
    case .interrupted: "the exploration was to end"
    case .endless: "a schedule does not come to an end"
    case .slow: "the machine is too slow: a schedule takes so long that leases could end meanwhile"
    }
  }
}

/// A schedule carried out.
public struct Schedule: Sendable {
  /// Steps of one schedule at most.
  public static let mostSteps = 300

  public var transitions: [Transition] = []
  /// The same with the names of keys, which mean the same in another exploration.
  public var named: [NamedTransition] = []
  public var calls: [Call] = []
  /// What a fresh process read at the end.
  public var left: Int?
  /// What each store held at the end, where there are several.
  package var holdings: Holdings?
  /// What locks did, in order, each with its moment for the record.
  package var locks: [(note: LockNote, stamp: Int64)] = []
  public var steps: [Step] = []
  public var abortReason: AbortReason?
  /// What went wrong in it, by kind.
  var spent = FaultBudget()
}
