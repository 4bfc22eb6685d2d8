// PostgreSQL's protocol, version 3 (PostgreSQL manual §55): a request is a Query, a FunctionCall, or
// what is executed up to a Sync; its answer ends with ReadyForQuery. The proxy itself refuses requests
// for encryption, which would make it blind.

import DequeModule

struct PostgresProtocolTracker: ProtocolTracker {
  private struct Entry {
    var request: ProxyRequest
    var isLost: Bool
    var asked: Int64
    /// Whether it ended with a Sync.
    var isSync = false
    /// Whether data for COPY had ended when it did.
    var endsCopy = false
  }

  var tellsExchanges = false
  private let login: ProxyLogin?
  private var requests = PostgresScanner(isTyped: false)
  private var replies = PostgresScanner(isTyped: true)
  private var pending: Deque<Entry> = []
  private var statements = PostgresStatements()
  private var client: String?
  /// The client's first message, while it isn't whole.
  private var first: [UInt8] = []
  /// It asks for the end of another connection's statement, and is not answered.
  private var isCancel = false
  /// Whether messages have been sent that no Sync has ended yet.
  private var isOpen = false
  /// Whether data for COPY has ended since the last Sync.
  private var copyEnded = false
  /// A request whose Sync the server has passed over, since it had begun to take data for COPY: the
  /// Sync after the data ends it.
  private var copying: Entry?
  /// The status of the last ReadyForQuery: I idle, T in a transaction, E in a failed one.
  private var status = UInt8(ascii: "I")
  /// Bytes of a reply that is to be lost.
  private var kept: [UInt8] = []
  private var record = ReplyRecord()
  /// Messages since the last Sync that have an answer each and none so far, and how many of those came
  /// before a Flush.
  private var unanswered = 0
  private var flushed = 0
  /// The server's process for this session (§55.2.1, BackendKeyData).
  private(set) var session: Int32?
  /// Whether the server has said that it is ready for the first time.
  private var hasBegun = false

  var isStarting: Bool { !hasBegun }
  var isAwaited: Bool { !pending.isEmpty || flushed > 0 }

  var unended: ProxyRequest? {
    var statements = statements
    let request = statements.sync(client: client, inTransaction: status != UInt8(ascii: "I"))
    return request.verb.isEmpty ? nil : request
  }

  /// SSLRequest and GSSENCRequest.
  private static let encryption = [80_877_103, 80_877_104]
  private static let cancellation = 80_877_102
  private static let asked = Set("BCDEFHPQSXcdfp".utf8)
  private static let answered = Set("123ACDEGHIKNRSTVWZcdnstv".utf8)

  /// `login`: who the client is to the server, whatever it says.
  init(login: ProxyLogin? = nil) {
    self.login = login
  }
}

// MARK: From the client

extension PostgresProtocolTracker {
  mutating func fromClient(
    _ bytes: [UInt8], at now: Int64, isLost: (ProxyRequest) -> Bool
  ) -> Relayed {
    var relayed = Relayed()
    var position = 0
    while true {
      let wasTyped = requests.isTyped
      let next = requests.next(in: bytes, from: position)
      let part = bytes[position..<(next?.end ?? bytes.count)]
      // What comes first may not be for the server.
      if wasTyped { relayed.toServer += part } else { first += part }
      guard let (message, end) = next else { break }
      position = end
      if wasTyped {
        follow(message, at: now, isLost, &relayed)
      } else {
        begin(message, at: now, &relayed)
      }
      if relayed.refusal != nil { return relayed }
    }
    relayed.refusal = requests.refusal
    return relayed
  }

  /// The client's first words: a request for encryption, for an end, or the session's parameters.
  private mutating func begin(
    _ message: PostgresScanner.Message, at now: Int64, _ relayed: inout Relayed
  ) {
    defer { first = [] }
    if Self.encryption.contains(message.number) {
      relayed.toClient.append(UInt8(ascii: "N"))
      return
    }
    requests.isTyped = true
    if message.number == Self.cancellation {
      isCancel = true
      relayed.toServer += first
      return
    }
    guard message.number >> 16 == 3 else {
      relayed.refusal = "version \(message.number >> 16) of the protocol"
      return
    }
    relayed.toServer += login?.startup(Array(first.dropFirst(4))) ?? first
    // The session's start ends with ReadyForQuery too.
    pending.append(Entry(request: ProxyRequest(verb: "", text: ""), isLost: false, asked: now))
    let words = PostgresScanner.Message(kind: 0, body: Array(message.body.dropFirst(4))).texts
    for index in stride(from: 0, to: words.count - 1, by: 2)
    where words[index] == "application_name" {
      client = words[index + 1]
    }
  }

