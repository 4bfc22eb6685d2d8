// Where a MySQL reply ends: an OK, an error, or rows between their columns and an end; a statement's
// preparation with its placeholders and columns (MySQL Internals, "Text Resultset", "COM_STMT_PREPARE
// Response"). What a session has agreed on at its start decides which packets there are.

/// What client and server have agreed on.
struct MySQLAgreement: Sendable {
  /// Whether lists end with a packet of their own (CLIENT_DEPRECATE_EOF is not set).
  var endsLists = true
  /// Whether columns may be left out that the client knows (MariaDB's CACHE_METADATA).
  var skipsColumns = false
}

/// One reply, followed packet by packet.
struct MySQLReply: Sendable {
  /// What kind of reply a command has.
  enum Kind: Sendable {
    /// One packet: OK, an error, an end, or a text.
    case single
    /// OK, an error, or rows; perhaps several of these.
    case rows
    /// A prepared statement's number, then its placeholders and columns.
    case preparation
    /// Packets up to an end or an error, such as a list of fields.
    case list
  }

  private enum Place: Sendable {
    case first
    /// This many definitions to come, then the lists after this one.
    case definitions(Int, then: [Int])
    case endOfDefinitions(then: [Int])
    case rows
  }

  let kind: Kind
  private var place = Place.first
  /// The number of the statement that was prepared.
  private(set) var prepared: Int?
  /// The status flags of the last packet that had any: 1, a transaction is open.
  private(set) var status: Int?

  private static let moreFollow = 8

  init(_ kind: Kind) { self.kind = kind }

  /// Takes a packet; whether it is the reply's last.
  mutating func take(_ packet: MySQLScanner.Packet, _ agreement: MySQLAgreement) -> Bool {
    switch place {
    case .first: return begin(packet, agreement)
    case .definitions(let left, let rest):
      guard left > 1 else { return endDefinitions(rest, agreement) }
      place = .definitions(left - 1, then: rest)
      return false
    case .endOfDefinitions(let rest): return next(rest)
    case .rows:
      guard packet.isError || isEnd(packet, agreement) else { return false }
      return packet.isError || end(packet, agreement)
    }
  }

  private mutating func begin(
    _ packet: MySQLScanner.Packet, _ agreement: MySQLAgreement
  ) -> Bool {
    if packet.isError { return true }
    switch kind {
    case .single:
      if packet.kind == 0 { status = packet.okStatus }
      return true
    case .list:
      place = .rows
      return isEnd(packet, agreement)
    case .preparation:
      prepared = packet.number(at: 1, bytes: 4)
      let counts = [packet.number(at: 7, bytes: 2), packet.number(at: 5, bytes: 2)]
      return next(counts.filter { $0 > 0 })
    case .rows: break
    }
    if packet.kind == 0 {
      status = packet.okStatus
      return hasEnded
    }
    // A file of the client's is asked for; what it sends is none of this reply.
    if packet.kind == 0xfb { return false }
    let columns = packet.packedNumber(at: 0)
    let areLeftOut =
      agreement.skipsColumns && packet.number(at: columns.end, bytes: 1) == 0
      && columns.end < packet.body.count
    place = areLeftOut ? .endOfDefinitions(then: []) : .definitions(columns.value, then: [])
    if areLeftOut, !agreement.endsLists { place = .rows }
    return false
  }

  /// A list of definitions is over.
  private mutating func endDefinitions(_ rest: [Int], _ agreement: MySQLAgreement) -> Bool {
    guard agreement.endsLists else { return next(rest) }
    place = .endOfDefinitions(then: rest)
    return false
  }

  /// What comes after a list.
  private mutating func next(_ rest: [Int]) -> Bool {
    if let count = rest.first {
      place = .definitions(count, then: Array(rest.dropFirst()))
      return false
    }
    place = .rows
    return kind == .preparation
  }

  private func isEnd(_ packet: MySQLScanner.Packet, _ agreement: MySQLAgreement) -> Bool {
    packet.kind == 0xfe && packet.length < (agreement.endsLists ? 9 : 0xff_ffff)
  }

  private mutating func end(_ packet: MySQLScanner.Packet, _ agreement: MySQLAgreement) -> Bool {
    status = agreement.endsLists ? packet.number(at: 3, bytes: 2) : packet.okStatus
    return hasEnded
  }

  /// Whether no other result follows.
  private var hasEnded: Bool {
    mutating get {
      guard (status ?? 0) & Self.moreFollow != 0 else { return true }
      place = .first
      return false
    }
  }
}
