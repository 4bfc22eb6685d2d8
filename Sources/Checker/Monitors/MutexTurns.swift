// Takes the turns of a lock without owner, acquire and release, each as late as possible.
// It decides; the monitor words the result and chooses the calls to show.

internal import HeapModule
internal import History

/// A call whose reply comes before the turns it needs can have been taken.
struct MutexConflict: Error {
  var call: Int
}

/// The turns of a lock that anyone may release.
///
/// **Method.** Replies are passed in their order. A turn is taken only where a reply demands it: an
/// `ok` call not yet placed needs its own turn, and one of the other kind before it if it isn't its
/// kind's turn; a refusal that found the state it tells of at no time since its call needs one turn.
/// The turn goes to the call of its kind that is open and answered first, calls without a reply
/// last. If none is open, the history is a violation.
///
/// **Proof.** Let `n(t)` be the turns taken here up to the moment `t`, both ends of intervals
/// included, and `N(t)` those of any linearization: then `n(t) ≤ N(t)`, by induction over our turns.
///  - A refusal demands one at `t`: our state was the other one since its call, with `n` turns. The
///    linearization had the state told of at some `u` since the call, and the state is decided by
///    the parity of the turns, so `N(u) ≥ n` and `N(u) ≠ n`.
///  - An `ok` call `x` demands one of its kind at `t`. Let us have placed `k` of this kind, the last
///    one answered later than `x` (or never) at `s`, the `j`-th. Then nothing of this kind answered by
///    `t` was open at `s`, so the `k − j` placed since then and `x` were called after `s` and
///    answered by `t`: the linearization has them all in between, and at least `j` by `s` since
///    `n(s) ≤ N(s)`; so at least `k + 1` by `t`. (Without such a call: all `k` were answered by `t`,
///    as `x` was.) The turn of the other kind before it is then due as well.
///
/// So where a turn is due and no call of its kind is open, any linearization has more turns of that
/// kind by `t` than had been called. Where none fails, the turns are a linearization: each lies
/// within its call's interval, and every refusal was placed at a moment of its state.
///
/// Time O(n log n), memory O(n).
struct MutexTurns {
  private struct Open: Comparable {
    var end: Int
    var index: Int

    static func < (left: Open, right: Open) -> Bool {
      (left.end, left.index) < (right.end, right.index)
    }
  }

  /// By call.
  private let calls: [TimedCall<Lock>]
  private var isHeld: Bool
  private var acquires = Heap<Open>()
  private var releases = Heap<Open>()
  /// Refusals that still wait for the state they tell of: that the lock is held, or that it isn't.
  private var waitingForHeld: [Int] = []
  private var waitingForFree: [Int] = []
  private var isPlaced: [Bool]
  /// Indexes of calls in the order in which they took effect.
  private(set) var order: [Int] = []

  /// Turns over calls by rank of the call, of a lock that is held at the start or not.
  init(_ calls: [TimedCall<Lock>], isHeld: Bool) {
    self.calls = calls
    self.isHeld = isHeld
    isPlaced = Array(repeating: false, count: calls.count)
  }

  /// Bytes of the tables, estimated: the queues, the replies in order, the order.
  var bytes: Int {
    calls.count * (MemoryLayout<Open>.stride + 2 * MemoryLayout<Int>.stride + 1)
  }

  mutating func run() throws(MutexConflict) {
    var next = 0
    for reply in calls.byReply() {
      while next < calls.count, calls[next].start <= calls[reply].end {
        arrive(next)
        next += 1
      }
      while !isPlaced[reply] { try takeTurn(for: reply) }
    }
  }

  private mutating func arrive(_ index: Int) {
    let call = calls[index]
    switch (call.call.action, call.reply) {
    case (.acquire, .refused):
      if isHeld { place(index) } else { waitingForHeld.append(index) }
    case (.release, .refused):
      if isHeld { waitingForFree.append(index) } else { place(index) }
    case (.acquire, _): acquires.insert(Open(end: call.end, index: index))
    case (.release, _): releases.insert(Open(end: call.end, index: index))
    }
  }

  /// Takes the next turn, at the moment of this reply. Two at most place an `ok` call: it is then
  /// the first of its kind to be answered.
  private mutating func takeTurn(for reply: Int) throws(MutexConflict) {
    guard let turn = isHeld ? releases.popMin() : acquires.popMin() else {
      throw MutexConflict(call: reply)
    }
    place(turn.index)
    isHeld.toggle()
    for refusal in isHeld ? waitingForHeld : waitingForFree { place(refusal) }
    if isHeld { waitingForHeld = [] } else { waitingForFree = [] }
  }

  private mutating func place(_ index: Int) {
    isPlaced[index] = true
    order.append(index)
  }
}

extension [TimedCall<Lock>] {
  /// Indexes of the calls with a reply, by the reply.
  func byReply() -> [Int] {
    indices.filter { !self[$0].isIndeterminate }
      .sorted { (self[$0].end, $0) < (self[$1].end, $1) }
  }
}
