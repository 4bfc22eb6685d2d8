// Reads the URL of a server. One that is not understood is refused with the column of what is wrong,
// never with the URL itself: it may hold a password. Nothing is guessed.

/// What is wrong with a URL, and where.
public struct AddressError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Of the first character that is wrong, counted from 1.
  public var column: Int
  /// One sentence that names no secret.
  public var reason: String

  public var description: String { "column \(column) of the URL: \(reason)" }
}

/// A URL read from left to right.
struct URLText {
  private let characters: [Character]
  private var index = 0

  init(_ url: String) { characters = Array(url) }

  var atEnd: Bool { index == characters.count }
  var next: Character? { atEnd ? nil : characters[index] }
  /// Of the next character, counted from 1.
  var column: Int { index + 1 }

  func failure(_ reason: String) -> AddressError {
    AddressError(column: column, reason: reason)
  }

  mutating func skip(_ character: Character) -> Bool {
    guard next == character else { return false }
    index += 1
    return true
  }

  /// Everything before `://`.
  mutating func scheme() throws(AddressError) -> String {
    guard let colon = characters.firstIndex(of: ":"),
      characters[colon...].starts(with: "://")
    else { throw failure("a URL begins with a scheme and ://") }
    defer { index = colon + 3 }
    return String(characters[..<colon]).lowercased()
  }

  /// `user:password@`, nil for what is not there; an empty user is no user.
  mutating func credentials() throws(AddressError) -> (user: String?, password: String?) {
    let authority = characters[index...].prefix { $0 != "/" && $0 != "?" }
    guard let at = authority.lastIndex(of: "@") else { return (nil, nil) }
    let user = try decoded(until: [":", "@"])
    let password = skip(":") ? try decoded(upTo: at) : nil
    guard index == at else { throw failure("'@' in a user is written %40") }
    index = at + 1
    return (user.isEmpty ? nil : user, password)
  }

  /// `host:port`; an IPv6 host stands in brackets.
  mutating func hostAndPort(default port: UInt16) throws(AddressError) -> (String, UInt16) {
    let host: String
    if skip("[") {
      host = try decoded(until: ["]", "/", "?"])
      guard skip("]") else { throw failure("']' after an IPv6 address is missing") }
    } else {
      host = try decoded(until: [":", "/", "?", ","])
    }
    if next == "," { throw failure("one host only: an experiment has one server here") }
    guard skip(":") else {
      guard atEnd || next == "/" || next == "?" else {
        throw failure("a host is followed by :port, /database or ?keyword=value")
      }
      return (host, port)
    }
    return (host, UInt16(try number(from: 1, upTo: 65_535, "a port")))
  }

  /// A whole number that ends where a part of a URL may end.
  mutating func number(
    from least: Int = 0, upTo most: Int, _ what: String
  ) throws(AddressError) -> Int {
    let start = index
    while let digit = next, digit.isASCII, digit.isNumber { index += 1 }
    guard atEnd || next == "/" || next == "?", let number = Int(String(characters[start..<index])),
      (least...most).contains(number)
    else {
      throw AddressError(
        column: start + 1, reason: "\(what) is a number from \(least) to \(most)")
    }
    return number
  }

  /// `?keyword=value&keyword=value` to the end of the text.
  mutating func parameters() throws(AddressError) -> [(Int, String, String)] {
    var parameters: [(Int, String, String)] = []
    guard !atEnd else { return [] }
    guard skip("?") else { throw failure("nothing but ?keyword=value may follow here") }
    while !atEnd {
      let start = column
      let keyword = try decoded(until: ["=", "&"])
      guard skip("=") else { throw failure("'=' after a keyword is missing") }
      parameters.append((start, keyword, try decoded(until: ["&"])))
      _ = skip("&")
    }
    return parameters
  }

  /// Percent-decodes up to the first of `ends` or the end of the text.
  mutating func decoded(until ends: Set<Character>) throws(AddressError) -> String {
    try decoded(upTo: characters[index...].firstIndex { ends.contains($0) } ?? characters.count)
  }

  /// Percent-decodes up to a place (RFC 3986 §2.1).
  private mutating func decoded(upTo end: Int) throws(AddressError) -> String {
    var bytes: [UInt8] = []
    let start = column
    while index < end {
      guard characters[index] == "%" else {
        bytes += Array(String(characters[index]).utf8)
        index += 1
        continue
      }
      guard index + 2 < end, let byte = UInt8(String(characters[index + 1...index + 2]), radix: 16),
        byte != 0, characters[index + 1] != "+"
      else { throw failure("'%' is followed by two hexadecimal digits, not both 0") }
      bytes.append(byte)
      index += 3
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AddressError(column: start, reason: "what is percent-encoded here is not UTF-8")
    }
    return text
  }
}
