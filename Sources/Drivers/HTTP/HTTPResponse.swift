// What a service answered, and whether its connection may carry another request.

/// One answer of a service.
public struct HTTPResponse: Sendable, Hashable {
  /// From 200 to 999.
  public var status: Int
  /// In their order, as they were written.
  public var headers: [HTTPHeader]
  /// At most 1 MiB; empty in answers that have none.
  public var body: [UInt8]
  /// Whether the server said HTTP/1.1 rather than 1.0.
  var isCurrent: Bool
  /// Whether the body ended with the connection.
  var endsWithConnection = false

  public init(status: Int, headers: [HTTPHeader], body: [UInt8]) {
    self.init(status: status, headers: headers, body: body, isCurrent: true)
  }

  init(status: Int, headers: [HTTPHeader], body: [UInt8], isCurrent: Bool) {
    self.status = status
    self.headers = headers
    self.body = body
    self.isCurrent = isCurrent
  }

  /// All values of a header, in any case, split at their commas.
  func list(_ name: String) -> [String] {
    headers.filter { $0.name.lowercased() == name }
      .flatMap { $0.value.split(separator: ",") }
      .map { part in
        let text = part.drop { $0 == " " || $0 == "\t" }
        return text.reversed().drop { $0 == " " || $0 == "\t" }.reversed().map(String.init)
          .joined()
      }
  }

  /// The first value of a header, in any case: `response["Content-Type"]`.
  public subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// How long the connection may be idle and still carry another request, in ns; nil: it may not.
  var idleTime: Int64? {
    let tokens = list("connection").map { $0.lowercased() }
    guard !endsWithConnection, !tokens.contains("close") else { return nil }
    guard isCurrent || tokens.contains("keep-alive") else { return nil }
    let parameters = list("keep-alive").map { $0.lowercased() }
    guard !parameters.contains("max=0") else { return nil }
    let timeout = parameters.first { $0.hasPrefix("timeout=") }
      .flatMap { Int64($0.dropFirst("timeout=".count)) }
    guard let timeout else { return Self.mostIdle }
    // Half a second less: what we send has to arrive before the server's time is over.
    let idle = min(max(timeout, 0), 60) * 1_000_000_000 - 500_000_000
    return idle > 0 ? min(idle, Self.mostIdle) : nil
  }

  /// Servers close idle connections after some seconds; a client that sends just then can't know whether it
  /// was read.
  private static let mostIdle: Int64 = 1_000_000_000
}
