// The processes below one of ours, as /proc tells. Needed because PostgreSQL's backends are
// sessions of their own: a signal to the process group misses them.

internal import Glibc

/// What /proc/PID/stat says of a process (proc(5)).
struct ProcessStatus: Equatable {
  /// R running, S sleeping, D waiting for a disk, T stopped, Z ended but not reaped.
  var state: Character
  var parent: pid_t
  /// In clock ticks since the machine started: with the process id it names a process for ever.
  var started: UInt64

  var isStopped: Bool { state == "T" || state == "t" }
  var isEnded: Bool { state == "Z" || state == "X" }

  /// Reads the one line of /proc/PID/stat. The program's name stands in parentheses and may hold
  /// anything, parentheses too; so the fields are counted from the last one.
  init?(line: String) {
    guard let end = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let parent = pid_t(fields[1]),
      let started = UInt64(fields[19])
    else { return nil }
    self.state = state
    self.parent = parent
    self.started = started
  }

  /// The status of a living process or of one not yet reaped; nil where there is none.
  init?(of pid: pid_t) {
    guard let line = smallFile("/proc/\(pid)/stat") else { return nil }
    self.init(line: line)
  }
}

/// A process and everything below it.
struct ProcessTree {
  let root: pid_t

  /// Stops all of it: each process first, and only then its children are read, so none can be born
  /// meanwhile. Returns all that were stopped, parents first.
  func stop() throws(ServerFailure) -> [pid_t] {
    var stopped: [pid_t] = []
    var waiting = [root]
    while let pid = waiting.popLast() {
      guard kill(pid, SIGSTOP) == 0 else { continue }
      try Self.awaitStop(pid)
      stopped.append(pid)
      waiting += try Self.children(of: pid)
    }
    return stopped
  }

  /// The children of a process whose only thread that forks is its first, as is so for both
  /// servers.
  static func children(of pid: pid_t) throws(ServerFailure) -> [pid_t] {
    if let list = smallFile("/proc/\(pid)/task/\(pid)/children") {
      return list.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }
    guard ProcessStatus(of: pid) == nil else {
      throw .process(
        server: "process \(pid)",
        reason: "this kernel does not list children (CONFIG_PROC_CHILDREN)")
    }
    return []
  }

  /// SIGSTOP takes effect when the process next leaves the kernel: a disk may hold it up.
  private static func awaitStop(_ pid: pid_t) throws(ServerFailure) {
    let deadline = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < deadline {
      guard let status = ProcessStatus(of: pid) else { return }
      if status.isStopped || status.isEnded { return }
      usleep(100)
    }
    throw .process(server: "process \(pid)", reason: "it does not stop within 5 s")
  }
}

/// The contents of a small file such as those of /proc, nil where it cannot be read.
func smallFile(_ path: String) -> String? {
  (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) }
}
