// What a conforming object may do. The state is the conforming value itself; a step moves it or
// says why not. Models are pure and know nothing of engines.

public import History

/// What a model says of one call in one state.
public enum ModelStep<State: Hashable & Sendable>: Sendable {
  /// The call conforms and leaves this state.
  case next(State)
  /// The reply leaves open which of several states follows (never empty).
  case either([State])
  /// No conforming object in this state answers so.
  case refused
}

/// A sequential specification.
public protocol Model: Sendable {
  associatedtype Data: Datatype
  associatedtype State: Hashable, Sendable

  /// The name on the command line and in reports.
  static var name: String { get }

  var initial: State { get }

  /// What a call does in a state. A nil reply stands for any reply the model allows: the call took
  /// effect, but what it answered is not known.
  func step(_ state: State, _ call: Data.Call, _ reply: Data.Reply?) -> ModelStep<State>

  /// Whether the passing of time alone may change a state.
  static var passesTime: Bool { get }

  /// What a state has become when everything until the event of this rank is over; nil where that is the
  /// same.
  ///
  /// What follows must be possible from there if it was from the state itself: time takes nothing away. So
  /// it is enough to look at each state when the next reply is due, which is the latest that a call can
  /// have effect. Pure reads must be allowed in both or in neither.
  func advance(_ state: State, to moment: Int) -> State?

  /// Whether the call, answered so, leaves every state that allows it unchanged.
  ///
  /// Such calls can be linearized eagerly, and dropped when indeterminate.
  func isPureRead(_ call: Data.Call, _ reply: Data.Reply?) -> Bool

  /// Whether the call, answered so, is allowed in every state and leaves the same in each.
  func isOverwrite(_ call: Data.Call, _ reply: Data.Reply?) -> Bool

  /// A number that only some calls move, such as the units left; see `levels`.
  func level(of state: State) -> Int

  /// By how much a call may move the level, whatever it answers; contains 0.
  func change(by call: Data.Call) -> ClosedRange<Int>

  /// The levels at which a call may be answered so; no state outside them allows it.
  func levels(for call: Data.Call, _ reply: Data.Reply) -> ClosedRange<Int>

  /// Bytes a state holds beyond its own stride, estimated; 0 for states without heap storage.
  func footprint(of state: State) -> Int

  /// Why `step` refuses, in a clause for people: "sold out, but 3 were left".
  func refusal(_ state: State, _ call: Data.Call, _ reply: Data.Reply) -> String

  /// What a state must be for the call to be answered so, as a noun: "exactly 3 left".
  func demand(of call: Data.Call, _ reply: Data.Reply) -> String

  /// A state as a noun, beside which `demand` reads well: "4 left".
  func words(for state: State) -> String
}

/// What holds for every model; one that knows better lets the engine search less.
extension Model {
  public static var passesTime: Bool { false }
  public func advance(_: State, to _: Int) -> State? { nil }
  public func isOverwrite(_: Data.Call, _: Data.Reply?) -> Bool { false }
  public func level(of _: State) -> Int { 0 }
  public func change(by _: Data.Call) -> ClosedRange<Int> { 0...0 }
  public func levels(for _: Data.Call, _: Data.Reply) -> ClosedRange<Int> { .min ... .max }
  public func footprint(of _: State) -> Int { 0 }
  public func demand(of _: Data.Call, _ reply: Data.Reply) -> String {
    "a state that allows \(reply)"
  }
  public func words(for state: State) -> String { "\(state)" }
}
