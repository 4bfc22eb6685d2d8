// One process as /proc shows it: its threads, kept in step with who is there.

/// A process that is looked at.
final class ProcessProbe {
  let process: Int32
  /// The watched process below which it is.
  let root: Int32
  private let folder: ProcFolder
  private(set) var threads: [ThreadProbe] = []
  /// Whether `threads` are believed to be all.
  private var isListed = false

  init(_ process: Int32, root: Int32) throws(ProcFailure) {
    folder = try ProcFolder("/proc/\(process)/task")
    self.process = process
    self.root = root
  }

  /// Finds out who is there, unless nothing has changed; false: somebody comes or goes just now.
  func list() throws(ProcFailure) -> Bool {
    if isListed { return true }
    let known = Dictionary(uniqueKeysWithValues: threads.map { ($0.thread, $0) })
    threads = []
    for number in folder.numbers {
      do throws(ProcFailure) {
        let thread: ThreadProbe
        // The number of one that has ended goes to a thread that begins another program (execve(2)).
        if let before = known[number], before.state != .ended {
          before.startOver()
          thread = before
        } else {
          thread = try ThreadProbe(process: process, thread: number)
        }
        threads.append(thread)
      } catch {
        guard error.isGone else { throw error }
        return false
      }
    }
    isListed = hasListedCount
    return isListed
  }

  /// Whether it has no threads left: it has ended and was waited for, and its number may be another's.
  var isGone: Bool { threads.isEmpty && folder.numbers.isEmpty }

  /// Whether there are as many threads as are listed. If all that are listed live, then they are all.
  var hasListedCount: Bool { folder.threadCount == threads.count }

  /// The children of a thread that ends go to the first one left (`find_new_reaper` in Linux). A thread that has
  /// come and gone unseen was started by one that has run.
  func rereadInherited() {
    guard threads.contains(where: \.mayHaveNewChildren) else { return }
    threads.first { $0.state != .ended }?.rereadChildren()
  }

  /// A thread was found gone, or there are others.
  func unlist(_ gone: ThreadProbe? = nil) {
    if let gone { threads.removeAll { $0 === gone } }
    isListed = false
  }
}
