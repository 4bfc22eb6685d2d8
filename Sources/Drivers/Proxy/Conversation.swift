// What a client and a server say to each other, followed message by message: which request a reply
// answers, and where that reply ends. It changes nothing but replies that are to be lost: those are
// kept back until they are whole, so that the server has surely done what was asked.

/// A request that passed, as far as it is told from others.
public struct ProxyRequest: Sendable, Hashable {
  /// What the connection calls itself: CLIENT SETNAME, application_name.
  public var client: String?
  /// The command in upper case: `DECR`, `COMMIT`, `UPDATE`.
  public var verb: String
  /// The first words of a Redis command, or the statement's text.
  public var text: String
  /// Whether it is part of a transaction that is still open.
  public var inTransaction: Bool
}

/// A reply that the server gave and the client never saw.
public struct LostReply: Sendable {
  public var request: ProxyRequest
  public var bytes: [UInt8]
}

/// One connection's two directions.
protocol Conversation: Sendable {
  /// Follows bytes on their way to the server; `isLost` is asked of every whole request, once,
  /// before its last byte goes on.
  mutating func fromClient(_ bytes: [UInt8], isLost: (ProxyRequest) -> Bool)

  /// Follows bytes on their way to the client. Returns those that may go on, and, once it is whole,
  /// a reply that is to be lost; what comes after it is nobody's.
  mutating func fromServer(_ bytes: [UInt8]) -> (passed: [UInt8], lost: LostReply?)
}

/// Requests under way, oldest first, and the bytes of a reply that is kept back.
private struct Pending: Sendable {
  private var requests: [(request: ProxyRequest, isLost: Bool)] = []
  private var kept: [UInt8] = []

  mutating func append(_ request: ProxyRequest, isLost: Bool) {
    requests.append((request, isLost))
  }

  /// Whether the reply that is coming in is to be lost.
  var keeps: Bool { requests.first?.isLost == true }

  mutating func keep(_ bytes: ArraySlice<UInt8>) { kept.append(contentsOf: bytes) }

  /// The oldest request has been answered.
  mutating func answered() -> LostReply? {
    guard let first = requests.first else { return nil }
    requests.removeFirst()
    guard first.isLost else { return nil }
    defer { kept = [] }
    return LostReply(request: first.request, bytes: kept)
  }
}

/// RESP: every command has one reply, in order; after SUBSCRIBE messages come by themselves.
struct RedisConversation: Conversation {
  private var requests = RESPScanner(keepsWords: true)
  private var replies = RESPScanner()
  private var pending = Pending()
  private var client: String?
  private var inTransaction = false
  private var isSubscribed = false

  mutating func fromClient(_ bytes: [UInt8], isLost: (ProxyRequest) -> Bool) {
    var position = 0
    while let end = requests.end(in: bytes, from: position) {
      position = end
      let words = requests.words.map { String(decoding: $0, as: UTF8.self) }
      let verb = (words.first ?? "").uppercased()
      if verb == "CLIENT", words.count > 2, words[1].uppercased() == "SETNAME" {
        client = words[2]
      }
      if verb.hasSuffix("SUBSCRIBE") { isSubscribed = true }
      let isQueued = inTransaction && verb != "EXEC" && verb != "DISCARD"
      if verb == "MULTI" { inTransaction = true }
      if verb == "EXEC" || verb == "DISCARD" { inTransaction = false }
      let request = ProxyRequest(
        client: client, verb: verb, text: words.joined(separator: " "), inTransaction: isQueued)
      pending.append(request, isLost: !isSubscribed && isLost(request))
    }
  }

  mutating func fromServer(_ bytes: [UInt8]) -> (passed: [UInt8], lost: LostReply?) {
    guard !isSubscribed else { return (bytes, nil) }
    var passed: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let end = replies.end(in: bytes, from: position)
      let part = bytes[position..<(end ?? bytes.count)]
      if pending.keeps { pending.keep(part) } else { passed.append(contentsOf: part) }
      guard let end else { break }
      position = end
      if let lost = pending.answered() { return (passed, lost) }
    }
    return (passed, nil)
  }
}

