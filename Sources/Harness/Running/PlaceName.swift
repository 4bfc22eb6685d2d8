// What a run's place is called on a server, and the only pattern by which places of earlier runs are
// known: twelve hexadecimal digits, no zero in front, behind `soldout:` in Redis and `soldout_` in
// PostgreSQL and MySQL. Anything else that begins with soldout is not ours.

/// The name of one run's place.
public struct PlaceName: Sendable, Hashable, CustomStringConvertible {
  let number: UInt64

  static func random() -> PlaceName {
    PlaceName(number: UInt64.random(in: 0x1000_0000_0000...0xffff_ffff_ffff))
  }

  /// Before every key in Redis.
  public var prefix: String { "soldout:\(tag):" }
  /// The schema in PostgreSQL, the database in MySQL.
  public var schema: String { "soldout_\(tag)" }
  /// What servers know the run by as long as it lives.
  public var description: String { "soldout:\(tag)" }
  /// PostgreSQL's advisory lock that says that it lives; MySQL's is named by the description.
  var lockKey: Int64 { Int64(number) }

  private var tag: String { String(number, radix: 16) }

  private init(number: UInt64) { self.number = number }

  /// Of a key in Redis; nil if it is in no place.
  public init?(key: String) {
    let parts = key.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "soldout" else { return nil }
    self.init(tag: parts[1])
  }

  /// Of a schema in PostgreSQL or a database in MySQL; nil if it is no place.
  public init?(schema: String) {
    guard schema.hasPrefix("soldout_") else { return nil }
    self.init(tag: schema.dropFirst(8))
  }

  private init?(tag: Substring) {
    guard tag.utf8.count == 12, tag.first != "0",
      tag.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
      let number = UInt64(tag, radix: 16)
    else { return nil }
    self.number = number
  }
}
