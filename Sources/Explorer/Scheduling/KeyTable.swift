// The keys that an exploration's commands touch, numbered as they are first seen, without the prefix
// that keeps testbeds apart: the same key has the same number in every testbed.

package import Harness

/// A key on one of a topology's Redis servers.
package struct StoredKey: Hashable, Sendable {
  package let server: ServerName
  /// The key without the testbed's prefix.
  package let name: String

  package init(server: ServerName, name: String) {
    self.server = server
    self.name = name
  }
}

/// A key's number in a `KeyTable`.
struct KeyID: Hashable, Sendable {
  let number: Int

  /// Its bit in a footprint; the 63rd key and all later ones share a
  /// bit, which only weakens the reduction.
  var bit: UInt64 { 1 << UInt64(min(number, 62)) }
}

/// Numbers keys. Confined to the loop's thread.
final class KeyTable {
  private var keys: [StoredKey] = []
  private var numbers: [StoredKey: KeyID] = [:]

  /// The number of a key, a new one if it has none.
  func id(of key: StoredKey) -> KeyID {
    if let id = numbers[key] { return id }
    let id = KeyID(number: keys.count)
    numbers[key] = id
    keys.append(key)
    return id
  }

  subscript(id: KeyID) -> StoredKey { keys[id.number] }

  /// The keys of one server, in the order of their numbers.
  func keys(of server: ServerName) -> [(id: KeyID, name: String)] {
    keys.enumerated().filter { $1.server == server }.map { (KeyID(number: $0), $1.name) }
  }

  /// The bit that stands for a database as a whole.
  static let database: UInt64 = 1 << 63
}
