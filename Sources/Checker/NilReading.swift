// What a read answered nil means: that the value is absent, or that nothing was told.
//
// Knossos takes a nil read from a register that starts with a value for one that says nothing: its
// clients read nil where the key was not there yet. A lost write looks the same: the key is gone.
// So a nil tells nothing only until a write of the key has been answered; from then on it is a
// value like any other, and a key that lost its value shows.

public import History

/// What nil means where a read is answered with it.
public enum NilMeaning: String, Sendable, Hashable, CaseIterable {
  /// Absent where the register starts with nil, or a write to it had been answered before the read was
  /// called; otherwise nothing is told.
  case auto
  /// Always a value: the register holds nothing.
  case absent
  /// Always that nothing was told.
  case unknown
}

/// What nil means in the replies on one object.
public struct NilReading: Sendable, Hashable {
  public var meaning: NilMeaning
  /// The object's initial value; of a family of registers a map.
  public var initial: Value

  public init(_ meaning: NilMeaning = .auto, initial: Value = .null) {
    self.meaning = meaning
    self.initial = initial
  }

  /// Makes "not told" of every nil that tells nothing.
  func settle<Data: Datatype>(_ calls: inout [TimedCall<Data>]) {
    guard meaning == .unknown || meaning == .auto && initial != .null else { return }
    let answered = meaning == .auto ? firstAnswers(calls) : [:]
    for index in calls.indices {
      guard let reply = calls[index].reply else { continue }
      let start = calls[index].start
      calls[index].reply = Data.untold(reply, to: calls[index].call) { register in
        if meaning == .unknown { return true }
        return startsWithValue(register) && answered[register].map { $0 >= start } ?? true
      }
    }
  }

  /// By register: when the first write of it had been answered.
  private func firstAnswers<Data: Datatype>(_ calls: [TimedCall<Data>]) -> [Value: Int] {
    var first: [Value: Int] = [:]
    for call in calls {
      guard let reply = call.reply else { continue }
      for register in Data.written(by: call.call, answered: reply) {
        first[register] = min(first[register] ?? .max, call.end)
      }
    }
    return first
  }

  private func startsWithValue(_ register: Value) -> Bool {
    guard register != .null else { return initial != .null }
    guard case .map(let entries) = initial else { return false }
    return entries.contains { $0.key == register && $0.value != .null }
  }
}
