// When leases can have ended, as ranks of the history: what is measured in ms becomes an order of events.

internal import History

/// The first event at or after each moment of a history.
struct LeaseEnds {
  private let history: History
  /// Times of calls and replies, ascending.
  private var times: [Int64] = []
  /// For each of them, the least rank of an event at that time or later.
  private var ranks: [Int] = []

  /// Takes the events of these calls.
  init(_ history: History, _ calls: [TimedCall<Reservation>]) {
    self.history = history
    var events: [(time: Int64, rank: Int)] = []
    for call in calls where history.operations.indices.contains(call.position) {
      let operation = history.operations[call.position]
      for moment in [operation.call, operation.reply].compactMap(\.self) {
        if let time = moment.time { events.append((time, moment.rank)) }
      }
    }
    events.sort { $0.time < $1.time }
    times = events.map(\.time)
    ranks = events.map(\.rank)
    // Where positions order the events, times may go back a little.
    for place in ranks.indices.dropLast().reversed() {
      ranks[place] = min(ranks[place], ranks[place + 1])
    }
  }

  /// Tells each hold from which event on its lease may be over, and which one it is: without its answer
  /// its token is not known.
  ///
  /// A lease is counted from the call, the earliest that it can have begun. If it is not known how long it
  /// is, or when the call was made, it may be over at once.
  func note(in calls: inout [TimedCall<Reservation>]) {
    for index in calls.indices {
      guard case .hold(var hold) = calls[index].call else { continue }
      hold.ends = end(of: hold, calls[index])
      hold.number = calls[index].position
      calls[index].call = .hold(hold)
    }
  }

  private func end(of hold: Reservation.Hold, _ call: TimedCall<Reservation>) -> Int {
    guard let lease = hold.lease, history.operations.indices.contains(call.position),
      let start = history.operations[call.position].call.time
    else { return call.start }
    let over = start + lease.inNanoseconds
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < over { low = middle + 1 } else { high = middle }
    }
    return low < times.count ? ranks[low] : .max
  }
}
