// One server process: started, paused, killed, stopped and started again. It knows nothing about
// Redis or PostgreSQL but which signals end it.
// All of this blocks the calling thread, usually for milliseconds.

internal import Glibc
internal import Synchronization

/// A server of ours as the operating system sees it.
final class ServerProcess: Sendable {
  /// What it is called in failures: `redis-server`.
  let name: String
  /// Everything it printed, over all its starts.
  let logPath: String
  private let spawn: Spawn
  /// Signals that ask it to end, the gentlest first, each with the seconds it is given.
  private let endings: [(signal: Int32, seconds: Int)]
  private let state = Mutex(State())

  private struct State {
    /// Nil where nothing runs. It stays ours until it is reaped here, so it names no other process.
    var pid: pid_t?
    /// What `pause` stopped and `resume` will let go on.
    var paused: [pid_t] = []
    /// Where in the log the latest start begins.
    var logStart = 0
    /// Whether it was asked to end since it was last started.
    var isAskedToEnd = false
    /// How it first ended though it was not asked to.
    var unexpectedEnd: ServerEnd?

    /// Only ever waits for this one child: others may not be ours.
    mutating func reap() {
      guard let child = pid else { return }
      var status: Int32 = 0
      let result = waitpid(child, &status, WNOHANG)
      // ECHILD: SIGCHLD is ignored, and the kernel reaped it.
      if result == child {
        ended(ServerEnd(waitStatus: status))
      } else if result == -1 && errno == ECHILD {
        ended(.unknown)
      }
    }

    mutating func ended(_ end: ServerEnd) {
      if !isAskedToEnd { unexpectedEnd = unexpectedEnd ?? end }
      pid = nil
      paused = []
    }
  }

  init(name: String, spawn: Spawn, logPath: String, endings: [(signal: Int32, seconds: Int)]) {
    self.name = name
    self.spawn = spawn
    self.logPath = logPath
    self.endings = endings
  }

  /// The process id while it runs.
  var pid: pid_t? {
    state.withLock { state in
      state.reap()
      return state.pid
    }
  }

  /// Whether it runs; a paused one does.
  var isAlive: Bool { pid != nil }

  /// How it ended though neither `stop` nor `kill` had asked it to, also if it was started again.
  ///
  /// Never waits: while another thread acts upon it, nothing is known, and the answer is nil.
  var unexpectedEnd: ServerEnd? {
    state.withLockIfAvailable { state in
      state.reap()
      return state.unexpectedEnd
    } ?? nil
  }

  /// Starts it, this once with further words on its command line. It must not be running.
  func start(with words: [String] = []) throws(ServerFailure) {
    try state.withLock { state throws(ServerFailure) in
      state.reap()
      guard state.pid == nil else {
        throw .process(server: name, reason: "it is already running")
      }
      let log = open(logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard log >= 0 else { throw .directory(path: logPath, reason: message(errno)) }
      defer { close(log) }
      state.logStart = Int(lseek(log, 0, SEEK_END))
      var spawn = spawn
      spawn.output = log
      state.isAskedToEnd = false
      spawn.arguments += words
      state.pid = try spawn.start()
    }
  }

  /// SIGSTOP for it and all its children; returns when all have stopped. Harmless if done twice.
  func pause() throws(ServerFailure) {
    try state.withLock { state throws(ServerFailure) in
      state.reap()
      guard let pid = state.pid else {
        throw .process(server: name, reason: "it is not running, so it cannot be paused")
      }
      state.paused = try ProcessTree(root: pid).stop()
    }
  }

  /// SIGSTOP for one of its children alone.
  func pause(child: pid_t) throws(ServerFailure) {
    try state.withLock { state throws(ServerFailure) in
      state.reap()
      guard let pid = state.pid, ProcessStatus(of: child)?.parent == pid else {
        throw .process(server: name, reason: "it has no child \(child) to be paused")
      }
      state.paused += try ProcessTree(root: child).stop()
    }
  }

  /// SIGCONT for all that `pause` stopped.
  func resume() throws(ServerFailure) {
    try state.withLock { state throws(ServerFailure) in
      state.reap()
      guard state.pid != nil else {
        throw .process(server: name, reason: "it is not running, so it cannot be resumed")
      }
      for member in state.paused { Glibc.kill(member, SIGCONT) }
      state.paused = []
    }
  }

  /// SIGKILL for it and all its children; returns when none is left. No effect on one that ended.
  func kill() throws(ServerFailure) {
    try state.withLock { state throws(ServerFailure) in
      state.reap()
      guard let pid = state.pid else { return }
      state.isAskedToEnd = true
      // Stopped first, so that the list of children is whole and stays so.
      let members: [pid_t]
      do throws(ServerFailure) {
        members = try ProcessTree(root: pid).stop()
      } catch {
        Glibc.kill(pid, SIGKILL)
        throw error
      }
      let children = members.filter { $0 != pid }.map { ($0, ProcessStatus(of: $0)?.started) }
      for member in members { Glibc.kill(member, SIGKILL) }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
      state.ended(ServerEnd(waitStatus: status))
      for (child, started) in children { try awaitEnd(of: child, started: started) }
    }
  }

  /// Asks it to end, ever less gently, and kills it if it does not.
  func stop() throws(ServerFailure) {
    let isPaused = state.withLock { !$0.paused.isEmpty }
    if isPaused && isAlive { try resume() }
    for (signal, seconds) in endings where isAlive {
      state.withLock { state in
        state.reap()
        state.isAskedToEnd = true
        if let pid = state.pid { _ = Glibc.kill(pid, signal) }
      }
      let deadline = ContinuousClock.now + .seconds(seconds)
      while isAlive && ContinuousClock.now < deadline { usleep(500) }
    }
    try kill()
  }

  /// The last lines of what it printed since it was last started.
  func logTail(lines: Int = 5) -> [String] {
    let start = state.withLock { $0.logStart }
    guard let log = try? readFile(logPath) else { return [] }
    return lastLines(of: String(decoding: log.dropFirst(start), as: UTF8.self), count: lines)
  }

  /// A killed server's children belong to init, which reaps them when it likes.
  private func awaitEnd(of pid: pid_t, started: UInt64?) throws(ServerFailure) {
    let deadline = ContinuousClock.now + .seconds(5)
    while let status = ProcessStatus(of: pid), !status.isEnded, status.started == started {
      guard ContinuousClock.now < deadline else {
        throw .process(server: name, reason: "process \(pid) survives SIGKILL")
      }
      usleep(200)
    }
  }
}
