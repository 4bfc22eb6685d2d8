// What a command means for the replies to come: most have one, some none, subscriptions one for each
// channel. And what connections are at the moment: named, in a transaction, silent.

/// How a command is answered.
enum RedisEffect: Sendable, Hashable {
  /// By one reply.
  case reply
  /// By one reply, with which the connection speaks this version.
  case hello(Int)
  /// By one reply, with which the connection is as new.
  case reset
  /// By this many confirmations of a kind, such as `subscribe`; nil: one for each channel that the
  /// connection listens to, at least one.
  case confirmations(kind: String, count: Int?)
}

/// What a client's commands make of its connection.
struct RedisRequests: Sendable {
  private var client: String?
  private var inTransaction = false
  /// CLIENT REPLY OFF, until ON.
  private var isSilent = false
  /// CLIENT REPLY SKIP: the next command is not answered.
  private var skips = false

  /// What a command is, and how it is answered; nil where it isn't.
  mutating func note(
    _ command: RESPCommandScanner.Command
  ) throws(Unfollowed) -> (request: ProxyRequest, effect: RedisEffect)? {
    let words = command.words.map { String(decoding: $0, as: UTF8.self) }
    let verb = (words.first ?? "").uppercased()
    guard !verb.isEmpty else { return nil }
    if ["MONITOR", "SYNC", "PSYNC"].contains(verb) {
      throw Unfollowed(seen: "\(verb), after which replies answer nothing")
    }
    let isQueued = inTransaction && verb != "EXEC" && verb != "DISCARD"
    if verb == "CLIENT", words.count == 3, words[1].uppercased() == "REPLY" {
      if isQueued { throw Unfollowed(seen: "CLIENT REPLY inside MULTI") }
      guard mayAnswer(to: words[2].uppercased()) else { return nil }
    } else if isSilent || skips {
      skips = false
      follow(verb, words)
      return nil
    }
    follow(verb, words)
    let request = ProxyRequest(
      client: client, verb: verb, text: words.joined(separator: " "), inTransaction: isQueued,
      words: words, cut: command.cut)
    return (request, isQueued ? .reply : effect(verb, words, command.count))
  }

  /// What CLIENT REPLY brings about; whether it is itself answered.
  private mutating func mayAnswer(to mode: String) -> Bool {
    switch mode {
    case "ON":
      isSilent = false
      skips = false
      return true
    case "OFF":
      isSilent = true
      return false
    case "SKIP":
      skips = true
      return false
    default: return !isSilent
    }
  }

  private mutating func follow(_ verb: String, _ words: [String]) {
    switch verb {
    case "CLIENT" where words.count > 2 && words[1].uppercased() == "SETNAME": client = words[2]
    case "HELLO":
      let place = words.lastIndex { $0.uppercased() == "SETNAME" }
      if let place, place >= words.count - 2, place + 1 < words.count { client = words[place + 1] }
    case "MULTI": inTransaction = true
    case "EXEC", "DISCARD": inTransaction = false
    case "RESET":
      inTransaction = false
      client = nil
    default: break
    }
  }

  private func effect(_ verb: String, _ words: [String], _ count: Int) -> RedisEffect {
    switch verb {
    case "HELLO": words.count > 1 ? Int(words[1]).map { .hello($0) } ?? .reply : .reply
    case "RESET": .reset
    // Without a channel it is answered by one error.
    case "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE":
      count > 1 ? .confirmations(kind: verb.lowercased(), count: count - 1) : .reply
    case "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE":
      .confirmations(kind: verb.lowercased(), count: count > 1 ? count - 1 : nil)
    default: .reply
    }
  }
}

/// What can't be followed.
struct Unfollowed: Error {
  var seen: String
}
