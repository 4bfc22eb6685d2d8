// One operation in words: the call and its result.
// It repeats what the history says; it never concludes.

public import History

/// The words for operations and outcomes that every report uses.
public enum OperationText {
  /// A sale refused because too little was left, of a stock or a balance: a reply, no failure.
  public static func isSoldOut(_ operation: Operation) -> Bool {
    guard operation.outcome == .ok, let name = operation.output.name else { return false }
    return name == "sold-out" || name == "insufficient"
  }

  /// The call: `take`, `take 3`, `cas [0 1]`, `order o17`; one unit is what `take` means without a number.
  public static func call(_ operation: Operation, withKey: Bool = false) -> String {
    var text = operation.function
    if withKey, let key = operation.key { text += " \(key)" }
    let isOneUnit = operation.function == "take" && operation.input == .int(1)
    if let order = order(operation.input) {
      text += " " + order
    } else if operation.input != .null && !isOneUnit {
      text += " \(operation.input)"
    }
    return text.printable
  }

  /// A numbered order as people write it: `o17`, `o17 × 3`; nil: the input is none.
  private static func order(_ input: Value) -> String? {
    guard let id = input["id"], case .map(let entries) = input,
      entries.allSatisfy({ ["id", "units"].contains($0.key.name) })
    else { return nil }
    guard let units = input["units"], units != .int(1) else { return "\(id)" }
    return "\(id) × \(units)"
  }

  /// The reply: `ok, 57 left`, `sold out`, `failed: …`, `indeterminate: timeout`.
  public static func reply(_ operation: Operation) -> String {
    switch operation.outcome {
    case .ok: okReply(operation).printable
    case .fail: with(reason: operation.error, "failed")
    case .info: with(reason: operation.error, "indeterminate")
    }
  }

  private static func okReply(_ operation: Operation) -> String {
    if isSoldOut(operation) {
      return operation.output.name == "insufficient" ? "insufficient" : "sold out"
    }
    switch operation.output {
    case .null: return "ok"
    case .string("already"), .keyword("already"): return "already"
    case .int(let left) where ["take", "use", "claim", "order"].contains(operation.function):
      return "ok, \(left) left"
    // A write acknowledged with what was written says nothing new.
    case operation.input: return "ok"
    default: return "ok, \(operation.output)"
    }
  }

  private static func with(reason: String?, _ word: String) -> String {
    guard let reason, !reason.isEmpty else { return word }
    return "\(word): \(reason)".printable
  }

  /// A logical client: `p3`.
  static func process(_ process: Int) -> String { "p\(process)" }

  /// An event: `client-pause process 3, ms 400`.
  static func event(_ event: Event) -> String {
    var text = event.function
    if let key = event.key { text += " \(key)" }
    switch event.value {
    case .null: break
    case .map(let entries):
      text += " " + entries.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    default: text += " \(event.value)"
    }
    return text.printable
  }
}