/// PostgreSQL: a request ends with Sync or is a simple Query, its answer with ReadyForQuery.
struct PostgresConversation: Conversation {
  private var requests = PostgresScanner(isTyped: false)
  private var replies = PostgresScanner(isTyped: true)
  private var pending = Pending()
  private var client: String?
  /// The texts of prepared statements, by name.
  private var statements: [String: String] = [:]
  /// What the messages up to the next Sync execute.
  private var current: String?
  /// The status of the last ReadyForQuery: I idle, T in a transaction, E in a failed one.
  private var status = UInt8(ascii: "I")
  /// One-byte answers to come, to requests for encryption.
  private var plainAnswers = 0

  /// SSLRequest and GSSENCRequest.
  private static let encryption = [80_877_103, 80_877_104]

  mutating func fromClient(_ bytes: [UInt8], isLost: (ProxyRequest) -> Bool) {
    var position = 0
    while let (message, end) = requests.next(in: bytes, from: position) {
      position = end
      switch message.kind {
      case 0: begin(message)
      case UInt8(ascii: "P"):
        let texts = message.texts
        if texts.count > 1 { statements[texts[0]] = texts[1] }
      case UInt8(ascii: "B"):
        // The portal's name, then the statement's.
        let texts = message.texts
        if texts.count > 1 { current = statements[texts[1]] }
      case UInt8(ascii: "Q"): append(message.texts.first ?? "", isLost)
      case UInt8(ascii: "S"): append(current ?? "", isLost)
      default: break
      }
    }
  }

  /// The client's first words: a request for encryption, or the session's parameters.
  private mutating func begin(_ message: PostgresScanner.Message) {
    if Self.encryption.contains(message.number) {
      plainAnswers += 1
      return
    }
    requests.isTyped = true
    // The session's start ends with ReadyForQuery too.
    pending.append(
      ProxyRequest(client: nil, verb: "", text: "", inTransaction: false), isLost: false)
    let words = PostgresScanner.Message(kind: 0, body: Array(message.body.dropFirst(4))).texts
    for (name, value) in zip(words, words.dropFirst()) where name == "application_name" {
      client = value
    }
  }

  private mutating func append(_ text: String, _ isLost: (ProxyRequest) -> Bool) {
    current = nil
    var verb = text.prefix { $0.isLetter }.uppercased()
    // What a WITH query does first is what it is for.
    if verb == "WITH", let start = text.firstRange(of: " AS (") {
      verb = text[start.upperBound...].prefix { $0.isLetter }.uppercased()
    }
    let request = ProxyRequest(
      client: client, verb: verb, text: text, inTransaction: status != UInt8(ascii: "I"))
    pending.append(request, isLost: isLost(request))
  }

  mutating func fromServer(_ bytes: [UInt8]) -> (passed: [UInt8], lost: LostReply?) {
    var passed: [UInt8] = []
    var position = min(plainAnswers, bytes.count)
    plainAnswers -= position
    passed.append(contentsOf: bytes[..<position])
    while position < bytes.count {
      let next = replies.next(in: bytes, from: position)
      let part = bytes[position..<(next?.end ?? bytes.count)]
      if pending.keeps { pending.keep(part) } else { passed.append(contentsOf: part) }
      guard let (message, end) = next else { break }
      position = end
      // ReadyForQuery.
      guard message.kind == UInt8(ascii: "Z") else { continue }
      status = message.body.first ?? status
      if let lost = pending.answered() { return (passed, lost) }
    }
    return (passed, nil)
  }
}

/// Bytes that nobody understands, such as a replica's.
struct OpaqueConversation: Conversation {
  mutating func fromClient(_ bytes: [UInt8], isLost: (ProxyRequest) -> Bool) {}
  mutating func fromServer(_ bytes: [UInt8]) -> (passed: [UInt8], lost: LostReply?) {
    (bytes, nil)
  }
}
