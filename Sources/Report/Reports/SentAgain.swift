// Calls that resent a command whose reply had been lost. A client library that does so by itself sells
// two units to one buyer, and neither the call nor its answer shows it.

public import History

/// One such call.
public struct SentAgain: Sendable {
  /// Its position in `History.operations`.
  public var operation: Int
  /// The command as it was sent.
  public var command: String
  public var times: Int

  /// Verbs that may be sent as often as anybody likes.
  private static let reads: Set<String> = [
    "EXISTS", "GET", "HGET", "HGETALL", "HMGET", "LLEN", "LRANGE", "MGET", "PTTL", "SCARD",
    "SELECT",
    "SHOW", "SISMEMBER", "SMEMBERS", "STRLEN", "TTL", "ZCARD", "ZRANGE", "ZSCORE",
  ]

  /// All in a history, by call.
  public static func all(in history: History) -> [SentAgain] {
    history.steps.compactMap { operation, steps in
      guard
        let first = steps.first(where: { step in
          step.reply == "lost" && !reads.contains(String(step.command.prefix { $0 != " " }))
            && steps.count { $0.command == step.command } > 1
        })
      else { return nil }
      return SentAgain(
        operation: operation, command: first.command,
        times: steps.count { $0.command == first.command })
    }.sorted { $0.operation < $1.operation }
  }
}

extension Finding {
  /// A call that sent a command again, with its lane.
  public init(_ again: SentAgain, in history: History) {
    let operation = history.operations[again.operation]
    let times = again.times == 2 ? "twice" : "\(again.times) times"
    self.init(
      title: "sent again",
      sentence: "\(OperationText.process(operation.process))'s \(operation.function) "
        + "#\(operation.call.index) sent \(again.command) \(times): the server had executed it, or may "
        + "have, when its reply was lost",
      operations: [again.operation], isViolation: false)
    isDrawn = true
  }
}
