// What a client and a server say to each other, followed message by message: which request a reply
// answers, and where that reply ends. It changes nothing but replies that are to be lost (those are
// kept back until they are whole, so that the server has surely done what was asked) and what a client
// would have to know of a private server: its password, its user.

/// What comes of bytes that arrived from one side.
struct Relayed {
  var toServer: [UInt8] = []
  /// The whole requests in bytes of a client's that execute something.
  var requests: [ProxyRequest] = []
  var toClient: [UInt8] = []
  /// A reply that is lost, once it is whole; what comes after it is dropped.
  var lost: LostReply?
  /// Requests that have been answered, if there is an observer.
  var exchanges: [ProxyExchange] = []
  /// What can't be followed; nothing after it is understood.
  var refusal: String?
}

/// One connection's two directions.
protocol ProtocolTracker: Sendable {
  /// Whether `Relayed.exchanges` are wanted.
  var tellsExchanges: Bool { get set }
  /// Whether the session has not begun yet: what passes until then executes nothing.
  var isStarting: Bool { get }
  /// Whether the server owes an answer.
  var isAwaited: Bool { get }
  /// What has been executed by messages that no request ends yet, as the request that it would be.
  var unended: ProxyRequest? { get }
  /// What the server calls the session, where it has said so: PostgreSQL's process, MySQL's connection.
  var session: Int32? { get }

  /// What the proxy itself says before anything of the client's.
  mutating func opening() -> [UInt8]

  /// Follows bytes of the client's, at a moment in ns; `isLost` is asked of every whole request, once,
  /// before its last byte goes on.
  mutating func fromClient(
    _ bytes: [UInt8], at now: Int64, isLost: (ProxyRequest) -> Bool
  ) -> Relayed

  /// Follows bytes of the server's, at a moment in ns.
  mutating func fromServer(_ bytes: [UInt8], at now: Int64) -> Relayed
}

extension ProtocolTracker {
  var isStarting: Bool { false }
  var unended: ProxyRequest? { nil }
  var session: Int32? { nil }

  mutating func opening() -> [UInt8] { [] }
}

/// Bytes that nobody understands, such as a replica's.
struct OpaqueProtocolTracker: ProtocolTracker {
  var tellsExchanges = false
  var isAwaited: Bool { false }

  mutating func fromClient(
    _ bytes: [UInt8], at now: Int64, isLost: (ProxyRequest) -> Bool
  ) -> Relayed { Relayed(toServer: bytes) }

  mutating func fromServer(_ bytes: [UInt8], at now: Int64) -> Relayed {
    Relayed(toClient: bytes)
  }
}
