// When each client held a lock that only its holder can release, and in which order.
// It finds conflicts and the calls that show them; `HoldExplanation` words them.

import History

/// What of a lock's history doesn't fit. Calls by index, holds by place in `LockHolds.holds`.
enum HoldConflict: Error, Hashable {
  /// Released by a client that had released it as often as acquired it.
  case unheld(Int)
  /// Acquired, refused the lock, or refused the release, though this very client held it.
  case alreadyHeld(Int)
  /// The second was acquired while the first lasted.
  case both(Int, Int)
  /// Refused the lock between these holds (nil: none before, none after), when it was free.
  case free(Int, after: Int?, before: Int?)
  /// This hold's token is not above the one of `from` (nil: the start) and those handed out since.
  case token(Int, from: Int?)
}

/// The holds of a lock with owners whose clients each call one after another.
///
/// **Holds.** A client that waits for its reply before it calls again says by its replies when it
/// holds the lock: from the acquisition that takes it, answered at `a`, to the release that gives it
/// up, called at `r > a`; forever if it never does. Between `a` and `r` it certainly holds it.
///
/// **Order.** Of two holds with `a₁ ≤ a₂` the first comes first: the second can't end before
/// `r₂ > a₂ ≥ a₁`, when the first certainly had begun. So the holds in the order of `a` are the only
/// order possible, and the history is a violation iff some `a₂ < r₁`: then both held it at `a₂`.
///
/// **Indeterminate calls** are a client's last. A release without a reply may end its hold at any time
/// after the call; an acquisition without one, by a client that doesn't hold the lock, may begin a
/// last hold that never ends: of several the earliest-called is taken, which does most.
///
/// **Refusals.** Each hold begins as early as it can, `b = max(its call, the releases called before)`,
/// and ends as late as it can, `e = min(its release's reply, the next hold's b)`. No order has a hold
/// begin before `b`, and the lock is free between `e` and the next `b` in every order. So a refused
/// acquisition by a client that doesn't hold the lock fits iff its interval meets some `[b, e]`; its
/// own holds it can't meet. A refused release by such a client always fits.
///
/// **Tokens**, where acquisitions get them, must rise in the order of the holds, and leave one for
/// each acquisition in between that didn't say which it got.
///
/// Time O(n log n), memory O(n).
struct LockHolds {
  struct Hold {
    var client: Value
    /// The call that began it, −1 if it was there from the start.
    var acquire: Int
    var acquireStart: Int
    var acquireEnd: Int
    /// The call that ended it, −1 if none did.
    var release = -1
    var releaseStart = Int.max
    var releaseEnd = Int.max
    /// Calls of the holder in between that took effect.
    var inner: [Int] = []
    /// When it begins and ends.
    var begin = Int.min
    var end = Int.max
  }

  /// How a client stands as its calls are gone through.
  private struct Standing {
    var depth = 0
    var hold = -1
    /// The reply of its last call.
    var end = Int.min
  }

  let calls: [TimedCall<Lock>]
  let isReentrant: Bool
  private(set) var holds: [Hold] = []
  /// Refused acquisitions and refused releases of clients that don't hold the lock.
  private var refused: [Int] = []
  private var idle: [Int] = []
  /// The earliest-called acquisition without a reply by a client that doesn't hold the lock.
  private var last: Int?
  private var standings: [Value: Standing] = [:]

  init(_ calls: [TimedCall<Lock>], isReentrant: Bool, heldBy owner: Value?) {
    self.calls = calls
    self.isReentrant = isReentrant
    guard let owner else { return }
    holds.append(Hold(client: owner, acquire: -1, acquireStart: .min, acquireEnd: .min))
    standings[owner] = Standing(depth: 1, hold: 0)
  }

  /// Bytes of the tables, estimated.
  var bytes: Int { holds.count * MemoryLayout<Hold>.stride + calls.count * 32 }

  /// Why the method doesn't apply, if it doesn't.
  func refusal() -> NotApplicable? {
    var ends: [Value: Int] = [:]
    for call in calls {
      if let end = ends[call.call.client], end >= call.start {
        return NotApplicable(
          "client \(call.call.client) calls again before its last call is answered")
      }
      ends[call.call.client] = call.end
    }
    return nil
  }

  // MARK: Gathering

  /// Goes through each client's calls.
  mutating func gather() throws(HoldConflict) {
    for index in calls.indices {
      let client = calls[index].call.client
      var standing = standings[client] ?? Standing()
      if standing.depth > 0 {
        try goOn(index, &standing)
      } else {
        try begin(index, &standing)
      }
      standings[client] = standing
    }
  }

