// What was written since the servers were last as the stock was set: what has to be undone.

/// Keys and databases written.
struct WriteSet {
  private(set) var keys: Set<KeyID> = []
  private(set) var hasDatabase = false

  mutating func insert(_ key: KeyID) { keys.insert(key) }

  /// What a command writes once it is sent.
  mutating func formUnion(_ command: KnownCommand) {
    keys.formUnion(command.written)
    if command.kind == .database, command.footprint.writes != 0 { hasDatabase = true }
  }

  mutating func formUnion(_ keys: some Sequence<KeyID>) { self.keys.formUnion(keys) }

  mutating func removeAll() {
    keys.removeAll(keepingCapacity: true)
    hasDatabase = false
  }
}
