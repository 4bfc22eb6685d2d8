// The keys that an exploration's commands touch, numbered as they are first seen, without the prefix
// that keeps worlds apart: the same key has the same number in every world.

/// A key on one of a topology's Redis servers.
struct StoredKey: Hashable, Sendable {
  /// 0: the main server; from 1: the independent ones.
  var server: Int
  /// The key without the world's prefix.
  var name: String
}

/// Numbers keys. Confined to the loop's thread.
final class KeyTable {
  private(set) var keys: [StoredKey] = []
  private var numbers: [StoredKey: Int] = [:]

  func number(of key: StoredKey) -> Int {
    if let number = numbers[key] { return number }
    numbers[key] = keys.count
    keys.append(key)
    return keys.count - 1
  }

  /// The key's bit in a footprint; keys past the 63rd share one, which only reduces less.
  static func bit(_ number: Int) -> UInt64 { 1 << UInt64(min(number, 62)) }

  /// The bit that stands for a database as a whole.
  static let database: UInt64 = 1 << 63
}
