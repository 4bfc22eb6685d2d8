// Several registers, read and written together in one atomic step: Knossos' multi-register, in its
// two forms, maps (`read`, `write` of {x 1, y 2}) and lists of actions ([[read x 1] [write y 2]]).

/// Calls on a family of registers. A call touches several of them, so they are judged together.
public enum MultiRegister: Datatype {
  public static var noun: String { "a family of registers" }
  public static var functions: [String] { ["read", "write", "txn"] }

  public enum Action: Hashable, Sendable {
    case read(Value)
    case write(Value, Value)
  }

  /// Reads and writes, performed in order in one step.
  public struct Call: Hashable, Sendable {
    public var actions: [Action]

    public init(_ actions: [Action]) {
      self.actions = actions
    }

    /// The registers read, in order.
    var reads: [Value] {
      actions.compactMap { if case .read(let register) = $0 { register } else { nil } }
    }
  }

  /// What the reads returned, in order; nil where the reply didn't say.
  public struct Reply: Hashable, Sendable {
    public var values: [Value?]

    public init(_ values: [Value?]) {
      self.values = values
    }
  }

  public static func call(_ function: String, _ input: Value) throws(InvalidValue) -> Call {
    switch (function, input) {
    case ("read", .map(let entries)):
      return Call(entries.map { .read($0.key) })
    case ("write", .map(let entries)):
      return Call(entries.map { .write($0.key, $0.value) })
    // Jepsen's wr-register names transactions after what they do.
    case ("txn", .list(let items)), ("read", .list(let items)), ("write", .list(let items)):
      var actions: [Action] = []
      for item in items { actions.append(try action(item).0) }
      return Call(actions)
    case ("read", _), ("write", _):
      throw InvalidValue(
        "\(function) takes a map of registers and values, or a list such as "
          + "[[read x null] [write y 2]], not \(input.told)")
    case ("txn", _):
      throw InvalidValue("txn takes a list such as [[read x null] [write y 2]], not \(input.told)")
    default:
      throw unknown(function)
    }
  }

  public static func written(by call: Call, answered _: Reply) -> [Value] {
    call.actions.compactMap { if case .write(let register, _) = $0 { register } else { nil } }
  }

  public static func untold(
    _ reply: Reply, to call: Call, where isUntold: (Value) -> Bool
  ) -> Reply {
    guard reply.values.contains(.some(.null)) else { return reply }
    return Reply(
      zip(call.reads, reply.values).map { register, value in
        value == .null && isUntold(register) ? nil : value
      })
  }

  public static func unanswered(in reply: Reply) -> Int { reply.values.count { $0 == nil } }

  public static func reply(
    to call: Call, _ input: Value, _ output: Value
  ) throws(InvalidValue) -> Reply {
    switch output {
    // Nothing was told of any register.
    case .null:
      return Reply(call.reads.map { _ in nil })
    case .map(let entries):
      var values: [Value?] = []
      for register in call.reads {
        guard let entry = entries.first(where: { $0.key == register }) else {
          throw InvalidValue(
            "read was called on \(register), but its reply \(output) has no \(register)")
        }
        values.append(entry.value)
      }
      return Reply(values)
    case .list(let items):
      return try reply(to: call, items)
    case _ where call.reads.isEmpty && output.isDone:
      return Reply([])
    default:
      throw InvalidValue("multi-register answers a map or a list of actions, not \(output.told)")
    }
  }

  private static func reply(to call: Call, _ items: [Value]) throws(InvalidValue) -> Reply {
    guard items.count == call.actions.count else {
      throw InvalidValue(
        "the call had \(call.actions.count) actions, but its reply has \(items.count)")
    }
    var values: [Value?] = []
    for (item, called) in zip(items, call.actions) {
      let (answered, value) = try action(item)
      guard answered == called else {
        throw InvalidValue("the reply's \(item) answers another action than the call's \(called)")
      }
      if case .read = called { values.append(value) }
    }
    return Reply(values)
  }

  private static func action(_ item: Value) throws(InvalidValue) -> (Action, Value) {
    guard case .list(let parts) = item, parts.count == 3 else {
      throw InvalidValue("an action is [read key value] or [write key value], not \(item.told)")
    }
    switch parts[0].name {
    case "read", "r": return (.read(parts[1]), parts[2])
    case "write", "w": return (.write(parts[1], parts[2]), parts[2])
    default: throw InvalidValue("an action is a read or a write, not \(parts[0])")
    }
  }
}
