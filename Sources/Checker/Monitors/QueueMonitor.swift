// Decides a first-in, first-out queue of distinct elements in O(n log n).
// It refuses histories that enqueue an element twice, and leaves to the general engine the rare
// "empty" that its own order does not explain.

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
/// **"Empty"** changes nothing. What is a violation without is one with it. To explain it elements
/// are enqueued as late, and dequeued as early, as their order allows; where that isn't enough the
/// monitor does not apply.
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
      try elements.giveAway()
      let line = try elements.line()
      finding = .order(try woven(line, elements))
    } catch {
      switch error {
      case .unplaced(let refusal): throw refusal
      case .conflict(let clash):
        finding = .violation(QueueWords(elements: elements).contradiction(clash))
      }
    }
    return judgement(of: finding, calls, key: key, bytes: elements.bytes)
  }

  private func woven(
    _ line: [Int], _ elements: QueueElements
  ) throws(QueueConflict) -> [Int] {
    do throws(NotApplicable) {
      return try elements.weave(line)
    } catch {
      throw .unplaced(error)
    }
  }
}

/// Why a queue's history is a violation, or can't be judged here.
enum QueueConflict: Error {
  case conflict(QueueClash)
  case unplaced(NotApplicable)
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
}
