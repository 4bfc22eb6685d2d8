// What Redis' error replies mean for the command that got them: data, in one table. The rule is
// always about this command alone; the session knows what earlier commands of a call have done.

/// Redis' error codes: the first word of an error reply.
public enum RedisErrors {
  /// What an error reply proves.
  public enum Rule: String, Sendable, CaseIterable {
    /// Refused before anything ran: no effect, script or not.
    case refused = "no effect"
    /// One command had no effect; from a script the same error may come after earlier writes,
    /// which stay (there is no rollback).
    case refusedUnlessScript = "no effect, unless a script raised it"
    /// May have had its effect.
    case unknown = "unknown"
  }

  /// One error code.
  public struct Entry: Sendable {
    public let code: String
    public let rule: Rule
    public let meaning: String
    public let source: String
  }

  /// Every code known here, by code.
  public static let all: [Entry] = [
    Entry("ASK", .refused, "the key's slot is moving; ask the other node", cluster),
    Entry("BUSY", .refused, "a script runs too long; nothing else is served", server),
    Entry("BUSYGROUP", .refusedUnlessScript, "the consumer group exists", "XGROUP CREATE"),
    Entry("BUSYKEY", .refusedUnlessScript, "the target key exists", "RESTORE"),
    Entry("CLUSTERDOWN", .refused, "the cluster, or the key's slot, is not served", cluster),
    Entry("CROSSSLOT", .refused, "the keys live in different slots", cluster),
    Entry("DENIED", .refused, "protected mode: no connection from outside", server),
    Entry("ERR", .refusedUnlessScript, "wrong command, arguments or value", server),
    Entry("EXECABORT", .refused, "an error while queueing; EXEC ran nothing", transactions),
    Entry("IOERR", .unknown, "the target of MIGRATE did not answer", "MIGRATE"),
    Entry("LOADING", .refused, "the data set is being read from disk", server),
    Entry("MASTERDOWN", .refused, "a replica without its master serves no stale data", server),
    Entry("MISCONF", .refused, "cannot persist, so refuses writes", script),
    Entry("MOVED", .refused, "another node has the key's slot", cluster),
    Entry("NOAUTH", .refused, "not authenticated", server),
    Entry("NOGROUP", .refusedUnlessScript, "no such consumer group", "XREADGROUP"),
    Entry("NOPERM", .refusedUnlessScript, "this user may not", "ACL"),
    Entry("NOPROTO", .refused, "unknown protocol version", "HELLO"),
    Entry("NOREPLICAS", .refused, "fewer good replicas than min-replicas-to-write", script),
    Entry("NOSCRIPT", .refused, "no script of this digest", "EVALSHA"),
    Entry("NOTBUSY", .refused, "no script runs", "SCRIPT KILL"),
    Entry("OOM", .refused, "over maxmemory", script),
    Entry("READONLY", .refused, "a replica takes no writes", script),
    Entry("TRYAGAIN", .refused, "the keys' slot is moving; some keys have gone", cluster),
    Entry("UNBLOCKED", .refusedUnlessScript, "CLIENT UNBLOCK ended a blocking command", "CLIENT"),
    Entry("UNKILLABLE", .refused, "the script has written already", "SCRIPT KILL"),
    Entry("WRONGPASS", .refused, "wrong user or password", "AUTH"),
    Entry("WRONGTYPE", .refusedUnlessScript, "the key holds another type", server),
  ]

  private static let server = "redis 7.0 server.c"
  private static let cluster = "Redis cluster specification, redirections"
  private static let transactions = "Redis manual, Transactions"
  /// A script is refused for these only before its first write (redis 7.0 script.c,
  /// scriptVerifyWriteCommandAllow and scriptVerifyOOM).
  private static let script = "redis 7.0 server.c and script.c"

  private static let byCode = Dictionary(
    all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })

  /// What is known about a code; nil when nothing is.
  public static func entry(for code: String) -> Entry? { byCode[code] }

  /// The code of an error reply: its first word, when that is in capitals as codes are.
  public static func code(of message: String) -> String {
    let word = message.prefix { $0 != " " }
    return word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" } ? String(word) : ""
  }

  /// Whether a command that was answered with an error may have had an effect.
  ///
  /// Between MULTI and EXEC nothing has one. An unknown code proves nothing.
  public static func certainty(
    of code: String, for effect: CommandEffect, inTransaction: Bool = false
  ) -> Failure.Certainty {
    if effect.certaintyWhenLost(inTransaction: inTransaction) == .definite { return .definite }
    switch entry(for: code)?.rule {
    case .refused: return .definite
    case .refusedUnlessScript: return effect == .script ? .indefinite : .definite
    case .unknown, nil: return .indefinite
    }
  }
}

extension RedisErrors.Entry {
  fileprivate init(_ code: String, _ rule: RedisErrors.Rule, _ meaning: String, _ source: String) {
    self.init(code: code, rule: rule, meaning: meaning, source: source)
  }
}
