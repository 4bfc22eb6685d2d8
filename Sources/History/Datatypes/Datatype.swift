// The vocabulary of calls and replies on one kind of object.
// A datatype decodes; whether a reply was right is for a model to say.

/// A kind of object: what can be called on it, and what it answers.
public protocol Datatype: Sendable {
  associatedtype Call: Hashable, Sendable
  associatedtype Reply: Hashable, Sendable

  /// The call's meaning, or a sentence saying what was expected.
  static func call(_ function: String, _ input: Value) throws(Misfit) -> Call
  /// The call's meaning where it depends on who calls, as a lock's does.
  static func call(_ function: String, _ input: Value, by process: Int) throws(Misfit) -> Call
  /// The meaning of an `ok` reply to a call.
  static func reply(to call: Call, _ input: Value, _ output: Value) throws(Misfit) -> Reply
}

extension Datatype {
  public static func call(
    _ function: String, _ input: Value, by _: Int
  ) throws(Misfit) -> Call {
    try call(function, input)
  }
}

/// A call or reply that a datatype doesn't know.
public struct Misfit: Error, Sendable, Hashable {
  /// What was found and what was expected, in one sentence.
  public var message: String

  public init(_ message: String) {
    self.message = message
  }
}