  private mutating func follow(
    _ message: PostgresScanner.Message, at now: Int64, _ isLost: (ProxyRequest) -> Bool,
    _ relayed: inout Relayed
  ) {
    guard Self.asked.contains(message.kind), !isCancel else {
      relayed.refusal = "a message of kind \(shown([message.kind]))"
      return
    }
    let inTransaction = status != UInt8(ascii: "I")
    switch message.kind {
    case UInt8(ascii: "P"): statements.parse(message)
    case UInt8(ascii: "B"): statements.bind(message)
    case UInt8(ascii: "E"): statements.execute(message)
    case UInt8(ascii: "C"): statements.close(message)
    case UInt8(ascii: "Q"):
      let request = PostgresStatements.query(
        message, client: client, inTransaction: inTransaction)
      append(Entry(request: request, isLost: isLost(request), asked: now), &relayed)
    case UInt8(ascii: "F"):
      let request = ProxyRequest(
        client: client, verb: "FUNCTION", text: "function \(message.number)",
        inTransaction: inTransaction, words: ["function", "\(message.number)"],
        cut: max(0, message.body.count - 4) + message.cut)
      append(Entry(request: request, isLost: isLost(request), asked: now), &relayed)
    case UInt8(ascii: "S"): sync(at: now, inTransaction: inTransaction, isLost, &relayed)
    case UInt8(ascii: "c"), UInt8(ascii: "f"): copyEnded = true
    case UInt8(ascii: "H"): flushed = unanswered
    default: break
    }
    if "PBECDH".utf8.contains(message.kind) { isOpen = true }
    if "PBECD".utf8.contains(message.kind) { unanswered += 1 }
  }

  private mutating func sync(
    at now: Int64, inTransaction: Bool, _ isLost: (ProxyRequest) -> Bool,
    _ relayed: inout Relayed
  ) {
    if let entry = copying {
      // While it takes data the server passes over every Sync.
      guard copyEnded else { return }
      copying = nil
      return append(entry, &relayed)
    }
    let request = statements.sync(client: client, inTransaction: inTransaction)
    append(
      Entry(
        request: request, isLost: isLost(request), asked: now, isSync: true, endsCopy: copyEnded),
      &relayed)
  }

  private mutating func append(_ entry: Entry, _ relayed: inout Relayed) {
    if !entry.request.verb.isEmpty { relayed.requests.append(entry.request) }
    pending.append(entry)
    isOpen = false
    copyEnded = false
  }
}

// MARK: From the server

extension PostgresProtocolTracker {
  mutating func fromServer(_ bytes: [UInt8], at now: Int64) -> Relayed {
    var relayed = Relayed()
    var position = 0
    while position < bytes.count {
      let next = replies.next(in: bytes, from: position)
      let part = bytes[position..<(next?.end ?? bytes.count)]
      if keeps { kept += part } else { relayed.toClient += part }
      if tellsExchanges { record.add(part) }
      guard let (message, end) = next else { break }
      position = end
      hear(message, at: now, &relayed)
      if relayed.lost != nil || relayed.refusal != nil { return relayed }
    }
    relayed.refusal = replies.refusal
    return relayed
  }

  /// Whether the answer that is coming in is to be lost.
  private var keeps: Bool { copying?.isLost ?? pending.first?.isLost ?? false }

  private mutating func hear(
    _ message: PostgresScanner.Message, at now: Int64, _ relayed: inout Relayed
  ) {
    guard Self.answered.contains(message.kind) else {
      relayed.refusal = "a message of kind \(shown([message.kind]))"
      return
    }
    noteAnswer(message.kind)
    switch message.kind {
    case UInt8(ascii: "Z"):
      status = message.body.first ?? status
      hasBegun = true
      end(at: now, &relayed)
    case UInt8(ascii: "K"): session = Int32(truncatingIfNeeded: message.number)
    case UInt8(ascii: "G"), UInt8(ascii: "W"):
      // The client has to hear of it, or it would send no data.
      relayed.toClient += kept
      kept = []
      beginCopy(&relayed)
    // Notices, notifications and parameters come by themselves, as does the reason for an end.
    case UInt8(ascii: "N"), UInt8(ascii: "A"), UInt8(ascii: "S"), UInt8(ascii: "E"): break
    default:
      if pending.isEmpty, copying == nil, !isOpen {
        relayed.refusal = "an unrequested message of kind \(shown([message.kind]))"
      }
    }
  }

  /// Parse, Bind, Close, Describe and Execute have one answer each; after an error there are none up to
  /// the Sync.
  private mutating func noteAnswer(_ kind: UInt8) {
    switch kind {
    case UInt8(ascii: "Z"), UInt8(ascii: "E"): (unanswered, flushed) = (0, 0)
    case _ where "123TnCIs".utf8.contains(kind):
      unanswered = max(0, unanswered - 1)
      flushed = max(0, flushed - 1)
    default: break
    }
  }

  private mutating func end(at now: Int64, _ relayed: inout Relayed) {
    defer { record.clear() }
    guard let entry = pending.popFirst() else {
      relayed.refusal = "ReadyForQuery without a request"
      return
    }
    if entry.isLost {
      relayed.lost = LostReply(request: entry.request, bytes: kept)
    } else if tellsExchanges {
      relayed.exchanges.append(record.exchange(entry.request, asked: entry.asked, answered: now))
    }
  }

  /// The server takes data now, and passes over the Sync that was sent with the statement.
  private mutating func beginCopy(_ relayed: inout Relayed) {
    guard let entry = pending.first, entry.isSync else { return }
    if pending.count == 1 {
      copying = pending.removeFirst()
    } else if pending[1].isSync, pending[1].endsCopy {
      // The data has been sent, and the Sync after it.
      pending.remove(at: 1)
    } else {
      relayed.refusal = "COPY FROM STDIN with other requests already under way"
    }
  }
}
