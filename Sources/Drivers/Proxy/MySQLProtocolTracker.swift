// What a client and a MySQL say to each other: the server greets, the client logs in, and then every
// command has one reply, in order, except for those that have none. Commands may travel together.

import DequeModule

/// MySQL: a request is a command, its answer a reply followed to its end.
struct MySQLProtocolTracker: ProtocolTracker {
  /// A command under way.
  private struct Entry {
    var request: ProxyRequest
    var reply: MySQLReply
    var isLost: Bool
    var asked: Int64
  }

  var tellsExchanges = false
  private var requests = MySQLScanner()
  private var replies = MySQLScanner()
  private var agreement = MySQLAgreement()
  private var phase = Phase.greeting
  /// Commands under way, oldest first.
  private var pending: Deque<Entry> = []
  /// The bytes of a reply that is to be lost.
  private var kept: [UInt8] = []
  private var record = ReplyRecord()
  /// The greeting as far as it has come.
  private var greeting: [UInt8] = []
  /// The texts of prepared statements, by number.
  private var statements: [Int: String] = [:]
  private var client: String?
  private var inTransaction = false
  /// The server's number for this session, which its greeting tells.
  private(set) var session: Int32?

  var isStarting: Bool { phase != .commands }
  var isAwaited: Bool {
    switch phase {
    case .greeting, .authentication: true
    case .login: false
    case .commands: !pending.isEmpty
    }
  }

  private enum Phase: Sendable {
    /// The server speaks first.
    case greeting
    /// The client has been greeted and says what it can do.
    case login
    /// What passes is not interpreted until the server lets the client in.
    case authentication
    case commands
  }

  /// MySQL Internals, "Command Phase".
  private enum Command {
    static let quit: UInt8 = 0x01
    static let query: UInt8 = 0x03
    static let fieldList: UInt8 = 0x04
    static let changeUser: UInt8 = 0x11
    static let prepare: UInt8 = 0x16
    static let execute: UInt8 = 0x17
    static let longData: UInt8 = 0x18
    static let closeStatement: UInt8 = 0x19
    static let fetch: UInt8 = 0x1c
    static let bulk: UInt8 = 0xfa
    static let silent: Set<UInt8> = [quit, longData, closeStatement]
  }

  // MARK: From the client

  mutating func fromClient(
    _ bytes: [UInt8], at now: Int64, isLost: (ProxyRequest) -> Bool
  ) -> Relayed {
    var relayed = Relayed(toServer: bytes)
    var position = 0
    while let (packet, end) = requests.next(in: bytes, from: position) {
      position = end
      switch phase {
      case .greeting, .authentication: break
      case .login:
        login(packet)
        phase = .authentication
      case .commands: if packet.sequence == 0 { command(packet, at: now, isLost, &relayed) }
      }
    }
    return relayed
  }

  /// HandshakeResponse41; a MariaDB client, which leaves bit 0 out, has further flags where MySQL's have
  /// zeros.
  private mutating func login(_ packet: MySQLScanner.Packet) {
    let flags = packet.number(at: 0, bytes: 4)
    agreement.endsLists = flags & 1 << 24 == 0
    agreement.skipsColumns = flags & 1 == 0 && packet.number(at: 28, bytes: 4) & 1 << 4 != 0
    client = programName(in: packet.body)
  }

  /// What the client calls itself among its attributes: a length, the key, a length, the value.
  private func programName(in body: [UInt8]) -> String? {
    let key = Array("program_name".utf8)
    guard let start = body.firstRange(of: key)?.upperBound, start < body.count else { return nil }
    let length = Int(body[start])
    guard start + 1 + length <= body.count else { return nil }
    return String(decoding: body[start + 1..<start + 1 + length], as: UTF8.self)
  }

