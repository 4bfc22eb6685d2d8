// Decides a lock without owner (Knossos' mutex) in O(n log n), for every history.
// It refuses no history: refusals and calls without a reply are part of the method.

public import History

/// The exact monitor for a lock that anyone may release.
///
/// Such a lock is acquired and released in turn, so after `n` turns its state is known from `n`
/// alone. `MutexTurns` takes every turn as late as it can be taken, and has the proof.
public struct MutexMonitor: Monitor {
  public typealias Data = Lock

  public static var name: String { "mutex-monitor" }

  /// Whether the lock is held at the start.
  public let isHeld: Bool

  public init(isHeld: Bool) {
    self.isHeld = isHeld
  }

  public func judge(
    _ calls: [TimedCall<Lock>], key: Value?
  ) throws(NotApplicable) -> Judgement {
    let calls = calls.byStart()
    var turns = MutexTurns(calls, isHeld: isHeld)
    let finding: Finding
    do throws(MutexConflict) {
      try turns.run()
      finding = .order(turns.order)
    } catch {
      finding = .violation(contradiction(error, in: calls))
    }
    return judgement(of: finding, calls, key: key, bytes: turns.bytes)
  }

  private func contradiction(
    _ conflict: MutexConflict, in calls: [TimedCall<Lock>]
  ) -> Contradiction {
    let last = calls[conflict.call]
    let shown = shown(conflict.call, in: calls)
    let hasSeveral = shown.count { calls[$0].process == last.process } > 1
    let who =
      "p\(last.process)" + (hasSeveral ? CallNames.indices(of: [conflict.call], calls) : "")
    let (headline, lacking) =
      switch (last.call.action, last.reply) {
      case (.acquire, .refused):
        ("\(who) was refused the lock, but nobody can have held it", "acquisition")
      case (.acquire, _):
        ("\(who) acquired the lock, but it was still held", "release")
      case (.release, .refused):
        ("\(who) was refused the release, but the lock was held", "release")
      case (.release, _):
        ("\(who) released the lock, but nobody can have held it", "acquisition")
      }
    let called = Set(
      calls.indices.filter {
        calls[$0].start <= last.end && calls[$0].reply != .refused
          && calls[$0].call.action == (lacking == "release" ? .release : .acquire)
      })
    let reason =
      called.isEmpty
      ? "No \(lacking) had been called when p\(last.process) was answered."
      : "When p\(last.process) was answered, only \(count(called.count, lacking))"
        + "\(CallNames.indices(of: called, calls)) had been called, and one more is needed."
    return Contradiction(calls: shown, headline: headline, reasons: [reason])
  }

  /// The calls that show a conflict: those answered up to it, from as late as will do, and of few
  /// only those without which it would be none.
  private func shown(_ last: Int, in calls: [TimedCall<Lock>]) -> Set<Int> {
    let answered = calls.byReply().prefix { $0 != last } + [last]
    func isViolation(_ kept: some Sequence<Int>) -> Bool {
      var turns = MutexTurns(weakened(calls, keeping: Set(kept)), isHeld: isHeld)
      do throws(MutexConflict) { try turns.run() } catch { return true }
      return false
    }
    var low = 0
    var high = answered.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if isViolation(answered[middle...]) { low = middle } else { high = middle - 1 }
    }
    var kept = Set(answered[low...])
    guard kept.count <= 32 else { return kept }
    for call in answered[low...] where isViolation(kept.subtracting([call])) { kept.remove(call) }
    return kept
  }

  /// The calls with all but these forgotten: refusals dropped, other replies lost.
  private func weakened(
    _ calls: [TimedCall<Lock>], keeping kept: Set<Int>
  ) -> [TimedCall<Lock>] {
    calls.indices.compactMap { index in
      var call = calls[index]
      if kept.contains(index) { return call }
      if call.reply == .refused { return nil }
      call.reply = nil
      call.end = TimedCall<Lock>.open
      return call
    }
  }
}
