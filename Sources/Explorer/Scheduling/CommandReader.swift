// What a command touches, read from the command itself. What is not known to be harmless counts as
// a write: that costs schedules and loses none.

import Drivers
import Harness
import History

/// What is known of a command.
struct KnownCommand: Sendable {
  var footprint = Footprint()
  /// The keys written; those of a queued command count when EXEC is sent.
  var written: [KeyID] = []
  /// Whether it may publish messages.
  var publishes = false
  /// Whether it is preparation that no other client can notice, and goes out unscheduled.
  var isUnscheduled = false
  /// What has to be there for it to be answered at once; nil: nothing.
  var awaits: AwaitedData?
  var kind = Kind.plain

  enum Kind: Sendable {
    case plain, watch, multi, exec, discard, database
    /// Not a command: the turn of a call that may send none.
    case turn
  }
}

/// What a reading command waits for in the server.
enum AwaitedData: Sendable, Hashable {
  /// That one of these keys is there.
  case keys([String])
  /// An entry of a stream that its group has not been given yet.
  case entry(stream: String, group: String)
}

extension CommandDescription {
  /// What stands for a call that may have no command.
  static func turn(_ call: ShopCall) -> CommandDescription {
    let verb: StaticString =
      switch call {
      case .read: "read"
      case .take: "take"
      case .restock: "restock"
      case .claim: "claim"
      case .order: "order"
      }
    return CommandDescription(
      payload: .redis([RedisCommand(verb, effect: .read)]), inTransaction: false)
  }
}

/// Reads the commands that one testbed sends to one server.
///
/// Confined to the loop's thread.
final class CommandReader {
  private let server: ServerName
  private let prefix: String
  private let keys: KeyTable
  private var redis: [RedisCommand: KnownCommand] = [:]
  private var statements: [Statement: KnownCommand] = [:]

  /// How many commands are remembered at most.
  private static let capacity = 4096

  /// `prefix` is what the testbed's keys begin with.
  init(of server: ServerName, prefix: String, keys: KeyTable) {
    self.server = server
    self.prefix = prefix
    self.keys = keys
  }

  func read(_ command: CommandDescription) -> KnownCommand {
    switch command.payload {
    case .sql(let statement, _):
      if let known = statements[statement] { return known }
      let known = Self.known(statement)
      statements[statement] = known
      return known
    case .redis(let commands):
      guard commands.count != 1 else { return read(commands[0]) }
      var all = KnownCommand()
      for known in commands.map(read) {
        all.footprint.formUnion(known.footprint)
        all.written += known.written
        all.publishes = all.publishes || known.publishes
      }
      return all
    }
  }

  private func read(_ command: RedisCommand) -> KnownCommand {
    if let known = redis[command] { return known }
    let known = known(command.words)
    // Commands that carry a time or a ticket never come again.
    if redis.count >= Self.capacity { redis.removeAll(keepingCapacity: true) }
    redis[command] = known
    return known
  }

  private func known(_ words: [String]) -> KnownCommand {
    var known = KnownCommand()
    let verb = words[0].uppercased()
    switch verb {
    // Tells the server a script's text, or asks who has which keys: a new connection's preparation,
    // which nobody notices.
    case "SCRIPT", "PING", "CLUSTER": known.isUnscheduled = true
    case "MULTI": known.kind = .multi
    case "DISCARD", "UNWATCH": known.kind = .discard
    case "EXEC": known.kind = .exec
    case "WATCH": known.kind = .watch
    default: break
    }
    known.publishes = Self.publishing.contains(verb)
    known.awaits = Self.awaited(verb, words)
    let isRead = Self.reads.contains(verb)
    var namesKey = false
    for word in words.dropFirst() where word.hasPrefix(prefix) {
      let key = StoredKey(server: server, name: String(word.dropFirst(prefix.count)))
      let id = keys.id(of: key)
      namesKey = true
      if isRead {
        known.footprint.reads |= id.bit
      } else {
        known.footprint.writes |= id.bit
        known.written.append(id)
      }
    }
    if !namesKey, !known.isUnscheduled, !Self.keyless.contains(verb) {
      // It may do anything, as FLUSHALL does, or a script that makes up its keys.
      known.footprint.writes = ~KeyTable.database
    }
    return known
  }

  /// Commands that may publish messages.
  static let publishing: Set<String> = [
    "PUBLISH", "SPUBLISH", "EVAL", "EVALSHA", "FCALL", "EXEC",
  ]

  /// Commands that name no key and touch none by themselves; channels have no keys.
  static let keyless: Set<String> = [
    "MULTI", "EXEC", "DISCARD", "UNWATCH", "UNSUBSCRIBE", "SUBSCRIBE", "PUBLISH", "ECHO",
  ]

  /// What a command waits for in the server (Redis manual, BLPOP and XREADGROUP with BLOCK).
  static func awaited(_ verb: String, _ words: [String]) -> AwaitedData? {
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
    KnownCommand(footprint: footprint(sql: statement.sql), kind: .database)
  }

  /// What a statement touches; of several in one text, all of them together.
  static func footprint(sql text: String) -> Footprint {
    let sql = text.uppercased()
    let isPlain =
      sql.hasPrefix("SELECT") && !sql.contains(";")
      && !["FOR UPDATE", "FOR NO KEY", "FOR SHARE", "FOR KEY", "("].contains(where: sql.contains)
    if ["BEGIN", "SET LOCAL", "SET TRANSACTION"].contains(where: sql.hasPrefix), !sql.contains(";")
    {
      return Footprint()
    }
    return isPlain
      ? Footprint(reads: KeyTable.database) : Footprint(writes: KeyTable.database)
  }
}