  private mutating func command(
    _ packet: MySQLScanner.Packet, at now: Int64, _ isLost: (ProxyRequest) -> Bool,
    _ relayed: inout Relayed
  ) {
    guard !Command.silent.contains(packet.kind) else { return }
    var text = ""
    var reply = MySQLReply.Kind.single
    switch packet.kind {
    case Command.query: (text, reply) = (packet.text(from: 1), .rows)
    case Command.execute, Command.bulk:
      (text, reply) = (statements[packet.number(at: 1, bytes: 4)] ?? "", .rows)
    case Command.prepare: (text, reply) = (packet.text(from: 1), .preparation)
    case Command.fieldList, Command.fetch: reply = .list
    case Command.changeUser: phase = .authentication
    default: break
    }
    let isExecuted = reply == .rows
    let verb = isExecuted ? text.drop(while: \.isWhitespace).prefix(while: \.isLetter) : ""
    let request = ProxyRequest(
      client: client, verb: verb.uppercased(), text: text, inTransaction: inTransaction,
      words: text.isEmpty ? [] : [text], cut: packet.length - packet.body.count)
    guard phase == .commands else { return }
    if isExecuted { relayed.requests.append(request) }
    pending.append(
      Entry(
        request: request, reply: MySQLReply(reply), isLost: isExecuted && isLost(request),
        asked: now))
  }

  // MARK: From the server

  mutating func fromServer(_ bytes: [UInt8], at now: Int64) -> Relayed {
    var relayed = Relayed()
    var position = 0
    while position < bytes.count {
      let next = replies.next(in: bytes, from: position)
      let part = bytes[position..<(next?.end ?? bytes.count)]
      switch phase {
      case .greeting: greeting.append(contentsOf: part)
      case _ where pending.first?.isLost == true: kept.append(contentsOf: part)
      default: relayed.toClient.append(contentsOf: part)
      }
      if phase == .commands, tellsExchanges { record.add(part) }
      guard let (packet, end) = next else { break }
      position = end
      take(packet, at: now, &relayed)
      if relayed.lost != nil || relayed.refusal != nil { break }
    }
    return relayed
  }

  private mutating func take(
    _ packet: MySQLScanner.Packet, at now: Int64, _ relayed: inout Relayed
  ) {
    switch phase {
    case .greeting:
      // An error comes instead where too many are there already.
      if packet.kind != 0xff {
        // The protocol, the server's version up to a zero, the number.
        let end = packet.body.firstIndex(of: 0) ?? 0
        session = Int32(truncatingIfNeeded: packet.number(at: end + 1, bytes: 4))
        Self.makePlain(&greeting)
      }
      relayed.toClient += greeting
      greeting = []
      phase = .login
    case .login: break
    case .authentication: if packet.kind == 0 { phase = .commands }
    case .commands: answer(packet, at: now, &relayed)
    }
  }

  private mutating func answer(
    _ packet: MySQLScanner.Packet, at now: Int64, _ relayed: inout Relayed
  ) {
    guard !pending.isEmpty else {
      // A killed session is told so unasked.
      if !packet.isError { relayed.refusal = "an answer to nothing: \(shown(packet.body))" }
      return
    }
    guard pending[0].reply.take(packet, agreement) else { return }
    let first = pending.removeFirst()
    if let status = first.reply.status { inTransaction = status & 1 != 0 }
    if let number = first.reply.prepared { statements[number] = first.request.text }
    if first.isLost {
      relayed.lost = LostReply(request: first.request, bytes: kept)
      kept = []
    } else if tellsExchanges {
      relayed.exchanges.append(
        record.exchange(first.request, asked: first.asked, answered: now))
    }
    record.clear()
  }

  /// Takes out of a greeting what would hide what passes: TLS, and compression of two kinds.
  static func makePlain(_ greeting: inout [UInt8]) {
    // A head, the protocol, a text that ends with 0, four bytes of number, eight of salt, a zero.
    guard greeting.count > 5, let zero = greeting[5...].firstIndex(of: 0) else { return }
    let lower = zero + 14
    let upper = lower + 5
    guard upper + 1 < greeting.count else { return }
    greeting[lower] &= ~0x20
    greeting[lower + 1] &= ~0x08
    greeting[upper + 1] &= ~0x04
  }
}
