// States by number, so that configurations are a few words and cheap to hash.

/// Every state the search has met, each once.
struct StateTable<State: Hashable & Sendable> {
  private var numbers: [State: Int32] = [:]
  private(set) var states: [State] = []
  private var heap = 0
  private let footprint: (State) -> Int

  init(footprint: @escaping (State) -> Int) {
    self.footprint = footprint
  }

  subscript(_ number: Int32) -> State { states[Int(number)] }

  mutating func number(of state: State) -> Int32 {
    if let number = numbers[state] { return number }
    let number = Int32(states.count)
    numbers[state] = number
    states.append(state)
    heap += footprint(state)
    return number
  }

  /// Bytes held, estimated: the array, the hash table at its load, and what states point to.
  var bytes: Int {
    heap + states.capacity * MemoryLayout<State>.stride
      + numbers.capacity * (MemoryLayout<State>.stride + 4) * 4 / 3
  }
}