  /// A call of a client that doesn't hold the lock.
  private mutating func begin(_ index: Int, _ standing: inout Standing) throws(HoldConflict) {
    let call = calls[index]
    switch (call.call.action, call.reply) {
    case (.acquire, .refused): refused.append(index)
    case (.release, .refused): idle.append(index)
    case (.acquire, nil): if last == nil { last = index }
    case (.release, nil): break
    case (.release, _): throw .unheld(index)
    case (.acquire, _):
      standing.depth = 1
      standing.hold = holds.count
      holds.append(
        Hold(
          client: call.call.client, acquire: index, acquireStart: call.start, acquireEnd: call.end)
      )
    }
  }

  /// A call of the client that holds the lock.
  private mutating func goOn(_ index: Int, _ standing: inout Standing) throws(HoldConflict) {
    let call = calls[index]
    switch (call.call.action, call.reply) {
    case (.acquire, nil): break
    case (.release, .refused): throw .alreadyHeld(index)
    case (.acquire, .refused):
      if isReentrant { throw .alreadyHeld(index) }
      holds[standing.hold].inner.append(index)
    case (.acquire, _):
      if !isReentrant { throw .alreadyHeld(index) }
      standing.depth += 1
      holds[standing.hold].inner.append(index)
    case (.release, _) where standing.depth > 1:
      guard call.reply != nil else { break }
      standing.depth -= 1
      holds[standing.hold].inner.append(index)
    case (.release, _):
      standing.depth = 0
      holds[standing.hold].release = index
      holds[standing.hold].releaseStart = call.start
      holds[standing.hold].releaseEnd = call.end
    }
  }

  // MARK: Order

  /// Puts the holds in order, with their beginnings and ends.
  mutating func arrange() throws(HoldConflict) {
    holds.sort { $0.acquireEnd < $1.acquireEnd }
    var longest = 0
    for place in holds.indices {
      holds[place].begin = holds[place].acquireStart
      guard place > 0 else { continue }
      if holds[place].acquireEnd < holds[longest].releaseStart { throw .both(longest, place) }
      holds[place].begin = max(holds[place].begin, holds[longest].releaseStart)
      if holds[place].releaseStart > holds[longest].releaseStart { longest = place }
    }
    appendLast(after: holds.isEmpty ? Int.min : holds[longest].releaseStart)
    for place in holds.indices {
      let next = place + 1 < holds.count ? holds[place + 1].begin : Int.max
      holds[place].end = min(holds[place].releaseEnd, next)
    }
  }

  /// A hold that may have begun and never ends, unless one is there that certainly never ends.
  private mutating func appendLast(after release: Int) {
    guard let last, release < Int.max else { return }
    var hold = Hold(
      client: calls[last].call.client, acquire: last, acquireStart: calls[last].start,
      acquireEnd: calls[last].end)
    hold.begin = max(hold.acquireStart, release)
    holds.append(hold)
  }

  /// Refuses tokens that don't rise above the one handed out before the start.
  func compareTokens(after first: Int) throws(HoldConflict) {
    var token = first
    var from: Int?
    for (place, hold) in holds.enumerated() where hold.acquire >= 0 {
      if case .token(let told) = calls[hold.acquire].reply {
        if told <= token { throw .token(place, from: told <= first ? nil : from) }
        token = told
        from = place
      } else if calls[hold.acquire].isIndeterminate {
        // Always the last, which need not have happened: where no token was left it did not.
        continue
      } else {
        // The lowest it can have got leaves the most room for those to come.
        if token == .max { throw .token(place, from: from) }
        token += 1
      }
    }
  }

  /// All calls in the order in which they took effect.
  func order() throws(HoldConflict) -> [Int] {
    var within = holds.map { hold in
      hold.inner.map { (moment: calls[$0].start, index: $0) }
    }
    for index in refused {
      let place = holds.partition { $0.end >= calls[index].start }
      guard place < holds.count, holds[place].begin <= calls[index].end else {
        throw .free(
          index, after: place > 0 ? place - 1 : nil, before: place < holds.count ? place : nil)
      }
      within[place].append((max(calls[index].start, holds[place].begin), index))
    }
    var order: [(moment: Int, index: Int)] = []
    order.reserveCapacity(calls.count)
    for (place, hold) in holds.enumerated() {
      if hold.acquire >= 0 { order.append((hold.begin, hold.acquire)) }
      order += within[place].sorted { ($0.moment, $0.index) < ($1.moment, $1.index) }
      if hold.release >= 0, hold.end < Int.max { order.append((hold.end, hold.release)) }
    }
    return merged(order)
  }

  /// The order with the refused releases, each just before what happens from its call on.
  private func merged(_ order: [(moment: Int, index: Int)]) -> [Int] {
    var merged: [Int] = []
    merged.reserveCapacity(calls.count)
    var next = 0
    for call in order {
      while next < idle.count, calls[idle[next]].start <= call.moment {
        merged.append(idle[next])
        next += 1
      }
      merged.append(call.index)
    }
    return merged + idle[next...]
  }
}

extension Array {
  /// The first place whose element satisfies a condition that all later ones satisfy too.
  func partition(where holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
