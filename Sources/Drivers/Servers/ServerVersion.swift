// The version a server or its program states, compared by number.

/// A server's version: `7.0.15`, or for PostgreSQL `15.20`.
public struct ServerVersion: Sendable, Hashable {
  public var major: Int
  public var minor: Int
  public var patch: Int

  public init(_ major: Int, _ minor: Int = 0, _ patch: Int = 0) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// The first number with a dot in `text`, after `prefix` where one is given; nil where there is
  /// none.
  ///
  /// `Redis server v=7.0.15 sha=0`, `postgres (PostgreSQL) 15.20 (Debian 15.20-0)` and
  /// `PostgreSQL 18beta1` are understood.
  public init?(in text: some StringProtocol, after prefix: String = "") {
    guard let start = Self.end(of: prefix, in: text) else { return nil }
    let words = text[start...].split(whereSeparator: \.isWhitespace)
    for word in words where word.first?.isNumber == true {
      let numbers = word.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let parts = numbers.split(separator: ".").map { Int($0) }
      guard let major = parts.first ?? nil else { return nil }
      self.init(
        major, parts.count > 1 ? parts[1] ?? 0 : 0, parts.count > 2 ? parts[2] ?? 0 : 0)
      return
    }
    return nil
  }

  /// PostgreSQL's `server_version_num`: 150020 is 15.20 (manual, libpq `PQserverVersion`).
  public init(postgresNumber number: Int) {
    self.init(number / 10_000, number % 10_000)
  }

  private static func end<Text: StringProtocol>(of prefix: String, in text: Text) -> Text.Index? {
    if prefix.isEmpty { return text.startIndex }
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(prefix) { return rest.index(rest.startIndex, offsetBy: prefix.count) }
      rest = rest.dropFirst()
    }
    return nil
  }
}

extension ServerVersion: Comparable {
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }
}

extension ServerVersion: CustomStringConvertible {
  public var description: String {
    patch == 0 ? "\(major).\(minor)" : "\(major).\(minor).\(patch)"
  }
}
