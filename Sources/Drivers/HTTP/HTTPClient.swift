// HTTP/1.1 as a client of a run needs it: every request is sent once, and what came back is what the
// service said. No redirects (302 turns a POST into a GET, 307 repeats it), no retries, no encryption,
// no compression, no cookies.

/// One client's way to one instance of a service.
///
/// It belongs to one event loop and is used there by one task at a time.
///
/// ```swift
/// let client = HTTPClient(port: 8080, on: loop)
/// let response = try await client.send(request, deadline: EventLoop.now() + 5_000_000_000)
/// ```
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which every entry checks.
public final class HTTPClient: @unchecked Sendable {
  private let loop: EventLoop
  private let endpoint: RedisAddress.Endpoint
  private let host: String
  private let reuses: Bool
  private var connection: HTTPConnection?

  /// How many connections have been opened.
  public private(set) var connections = 0

  /// A client of the service at a host and port; `localhost` is 127.0.0.1. `reuses`: whether a connection
  /// may carry more than one request; one that is kept pins a client to one worker of a server that has
  /// several.
  public init(
    to host: String = "127.0.0.1", port: UInt16, on loop: EventLoop, reuses: Bool = true
  ) {
    // The name may stand for ::1 too, where another server may listen.
    let address = host.lowercased() == "localhost" ? "127.0.0.1" : host
    endpoint = .tcp(host: address, port: port)
    self.host = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    self.loop = loop
    self.reuses = reuses
  }

  /// Sends a request and waits for the whole answer, at most until a moment of `EventLoop.now()`.
  ///
  /// Its failures are definite only where not one byte of the request left. Stamp a call before, and
  /// its reply after: a connection that has to be opened is part of it.
  public func send(_ request: HTTPRequest, deadline: Int64) async throws(Failure) -> HTTPResponse {
    loop.preconditionOnLoop()
    let connection = try await connection(until: deadline)
    let bytes = request.bytes(host: host, isLast: !reuses)
    return try await connection.perform(
      bytes, isHead: request.method == "HEAD", until: deadline)
  }

  /// The connection that is there, if it can be used without any doubt; else a new one, which costs
  /// nothing: nothing has been sent.
  private func connection(until deadline: Int64) async throws(Failure) -> HTTPConnection {
    if reuses, let connection, connection.isUsable(at: EventLoop.now()) { return connection }
    connection?.close()
    connection = nil
    let socket = try await loop.connect(to: endpoint, until: deadline)
    let opened = try HTTPConnection(socket, on: loop)
    connections += 1
    connection = opened
    return opened
  }

  /// Ends the connection, if there is one.
  public func close() {
    loop.preconditionOnLoop()
    connection?.close()
    connection = nil
  }
}
