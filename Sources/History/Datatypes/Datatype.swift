// The vocabulary of calls and replies on one kind of object.
// A datatype decodes; a model decides whether a reply was right.

/// A kind of object: what can be called on it, and what it answers.
public protocol Datatype: Sendable {
  associatedtype Call: Hashable, Sendable
  associatedtype Reply: Hashable, Sendable

  /// What it is, for sentences: "a lock".
  static var noun: String { get }
  /// What can be called on it.
  static var functions: [String] { get }

  /// The call's meaning, or a sentence saying what was expected.
  static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call
  /// The call's meaning where it depends on who calls, as a lock's does.
  static func call(_ function: String, _ input: Value, by process: Int) throws(InvalidValue) -> Call
  /// The meaning of an `ok` reply to a call.
  static func reply(to call: Call, _ input: Value, _ output: Value) throws(InvalidValue) -> Reply

  /// What a call wrote that was answered so: `.null` for the object, or the registers of a family.
  static func written(by call: Call, answered reply: Reply) -> [Value]
  /// The reply, its nils taken for "not told" where the closure says so of the register that was read
  /// (`.null` for the object). Replies in which nil has one meaning only come back as they are.
  static func untold(_ reply: Reply, to call: Call, where isUntold: (Value) -> Bool) -> Reply
  /// Reads that the reply leaves without a value.
  static func unanswered(in reply: Reply) -> Int
}

extension Datatype {
  public static func call(
    _ function: String, _ input: Value, by _: Int
  ) throws(InvalidValue) -> Call {
    try call(function, input)
  }

  public static func written(by _: Call, answered _: Reply) -> [Value] { [] }
  public static func untold(_ reply: Reply, to _: Call, where _: (Value) -> Bool) -> Reply { reply }
  public static func unanswered(in _: Reply) -> Int { 0 }

  /// Refuses a function that is not among `functions`, and says how it may be meant.
  static func unknown(_ function: String) -> InvalidValue {
    let known = functions.dropLast().joined(separator: ", ") + " and " + (functions.last ?? "")
    let meant = Synonyms.meaning(of: function, among: functions)
    return InvalidValue(
      "\(noun) supports \(known), not \(brief(function))"
        + (meant.map { "; if it means \($0), give --rename \(brief(function))=\($0)" } ?? ""))
  }
}

/// A call or reply that a datatype doesn't know.
public struct InvalidValue: Error, Sendable, Hashable {
  /// What was found and what was expected, in one sentence.
  public var message: String

  public init(_ message: String) {
    self.message = message
  }
}
