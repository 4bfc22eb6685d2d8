// Decides a first-in, first-out queue of distinct elements in O(n log n).
// It refuses histories that enqueue an element twice, and no others.

public import History

/// The exact monitor for a queue into which no element goes twice.
///
/// **Elements.** Each has the interval of its enqueue and that of its dequeue (past the end of time
/// where nobody took it). `a` must go before `b` if `a` was enqueued before `b` was called to be, or
/// dequeued before. Nothing else matters: in any order of the elements that keeps to both, all
/// enqueues and all dequeues can take effect in that order, each at the latest call so far.
///
/// **Order.** As long as some element could go first by both intervals, it does. If none can, let
/// `a` be the one whose enqueue was answered first, `b` the one whose dequeue was: `a` could go
/// first by its enqueue, so not by its dequeue, hence `b` was dequeued before `a`; and likewise `a`
/// was enqueued before `b`. These two are the violation (Henzinger, Sezgin & Vafeiadis 2013).
///
/// **Indeterminate calls.** An enqueue without a reply took effect if its element came out; else it
/// is left out, which only makes the queue shorter. A dequeue without a reply is needed where an
/// element that nobody got was enqueued before one that somebody did get: it must have been called
/// by the reply of the first such dequeue. The needs by deadline take these dequeues by call.
///
/// **"Empty"** needs a moment at which nothing is queued: see `QueueGaps`.
public struct QueueMonitor: Monitor {
  public typealias Data = Queue

  public static var name: String { "queue-monitor" }

  /// The elements at the start, oldest first.
  public let initial: [Value]

  public init(_ initial: [Value]) {
    self.initial = initial
  }

  public func judge(
    _ calls: [TimedCall<Queue>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    var elements = try QueueElements(calls, initial: initial)
    let finding: Finding
    do throws(QueueConflict) {
      try elements.pair()
      // Nothing is wrong with it that the rest doesn't find, but four calls are easily shown.
      try elements.compareGot()
      let gaps = try QueueGaps(elements)
      try elements.giveAway(emptyAt: gaps.moments)
      let line = try elements.line(emptyAt: gaps.moments)
      finding = .order(elements.insertion(line, gaps))
    } catch {
      finding = .violation(QueueExplanation(elements: elements).contradiction(error.clash))
    }
    return judgement(of: finding, calls, key: key, bytes: elements.bytes)
  }
}

/// Why a queue's history is a violation.
struct QueueConflict: Error {
  var clash: QueueClash
}

/// What of a queue's history doesn't fit. Elements are numbers of `QueueElements`, others indexes
/// of calls.
enum QueueClash: Hashable {
  /// This call got an element that nobody enqueued.
  case unknown(call: Int)
  /// Two calls got the same element.
  case twice(Int, Int)
  /// An element was got before the call that enqueued it.
  case early(Int)
  /// The first went in before the second, and came out after it.
  case overtaken(Int, by: Int)
  /// These went in before ones that came out, but nobody got them, and of the dequeues without a
  /// reply only `spare` had been called by then.
  case stuck([Int], spare: Int, deadline: Int)
  /// This call found nothing, but these elements were there in turn, and up to `deadline`, if there
  /// was a moment without them, some of those that nobody got.
  case occupied(call: Int, by: [Int], unclaimed: [Int], deadline: Int?)
}
