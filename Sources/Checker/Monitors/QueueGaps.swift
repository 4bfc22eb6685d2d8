// The moments at which a queue is empty, one for each call that found it so (see `QueueMonitor`).
// It chooses them before anything is ordered; the order then keeps to them.

import History

/// When a queue was empty, and who saw it.
///
/// **One call.** At a moment `t` nothing can be queued iff every element whose enqueue was answered
/// before `t` can have been dequeued by then. One that somebody got can unless its dequeue was called
/// after `t`. Those that nobody got need as many dequeues without a reply, called by `t`. A call that
/// found nothing needs such a moment between its call and its reply; the earliest is chosen.
///
/// **All calls.** The moments divide the elements: those whose enqueue was answered before one go
/// through before it, the others after it. If `x` must go before `y` and `y` goes before `t`, so does
/// `x`: it was enqueued before `y` was called to be, which is before `t`; or dequeued before `y`'s
/// dequeue was called, which is by `t`. Narrowing intervals to their side of the moments puts no
/// element before another that needn't be, so every group has an order if the whole has one, and the
/// groups follow one another.
///
/// **Dequeues without a reply.** What must be taken by a moment, for a call that found nothing or for
/// an element that somebody got after it, is what was enqueued before some moment: the needs lie
/// within each other, so that the greatest decides, and choosing the earliest moment costs nothing.
struct QueueGaps {
  /// Ascending.
  private(set) var moments: [Int] = []
  /// By moment: indexes of the calls that found the queue empty then.
  private(set) var finders: [[Int]] = []

  /// The elements must have been paired with their dequeues.
  init(_ elements: QueueElements) throws(QueueConflict) {
    let finders = elements.calls.indices.filter { elements.calls[$0].reply == .empty }
    guard !finders.isEmpty else { return }
    let occupation = Occupation(elements, finders)
    let earliest = occupation.earliestGaps()
    var chosen: [(moment: Int, call: Int)] = []
    for call in finders {
      let place = occupation.moments.partition { $0 >= elements.calls[call].start }
      guard let gap = earliest[place], gap <= elements.calls[call].end else {
        throw QueueConflict(clash: occupation.clash(of: call))
      }
      chosen.append((gap, call))
    }
    for (moment, call) in chosen.sorted(by: { ($0.moment, $0.call) < ($1.moment, $1.call) }) {
      if moments.last == moment {
        self.finders[moments.count - 1].append(call)
      } else {
        moments.append(moment)
        self.finders.append([call])
      }
    }
  }
}

/// What is certainly queued at the moments at which that may change.
private struct Occupation {
  /// Ascending; from one to the next the queue gets no emptier.
  let moments: [Int]
  private let elements: QueueElements
  /// Elements that somebody got, by the end of the enqueue; and for each place the one up to there
  /// whose dequeue was called last.
  private let got: [Int]
  private var lastGot: [Int] = []
  /// Elements that nobody got, by the end of the enqueue.
  private let unclaimed: [Int]
  /// Dequeues without a reply, by call.
  private let spares: [Int]

  init(_ elements: QueueElements, _ finders: [Int]) {
    self.elements = elements
    let passages = elements.passages
    let byEnqueue = passages.indices.sorted { passages[$0].enqueueEnd < passages[$1].enqueueEnd }
    got = byEnqueue.filter { passages[$0].dequeue >= 0 }
    unclaimed = byEnqueue.filter { passages[$0].dequeue < 0 }
    spares = elements.spares
    for element in got {
      let last = lastGot.last ?? element
      lastGot.append(
        passages[element].dequeueStart > passages[last].dequeueStart ? element : last)
    }
    let changes =
      got.map { passages[$0].dequeueStart } + spares.map { elements.calls[$0].start }
      + finders.map { elements.calls[$0].start }
    moments = Set(changes).sorted()
  }

  /// By place in `moments`: the earliest moment from there on at which nothing need be queued.
  func earliestGaps() -> [Int?] {
    var gaps: [Int?] = Array(repeating: nil, count: moments.count + 1)
    for place in moments.indices.reversed() {
      let moment = moments[place]
      let isFree = cover(at: moment) == nil && unclaimed(at: moment) <= spares(at: moment)
      gaps[place] = isFree ? moment : gaps[place + 1]
    }
    return gaps
  }

  /// Some element that somebody got, and that is certainly there.
  private func cover(at moment: Int) -> Int? {
    let count = got.partition { elements.passages[$0].enqueueEnd >= moment }
    guard count > 0 else { return nil }
    let last = lastGot[count - 1]
    return elements.passages[last].dequeueStart > moment ? last : nil
  }

  private func unclaimed(at moment: Int) -> Int {
    unclaimed.partition { elements.passages[$0].enqueueEnd >= moment }
  }

  private func spares(at moment: Int) -> Int {
    spares.partition { elements.calls[$0].start > moment }
  }

  /// What was there while a call found nothing.
  func clash(of call: Int) -> QueueClash {
    let end = elements.calls[call].end
    var covers: [Int] = []
    var needed = 0
    var deadline: Int?
    var moment = elements.calls[call].start
    while moment <= end {
      if let cover = cover(at: moment) {
        covers.append(cover)
        moment = elements.passages[cover].dequeueStart
      } else {
        needed = max(needed, spares(at: moment) + 1)
        let next = moments.partition { $0 > moment }
        moment = next < moments.count ? moments[next] : Int.max
        deadline = min(end, moment - 1)
      }
      if moment == Int.max { break }
    }
    return .occupied(
      call: call, by: covers, unclaimed: Array(unclaimed.prefix(needed)), deadline: deadline)
  }
}
