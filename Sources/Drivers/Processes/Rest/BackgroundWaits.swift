// The timers that a program's runtime has of its own, learnt while nothing is asked of it: the JVM's periodic
// task (50 ms), a server's look at its workers (gunicorn: 1 s), a client library's housekeeping.

/// Which waits with an end are known from a time when nothing was asked of their program.
struct BackgroundWaits {
  /// A call, and what length it was given.
  private struct Habit {
    /// The shortest and the longest; nil: it was given moments.
    var lengths: ClosedRange<Duration>?

    /// A length that was always the same is an interval of its own; one that varied is what was left of one.
    func explains(_ length: Duration?) -> Bool {
      guard let length, let lengths else { return length == nil && lengths == nil }
      return lengths.lowerBound == lengths.upperBound
        ? length == lengths.lowerBound : length <= lengths.upperBound
    }

    mutating func widen(to length: Duration?) {
      guard let length, let known = lengths else { return }
      lengths = min(known.lowerBound, length)...max(known.upperBound, length)
    }
  }

  private struct ThreadKey: Hashable {
    var root: Int32
    var process: Int32
    var thread: Int32
    var call: SystemCall
  }

  /// What a thread of a new process of the same program has in common with one that is known.
  struct ThreadKind: Hashable {
    /// The program's path.
    var program: String
    /// The thread's name. One that has none of its own has the process's, and no kind.
    var thread: String
    var isFirst: Bool
  }

  private struct KindKey: Hashable {
    var kind: ThreadKind
    var call: SystemCall
  }

  private var threads: [ThreadKey: Habit] = [:]
  private var kinds: [KindKey: Habit] = [:]

  /// Remembers a wait with an end as one that comes by itself.
  mutating func learn(_ wait: ThreadWait, as kind: ThreadKind?) {
    guard case .until(_, let length) = wait.end else { return }
    let habit = Habit(lengths: length.map { $0...$0 })
    threads[key(wait), default: habit].widen(to: length)
    guard let kind else { return }
    kinds[KindKey(kind: kind, call: wait.call), default: habit].widen(to: length)
  }

  /// Whether a wait is like one that was learnt. The kind is asked for only if the thread isn't known.
  func contains(_ wait: ThreadWait, as kind: () -> ThreadKind?) -> Bool {
    guard case .until(_, let length) = wait.end else { return false }
    if let habit = threads[key(wait)] { return habit.explains(length) }
    guard !kinds.isEmpty, let kind = kind() else { return false }
    return kinds[KindKey(kind: kind, call: wait.call)]?.explains(length) ?? false
  }

  /// A watched process is no more; what was learnt of its program stays.
  mutating func forget(root: Int32) {
    threads = threads.filter { $0.key.root != root }
  }

  private func key(_ wait: ThreadWait) -> ThreadKey {
    ThreadKey(root: wait.root, process: wait.process, thread: wait.thread, call: wait.call)
  }
}

extension ProcessTrees {
  /// Looks while nothing is asked of the programs, and remembers each wait with an end: such a one is later
  /// said to be background, in the same threads and in threads of the same name in new processes of the same
  /// program. To be called again and again for as long as the slowest of their timers takes, 1.5 s say.
  ///
  /// A thread that does calls *and* ticks in the same system call with varying lengths, as a loop of asyncio
  /// that has a timer of its own, can't be told apart: its naps up to the longest tick are thought background.
  @discardableResult
  public func learnBackground() -> TreeRest {
    let rest = look()
    guard case .asleep(let waits) = rest else { return rest }
    for wait in waits where !wait.isStopped { background.learn(wait, as: Self.kind(of: wait)) }
    var marked: [ThreadWait] = []
    for thread in processes.flatMap(\.threads) {
      guard var wait = thread.wait else { continue }
      wait.isBackground = background.contains(wait) { Self.kind(of: wait) }
      thread.wait = wait
      marked.append(wait)
    }
    return .asleep(marked)
  }

  static func kind(of wait: ThreadWait) -> BackgroundWaits.ThreadKind? {
    func name(_ thread: Int32) -> String? { smallFile("/proc/\(wait.process)/task/\(thread)/comm") }
    let isFirst = wait.thread == wait.process
    guard let program = ProcLink("/proc/\(wait.process)/exe").target, let own = name(wait.thread),
      isFirst || own != name(wait.process)
    else { return nil }
    return BackgroundWaits.ThreadKind(program: program, thread: own, isFirst: isFirst)
  }
}
