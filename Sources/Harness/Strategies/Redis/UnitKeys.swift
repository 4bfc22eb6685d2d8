// A key for every single unit of an item: the client that creates the key has the unit.
// Units are numbered from 0; a counter says how many there are. A unit that is gone never comes
// back (restocks add new numbers), so a session never looks twice at one it has seen gone.

import Drivers
package import History

/// A strategy whose stock is one key per unit.
package protocol UnitKeys: StockStrategy {
  /// The value a unit's key has when it is put on sale; nil if an unsold unit has no key.
  var unsold: Int? { get }

  /// Tries to win a unit; false if it is gone.
  func claim(_ key: String, in session: Session) async throws(Failure) -> Bool
}

extension UnitKeys {
  /// Adds units: their keys, then the counter, in one step, so that no counted unit lacks its key.
  private var addUnits: Script {
    Script(
      """
      local known = tonumber(redis.call('GET', KEYS[1]) or '0')
      local units = tonumber(ARGV[1])
      if ARGV[2] == '1' then
        for number = known, known + units - 1 do
          redis.call('SET', KEYS[1] .. ':' .. number, 1)
        end
      end
      return redis.call('INCRBY', KEYS[1], units)
      """, caption: RedisCaption("restock"))
  }

  public func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {
    for item in items { try await restock(units, of: item, in: session) }
  }

  public func take(
    _ units: Int, of item: Item, in session: Session
  ) async throws(Failure) -> Stock.Reply {
    var missing = units
    // Counting again after the last refusal makes "sold out" true at that moment: every unit there
    // was had gone before.
    var known = -1
    while true {
      let count = try await session.redis.get(item.key) ?? 0
      guard count > known else { return .soldOut }
      known = count
      var number = session.memory.firstUnseen[item.key] ?? 0
      while number < count {
        let isWon = try await claim("\(item.key):\(number)", in: session)
        number += 1
        session.memory.firstUnseen[item.key] = number
        if isWon {
          missing -= 1
          if missing == 0 { return .taken }
        }
      }
    }
  }

  public func read(_ item: Item, in session: Session) async throws(Failure) -> Int {
    let count = try await session.redis.get(item.key) ?? 0
    guard count > 0 else { return 0 }
    let keys = (0..<count).map { RedisArgument.text("\(item.key):\($0)") }
    let present = try await session.redis.send(RedisCommand("EXISTS", keys, effect: .read)).number
    return unsold == nil ? count - present : present
  }

  public func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {
    _ = try await session.redis.eval(
      addUnits, keys: [item.key], arguments: [units, unsold ?? 0])
  }

  public func remaining(of item: Item, in session: Session) async throws(Failure) -> Int {
    try await read(item, in: session)
  }
}
