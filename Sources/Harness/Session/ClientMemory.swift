// What a client keeps from call to call in its own memory: of the stock, which a new process knows
// nothing of, and of the commands that it repeats, which change no behaviour.

import Drivers

/// What a client knows by itself; a new process knows nothing.
package struct ClientMemory {
  /// What items' units were, by name.
  var units: [String: Int] = [:]
  /// Per item key, the first unit that this client has not yet seen gone.
  package var firstUnseen: [String: Int] = [:]
  /// How many names it has given out.
  var tickets = 0

  mutating func forget() {
    units.removeAll(keepingCapacity: true)
    firstUnseen.removeAll(keepingCapacity: true)
    tickets = 0
  }
}

/// Commands that a session has made ready once, since clients repeat the same few.
struct PreparedCommands {
  /// Digests of the scripts that were sent, by where and source.
  var digests: [RedisRoute: [String: String]] = [:]
  /// Statements that leave a row, by those that don't.
  private var marking: [Statement: Statement] = [:]
  private var keyCommands: [[String: RedisCommand]] = Array(repeating: [:], count: KeyVerb.count)

  /// A command of a verb and a key, encoded once.
  mutating func command(_ verb: KeyVerb, _ key: String) -> RedisCommand {
    if let known = keyCommands[verb.position][key] { return known }
    let command = RedisCommand(verb.text, [.text(key)], effect: verb.effect)
    keyCommands[verb.position][key] = command
    return command
  }

  /// The statement that `make` makes of another, made once.
  mutating func marking(_ statement: Statement, _ make: () -> Statement?) -> Statement? {
    if let known = marking[statement] { return known }
    guard let made = make() else { return nil }
    marking[statement] = made
    return made
  }
}
