// A request as it goes over the wire (RFC 9112): checked first, so that no value of a workload can turn
// one request into two.

/// One request to a service.
///
/// ```swift
/// let request = try HTTPRequest("POST", "/stocks/1/decrease", body: Array(#"{"quantity":1}"#.utf8))
/// ```
public struct HTTPRequest: Sendable, Hashable {
  public let method: String
  /// The path and query, such as `/stocks/1?lock=redis`.
  public let target: String
  public let headers: [HTTPHeader]
  public let body: [UInt8]

  /// Why there is no such request: a clause.
  public struct Refusal: Error, Sendable, Hashable {
    public var reason: String
  }

  /// What the client says itself, or does not do.
  static let reserved = [
    "connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding",
    "upgrade",
  ]

  public init(
    _ method: String, _ target: String, headers: [HTTPHeader] = [], body: [UInt8] = []
  ) throws(Refusal) {
    guard HTTPText.isToken(method.utf8), method == method.uppercased(), method != "CONNECT" else {
      throw Refusal(
        reason: "\(method) is not a method; a request begins with GET, POST or the like")
    }
    guard target.hasPrefix("/"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 })
    else {
      throw Refusal(
        reason: "\(target) is not a path; it begins with /, has neither spaces nor #, and writes "
          + "non-ASCII as %EA%B0%80")
    }
    for header in headers {
      guard HTTPText.isToken(header.name.utf8) else {
        throw Refusal(reason: "`\(header.name)` is not a header's name")
      }
      guard !Self.reserved.contains(header.name.lowercased()) else {
        throw Refusal(reason: "soldout sets the header \(header.name) itself; leave it out")
      }
      guard HTTPText.isValue(header.value.utf8) else {
        throw Refusal(reason: "the value of \(header.name) contains a line break")
      }
    }
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }

  /// All of it, for a server that is called `host`; one write.
  func bytes(host: String, isLast: Bool) -> [UInt8] {
    var head = "\(method) \(target) HTTP/1.1\r\n"
    let defaults = [
      HTTPHeader("Host", host), HTTPHeader("User-Agent", "soldout"), HTTPHeader("Accept", "*/*"),
      HTTPHeader("Accept-Encoding", "identity"),
    ]
    for header in defaults where self[header.name] == nil {
      head += "\(header.name): \(header.value)\r\n"
    }
    for header in headers { head += "\(header.name): \(header.value)\r\n" }
    if isLast { head += "Connection: close\r\n" }
    if !body.isEmpty || !["GET", "HEAD", "DELETE", "OPTIONS"].contains(method) {
      head += "Content-Length: \(body.count)\r\n"
    }
    return Array(head.utf8) + [13, 10] + body
  }

  /// As a person writes it: `POST /stocks/1/decrease {"quantity":1}`.
  public var shown: String {
    "\(method) \(target)"
      + (body.isEmpty ? "" : " " + String(decoding: body.prefix(400), as: UTF8.self))
  }

  private subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// One line of a head.
public struct HTTPHeader: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Which bytes may stand where (RFC 9110 §5.5 and §5.6.2).
enum HTTPText {
  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
          || "!#$%&'*+-.^_`|~".utf8.contains($0)
      }
  }

  static func isValue(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.allSatisfy { $0 == 9 || ($0 >= 0x20 && $0 != 0x7f) }
  }
}
