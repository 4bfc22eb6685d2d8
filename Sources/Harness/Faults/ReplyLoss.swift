// The server does what it was asked, and its whole reply is lost together with the connection:
// "executed, reply dropped", "COMMIT sent, answer lost". The client can't tell it from a request that
// never arrived.

import Drivers
import History

struct ReplyLoss: Fault {
  static let card = FaultCard(
    name: "reply-loss", summary: "a request is executed, and its reply is lost",
    reach: .way, fits: .all,
    parameters: [
      ServerChoice.parameter,
      FaultParameter(
        "of", .step, about: "the command, such as DECR or COMMIT (any that takes effect)"),
    ],
    note: "The call is indeterminate. A client that sends it again sells twice; one that takes it "
      + "for failed sells what is gone.")

  /// Commands of Redis that can change a stock.
  fileprivate static let writes: Set<String> = [
    "DECR", "DECRBY", "INCR", "INCRBY", "SET", "SETNX", "GETDEL", "GETSET", "HINCRBY", "ZADD",
    "EVAL", "EVALSHA", "EXEC", "XADD", "RPUSH", "LPOP",
  ]

  /// Commands of Redis that change nothing by themselves.
  static let reads: Set<String> = [
    "", "AUTH", "BITCOUNT", "CLIENT", "COMMAND", "CONFIG", "DBSIZE", "DISCARD", "ECHO",
    "EVALSHA_RO",
    "EVAL_RO", "EXISTS", "GET", "GETRANGE", "HELLO", "HEXISTS", "HGET", "HGETALL", "HKEYS", "HLEN",
    "HMGET", "HVALS", "INFO", "KEYS", "LINDEX", "LLEN", "LRANGE", "MGET", "MULTI", "PING",
    "PSUBSCRIBE", "PTTL", "PUNSUBSCRIBE", "QUIT", "ROLE", "SCAN", "SCARD", "SCRIPT", "SELECT",
    "SISMEMBER", "SMEMBERS", "SMISMEMBER", "SSUBSCRIBE", "STRLEN", "SUBSCRIBE", "TIME", "TTL",
    "TYPE",
    "UNSUBSCRIBE", "UNWATCH", "WAIT", "WATCH", "XINFO", "XLEN", "XRANGE", "XREAD", "ZCARD",
    "ZCOUNT",
    "ZRANGE", "ZRANGEBYSCORE", "ZRANK", "ZSCORE",
  ]

  let rhythm: Rhythm
  private let choice: ServerChoice
  private let command: String?

  init(_ settings: FaultSettings) {
    rhythm = Rhythm(settings)
    choice = ServerChoice(settings)
    command = settings.text("of")?.uppercased()
  }

  var demands: ServerDemands { .proxies }

  var hazards: Hazards { choice.strikesDatabase ? [.callCutOff, .connectionLost] : .callCutOff }

  /// One reply to be lost: first wanted, then chosen with its request, at last lost.
  final class Loss {
    fileprivate(set) var request: ProxyRequest?
    fileprivate var isOver = false
    private let command: String?
    private let nemesis: Nemesis
    private let place: ServerName
    private var server: String { place.description }

    init(of command: String?, by nemesis: Nemesis, at place: ServerName) {
      self.command = command
      self.nemesis = nemesis
      self.place = place
    }

    /// Only what takes effect by itself, and only of the run's clients.
    func wants(_ request: ProxyRequest, ofProgram isProgram: Bool) -> Bool {
      guard let client = request.client, client.first == "p" else { return false }
      if let command { return request.verb == command }
      // A program may send any command; one that is not known to read may take effect.
      if isProgram, place == .redis {
        return !ReplyLoss.reads.contains(request.verb) && !request.inTransaction
      }
      if request.verb == "COMMIT" || ReplyLoss.writes.contains(request.verb) { return true }
      return ["UPDATE", "INSERT", "DELETE"].contains(request.verb) && !request.inTransaction
    }

    func begin(_ request: ProxyRequest) {
      self.request = request
      nemesis.began(ReplyLoss.self, details + [("of", .text(request.verb))])
    }

    func end() {
      isOver = true
      nemesis.ended(ReplyLoss.self, details)
      nemesis.notify()
    }

    private var details: [(String, Nemesis.Detail)] {
      let process = request?.client.flatMap { Int($0.dropFirst()) }
      return (process.map { [nemesis.struck($0)] } ?? []) + [("server", .text(server))]
    }
  }

  func strike(_ nemesis: Nemesis, _ random: inout SplitMix64) async throws(FaultFailure) {
    guard let front = nemesis.proxies(choice).randomElement(using: &random) else { return }
    let loss = Loss(of: command, by: nemesis, at: front.place)
    front.add(loss)
    await nemesis.wait { loss.isOver }
    front.remove(loss)
    // The server went down before it had answered; that reply is lost all the same.
    if loss.request != nil, !loss.isOver { loss.end() }
  }
}
