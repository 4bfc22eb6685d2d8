// Who owns a lock, and which lock is meant. The value of `acquire` may name either: most tools write
// the lock's name there, some the owner's. If it were taken for the owner, two processes that hold "alpha"
// at once would be one client that acquired it twice, and nothing would be found; so the value names the
// lock unless the user says otherwise, and values that look like owners are asked about.

struct LockNames {
  static let models = ["mutex", "owner-mutex", "fenced-mutex"]
  static let fenced = "fenced-mutex"

  /// `process`, `value` or a key of the call's entry; nil where nobody said.
  var owner: String?
  /// Whether what `acquire` answers is a token.
  var areTokens: Bool

  private static let functions = ["acquire", "release"]

  /// Puts the owner into the input of every call, and the lock's name into its key.
  func apply(to history: inout History) throws(Ambiguity) -> [String] {
    let calls = history.operations.indices.filter {
      Self.functions.contains(history.operations[$0].function)
    }
    guard calls.contains(where: { history.operations[$0].input != .null }) || owner != nil else {
      return []
    }
    try forgetEchoes(calls, &history)
    switch owner {
    case "value":
      return ["The owner of a lock is the value of acquire and release (--owner value)."]
    case nil, "process": return try nameLocks(calls, &history)
    case let field?: return try takeOwners(from: field, calls, &history)
    }
  }

  /// Jepsen's clients repeat in the reply what they called with.
  private func forgetEchoes(_ calls: [Int], _ history: inout History) throws(Ambiguity) {
    for position in calls {
      let operation = history.operations[position]
      guard operation.outcome == .ok, operation.input != .null, operation.output == operation.input
      else { continue }
      if areTokens, operation.function == "acquire", case .int(let number) = operation.output {
        throw Ambiguity(
          operation.reply ?? operation.call,
          "the reply \(number) may be the token, or repeat what acquire was called with; call with a "
            + "name that is not a number, or leave the value out")
      }
      history.operations[position].output = .null
    }
  }

  private func nameLocks(_ calls: [Int], _ history: inout History) throws(Ambiguity) -> [String] {
    var users: [Value: Set<Int>] = [:]
    for position in calls where history.operations[position].input != .null {
      let operation = history.operations[position]
      if operation.key != nil {
        guard owner != nil else {
          throw Ambiguity(
            operation.call,
            "\(operation.function) has a key, and the value \(operation.input.literal) beside it; if that is "
              + "the owner, give --owner value, else --owner process")
        }
        history.operations[position].input = .null
        continue
      }
      users[operation.input, default: []].insert(operation.process)
    }
    try refuseOwners(users, calls, history)
    for position in calls where history.operations[position].key == nil {
      // Who releases may leave out the name where there is only one.
      let input = history.operations[position].input
      guard let name = input != .null ? input : users.first?.key else { continue }
      if input == .null, users.count > 1 {
        throw Ambiguity(
          history.operations[position].call,
          "\(history.operations[position].function) names no lock, though others do; name it, or give "
            + "--owner value if values are owners")
      }
      history.operations[position].key = name
      history.operations[position].input = .null
    }
    return users.isEmpty
      ? []
      : ["The owner of a lock is the process; the value of acquire and release names the lock."]
  }

  /// Values that no two processes share may be owners.
  private func refuseOwners(
    _ users: [Value: Set<Int>], _ calls: [Int], _ history: History
  ) throws(Ambiguity) {
    guard owner == nil, users.count > 1, users.values.allSatisfy({ $0.count == 1 }),
      Set(users.values.flatMap(\.self)).count > 1,
      let first = calls.first(where: { history.operations[$0].input != .null })
    else { return }
    throw Ambiguity(
      history.operations[first].call,
      "each value of acquire and release comes from one process only, so it may name the owner or the "
        + "lock; give --owner value for the owner, --owner process for the lock")
  }

  private func takeOwners(
    from field: String, _ calls: [Int], _ history: inout History
  ) throws(Ambiguity) -> [String] {
    for position in calls {
      let extra = history.extra[.call(position)] ?? []
      guard let entry = extra.first(where: { $0.key.name == field }), entry.value != .null else {
        throw Ambiguity(
          history.operations[position].call,
          "the call has no \(field), which --owner names; give process, value or a key that each acquire and "
            + "release has")
      }
      let input = history.operations[position].input
      if history.operations[position].key == nil, input != .null {
        history.operations[position].key = input
      }
      history.operations[position].input = entry.value
    }
    return ["The owner of a lock is the \(field) of its calls (--owner \(field))."]
  }
}
