// An independent count of schedules: programs of commands, some of which take a lock that is kept to
// the last command. It shares nothing with the explorer and counts by plain recursion.

/// What one command needs and frees.
enum CountedCommand {
  /// Never waits.
  case free
  /// Waits for a lock that another holds; kept until the end of the transaction.
  case lock(Int)
  /// Ends the transaction: frees all.
  case commit
}

/// Counts the orders in which commands can be sent.
struct Interleavings {
  private var programs: [[CountedCommand]]

  init(_ programs: [[CountedCommand]]) {
    self.programs = programs
  }

  private struct State {
    var places: [Int]
    /// Who holds each lock.
    var holders: [Int: Int] = [:]
    /// Who waits for which lock, in the order of asking.
    var waiting: [(client: Int, lock: Int)] = []
  }

  var count: Int { count(State(places: programs.map { _ in 0 })) }

  private func count(_ state: State) -> Int {
    let movable = programs.indices.filter { client in
      state.places[client] < programs[client].count
        && !state.waiting.contains { $0.client == client }
    }
    if movable.isEmpty {
      guard let victim = state.waiting.first?.client else { return 1 }
      // A deadlock: the one who has waited longest is refused, which frees what it holds at once; its
      // ROLLBACK is a command of its own.
      var next = state
      next.waiting.removeAll { $0.client == victim }
      next.places[victim] = programs[victim].count - 1
      free(victim, &next)
      return count(next)
    }
    return movable.reduce(0) { $0 + count(after(state, $1)) }
  }

  private func after(_ state: State, _ client: Int) -> State {
    var next = state
    switch programs[client][state.places[client]] {
    case .free: next.places[client] += 1
    case .lock(let lock):
      if let holder = next.holders[lock], holder != client {
        next.waiting.append((client, lock))
      } else {
        next.holders[lock] = client
        next.places[client] += 1
      }
    case .commit:
      next.places[client] += 1
      free(client, &next)
    }
    return next
  }

  /// Gives every lock of a client to whoever has waited for it longest.
  private func free(_ client: Int, _ state: inout State) {
    for (lock, holder) in state.holders where holder == client {
      state.holders[lock] = nil
      guard let heir = state.waiting.firstIndex(where: { $0.lock == lock }) else { continue }
      state.holders[lock] = state.waiting[heir].client
      state.places[state.waiting[heir].client] += 1
      state.waiting.remove(at: heir)
    }
  }
}
