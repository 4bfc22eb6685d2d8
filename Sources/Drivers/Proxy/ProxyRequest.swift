// What passed a proxy: a request, its answer, and
// a reply that the client never saw. Only for observers; the bytes themselves pass unchanged.

/// A request that passed, as far as it can be recognized.
public struct ProxyRequest: Sendable, Hashable {
  /// What the connection calls itself: CLIENT SETNAME, application_name.
  public var client: String?
  /// Which of the proxy's connections it came over, from 1.
  public var connection = 0
  /// The command in upper case: `DECR`, `COMMIT`, `UPDATE`; of several statements that were sent as
  /// one request, the last one's. Empty where nothing is executed, such as a session's start.
  public var verb: String
  /// The words of a Redis command, or the statements' text.
  public var text: String
  /// Whether it is part of a transaction that is still open.
  public var inTransaction: Bool
  /// The words of a Redis command, or each statement with its parameters; each of at most 256 bytes,
  /// at most 64 of them. A parameter in binary form is `\x` and its hexadecimal digits.
  public var words: [String]
  /// How many bytes of the request are in neither `words` nor `text`.
  public var cut: Int

  public init(
    client: String? = nil, verb: String, text: String, inTransaction: Bool = false,
    words: [String] = [], cut: Int = 0
  ) {
    self.client = client
    self.verb = verb
    self.text = text
    self.inTransaction = inTransaction
    self.words = words
    self.cut = cut
  }
}

/// A request and the reply that went on to the client.
public struct ProxyExchange: Sendable, Hashable {
  public var request: ProxyRequest
  /// The reply as it came, cut to `mostOfReply` bytes.
  public var reply: [UInt8]
  /// How many bytes of the reply are missing above.
  public var cut: Int
  /// When the request was whole, and when its reply was: ns of `EventLoop.now()`.
  public var asked: Int64
  public var answered: Int64

  /// How much of a reply is kept: enough for whatever a lane shows.
  static let mostOfReply = 1024
}

/// A reply that the server gave and the client never saw.
public struct LostReply: Sendable {
  public var request: ProxyRequest
  public var bytes: [UInt8]
}
