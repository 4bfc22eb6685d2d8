// What a command touches, read from the command itself. What is not known to be harmless counts as
// a write: that costs schedules and loses none.

import Drivers
import History

/// What is known of a command.
struct KnownCommand: Sendable {
  var touch = Footprint()
  /// The keys written, by number; with those of a queued command counted when EXEC is sent.
  var written: [Int] = []
  /// Whether it may publish messages.
  var publishes = false
  /// Whether it is preparation that no other client can notice, and goes out unscheduled.
  var isTransparent = false
  /// What has to be there for it to be answered at once; nil: nothing.
  var awaits: Awaited?
  var role = Role.plain

  enum Role: Sendable {
    case plain, watch, multi, exec, discard, database
    /// No command at all, but a call that may do without.
    case turn
  }
}

extension CommandDescription {
  /// What stands for a call that may have no command.
  static func turn(_ call: Stock.Call) -> CommandDescription {
    let verb: StaticString =
      switch call {
      case .read: "read"
      case .take: "take"
      case .restock: "restock"
      }
    return CommandDescription(
      payload: .redis([RedisCommand(verb, effect: .read)]), inTransaction: false)
  }
}

/// Reads the commands of one world.
final class CommandReader {
  private let prefix: String
  private let keys: KeyTable
  private var redis: [Cached: KnownCommand] = [:]
  private var statements: [Statement: KnownCommand] = [:]

  /// How many commands are remembered at most.
  private static let capacity = 4096

  private struct Cached: Hashable {
    var server: Int
    var command: RedisCommand
  }

  init(prefix: String, keys: KeyTable) {
    self.prefix = prefix
    self.keys = keys
  }

  func read(_ command: CommandDescription, server: Int) -> KnownCommand {
    switch command.payload {
    case .postgres(let statement, _), .mysql(let statement, _):
      if let known = statements[statement] { return known }
      let known = Self.known(statement)
      statements[statement] = known
      return known
    case .redis(let commands):
      guard commands.count != 1 else { return read(commands[0], server) }
      var all = KnownCommand()
      for known in commands.map({ read($0, server) }) {
        all.touch.reads |= known.touch.reads
        all.touch.writes |= known.touch.writes
        all.written += known.written
        all.publishes = all.publishes || known.publishes
      }
      return all
    }
  }

  private func read(_ command: RedisCommand, _ server: Int) -> KnownCommand {
    let cached = Cached(server: server, command: command)
    if let known = redis[cached] { return known }
    let known = known(command.words, server)
    // Commands that carry a time or a ticket never come again.
    if redis.count >= Self.capacity { redis.removeAll(keepingCapacity: true) }
    redis[cached] = known
    return known
  }

  private func known(_ words: [String], _ server: Int) -> KnownCommand {
    var known = KnownCommand()
    let verb = words[0].uppercased()
    switch verb {
    // Tells the server a script's text, or asks who has which keys: a new connection's preparation,
    // which nobody notices.
    case "SCRIPT", "PING", "CLUSTER": known.isTransparent = true
    case "MULTI": known.role = .multi
    case "DISCARD", "UNWATCH": known.role = .discard
    case "EXEC": known.role = .exec
    case "WATCH": known.role = .watch
    default: break
    }
    known.publishes = ["PUBLISH", "SPUBLISH", "EVAL", "EVALSHA", "FCALL", "EXEC"].contains(verb)
    known.awaits = Self.awaited(verb, words)
    let isRead = Self.reads.contains(verb)
    for word in words.dropFirst() where word.hasPrefix(prefix) {
      let key = StoredKey(server: server, name: String(word.dropFirst(prefix.count)))
      let number = keys.number(of: key)
      if isRead {
        known.touch.reads |= KeyTable.bit(number)
      } else {
        known.touch.writes |= KeyTable.bit(number)
        known.written.append(number)
      }
    }
    return known
  }

  /// What a command waits for in the server (Redis manual, BLPOP and XREADGROUP with BLOCK).
  private static func awaited(_ verb: String, _ words: [String]) -> Awaited? {
    switch verb {
    case "BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX": return .keys(Array(words[1..<(words.count - 1)]))
    case "XREADGROUP":
      // GROUP group consumer … BLOCK ms … STREAMS stream id; entries given before are there at once.
      guard words.contains("BLOCK"), let streams = words.firstIndex(of: "STREAMS"),
        words.count == streams + 3, words[streams + 2] == ">"
      else { return nil }
      return .entry(stream: words[streams + 1], group: words[2])
    default: return nil
    }
  }

  /// Commands that change no key (Redis manual, flag `readonly`), WATCH, which only looks, and
  /// SUBSCRIBE, which reads what PUBLISH writes.
  private static let reads: Set<String> = [
    "GET", "MGET", "EXISTS", "STRLEN", "GETRANGE", "TTL", "PTTL", "TYPE", "HGET", "HMGET",
    "HGETALL", "HEXISTS", "HLEN", "ZCARD", "ZSCORE", "ZRANK", "ZRANGE", "ZCOUNT", "LLEN", "LRANGE",
    "LINDEX", "SCARD", "SISMEMBER", "SMEMBERS", "XLEN", "XRANGE", "WATCH", "SUBSCRIBE",
    "UNSUBSCRIBE",
  ]

  /// A statement: the database counts as one key, but plain SELECTs only read it and BEGIN, which takes
  /// no snapshot yet (PostgreSQL manual, SET TRANSACTION; MySQL manual, "Consistent Nonlocking Reads"),
  /// doesn't touch it.
  private static func known(_ statement: Statement) -> KnownCommand {
    var known = KnownCommand(role: .database)
    let sql = statement.sql.uppercased()
    let isPlain =
      sql.hasPrefix("SELECT")
      && !["FOR UPDATE", "FOR NO KEY", "FOR SHARE", "FOR KEY", "("].contains(where: sql.contains)
    if ["BEGIN", "SET LOCAL", "SET TRANSACTION"].contains(where: sql.hasPrefix) { return known }
    if isPlain {
      known.touch.reads = KeyTable.database
    } else {
      known.touch.writes = KeyTable.database
    }
    return known
  }
}
