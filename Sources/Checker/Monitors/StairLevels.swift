// The levels of a staircase: when each was reached, and by which step (see `LevelSequence` for why).
// It finds conflicts and the calls that show them; each monitor words them itself.

import HeapModule
import History

/// Why the levels of a staircase don't fit together. Numbers are indexes of calls.
enum StairConflict: Error {
  /// No level answers so.
  case impossible(Int)
  /// Two steps claim one level.
  case duplicate(Int, Int)
  /// The first call shows a level reached before the second was called, which shows it was not.
  case reversed(Int, Int)
  /// More steps were needed by this call's reply than had been called.
  case shortage(Int)
  /// The steps placed at the unclaimed levels from `bottom` up to before `top`, and `excess`, all
  /// lie between `high(bottom − 1)` and `low(top)`: one too many.
  case crowded(bottom: Int, top: Int, excess: Int)
}

/// When each level was reached, and by which step.
struct StairLevels<Stairs: LevelSequence> {
  /// The interval in which a level was reached, with the calls that set its ends (−1: none).
  struct Window {
    var low = Int.min
    var lowBy = -1
    var high = Int.max
    var highBy = -1
    /// The step that reached the level, −1 while not known.
    var step = -1
  }

  /// A mandatory step that waits for a level; the earliest reply first.
  private struct Waiting: Comparable {
    var end: Int
    var index: Int

    static func < (left: Waiting, right: Waiting) -> Bool {
      (left.end, left.index) < (right.end, right.index)
    }
  }

  let calls: [TimedCall<Stairs.Data>]
  let stairs: Stairs
  /// By level, from 0 (before any step) to the last one that can matter.
  private(set) var windows: [Window]
  /// The highest level observed: all up to it were reached.
  private(set) var observed = 0

  init(_ calls: [TimedCall<Stairs.Data>], _ stairs: Stairs) {
    self.calls = calls
    self.stairs = stairs
    let steps = calls.count { stairs.claim(of: $0).isStep }
    windows = Array(repeating: Window(), count: min(stairs.last, steps) + 1)
  }

  /// The last level that can matter: for want of stock, or of steps.
  var last: Int { windows.count - 1 }

  /// Bytes of the tables, estimated: windows, the two queues of steps, the order.
  var bytes: Int {
    windows.count * MemoryLayout<Window>.stride
      + calls.count * (MemoryLayout<Waiting>.stride + 2 * MemoryLayout<Int>.stride)
  }

  func claim(_ index: Int) -> StairClaim { stairs.claim(of: calls[index]) }

  /// Sets the ends of windows from what single calls say.
  mutating func observe() throws(StairConflict) {
    if let index = calls.indices.first(where: { claim($0) == .impossible }) {
      throw .impossible(index)
    }
    for index in calls.indices {
      let claim = claim(index)
      if let level = claim.reached {
        guard level <= last else { throw .shortage(index) }
        observed = max(observed, level)
        if calls[index].end < windows[level].high {
          windows[level].high = calls[index].end
          windows[level].highBy = index
        }
      }
      if let level = claim.unreached, level <= last, calls[index].start > windows[level].low {
        windows[level].low = calls[index].start
        windows[level].lowBy = index
      }
      if case .reaches(let level) = claim {
        let other = windows[level].step
        guard other < 0 else { throw .duplicate(other, index) }
        windows[level].step = index
      }
    }
  }

  /// Makes the windows ascend, and refuses an empty one.
  mutating func narrow() throws(StairConflict) {
    windows[0].high = Int.min
    windows[0].highBy = -1
    for level in windows.indices.dropFirst() where windows[level].low < windows[level - 1].low {
      windows[level].low = windows[level - 1].low
      windows[level].lowBy = windows[level - 1].lowBy
    }
    for level in windows.indices.dropFirst().dropLast().reversed()
    where windows[level].high > windows[level + 1].high {
      windows[level].high = windows[level + 1].high
      windows[level].highBy = windows[level + 1].highBy
    }
    for window in windows.dropFirst() where window.low > window.high {
      throw .reversed(window.highBy, window.lowBy)
    }
  }

  /// Gives every observed level a step, and every `ok` step a level.
  mutating func fill() throws(StairConflict) {
    var mandatory = Heap<Waiting>()
    var optional: [Int] = []
    var used = 0
    var next = 0
    func release(by moment: Int) {
      while next < calls.count, calls[next].start <= moment {
        switch claim(next) {
        case .steps: mandatory.insert(Waiting(end: calls[next].end, index: next))
        case .mayStep: optional.append(next)
        default: break
        }
        next += 1
      }
    }
    for level in windows.indices.dropFirst() {
      release(by: windows[level].high)
      if let first = mandatory.min, first.end < windows[level].low {
        throw crowd(below: level, excess: first.index)
      }
      guard windows[level].step < 0 else { continue }
      if let first = mandatory.popMin() {
        windows[level].step = first.index
      } else if level > observed {
        break
      } else if used < optional.count {
        windows[level].step = optional[used]
        used += 1
      } else {
        throw .shortage(windows[level].highBy)
      }
    }
    release(by: Int.max)
    if let first = mandatory.min { throw crowd(below: last + 1, excess: first.index) }
  }

  /// The narrowest run of levels below `top` that is too small for its steps and `excess`.
  ///
  /// Going down, the first level by which all steps above it had certainly not been called: at the
  /// latest above a level that took a later deadline or an optional step, since no step of ours can
  /// have been waiting then.
  private func crowd(below top: Int, excess: Int) -> StairConflict {
    var bottom = top
    var earliest = calls[excess].start
    while earliest <= windows[bottom - 1].high {
      bottom -= 1
      let step = windows[bottom].step
      if claim(step) == .steps { earliest = min(earliest, calls[step].start) }
    }
    return .crowded(bottom: bottom, top: top, excess: excess)
  }

  /// The calls in the order in which they took effect, once `fill` has found a place for all.
  ///
  /// Within a level: its step, then all others by call. Those that say nothing of the level stand
  /// at the level current when they were called.
  func order() -> [Int] {
    var moments: [Int] = [Int.min]
    for window in windows.dropFirst() {
      guard window.step >= 0 else { break }
      moments.append(max(moments[moments.count - 1], window.low, calls[window.step].start))
    }
    var places = Array(repeating: 0, count: moments.count + 1)
    var current = 0
    let levels = calls.indices.map { index -> Int in
      while current + 1 < moments.count, moments[current + 1] <= calls[index].start {
        current += 1
      }
      switch claim(index) {
      case .sees(let level): return level
      case .passes(let level): return max(level, current)
      case .seesNothing: return current
      default: return -1
      }
    }
    for level in levels where level >= 0 { places[level + 1] += 1 }
    for level in moments.indices { places[level + 1] += places[level] + (level > 0 ? 1 : 0) }
    var order = Array(repeating: 0, count: places[moments.count])
    for level in moments.indices.dropFirst() {
      order[places[level]] = windows[level].step
      places[level] += 1
    }
    for index in calls.indices where levels[index] >= 0 {
      order[places[levels[index]]] = index
      places[levels[index]] += 1
    }
    return order
  }
}
