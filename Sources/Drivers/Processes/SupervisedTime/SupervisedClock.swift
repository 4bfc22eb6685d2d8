// The clock of programs into which nothing can be preloaded (Go, static and musl programs): their waits that have an
// end and their looks at the clocks are answered from here (seccomp_unotify(2)). Which programs can't have one is
// SupervisedClock+Refusal.swift.

internal import Glibc
internal import Synchronization

/// Supervised time for the programs that are started with its command, and for their children.
///
/// A wait (nanosleep, epoll, poll, futex) stands at its entry from then on, until its time was let pass or what it
/// waits for is there: none can end by itself before anybody has looked. Not supervised, and so as long as they really
/// are: waits shorter than a millisecond, which are a runtime's spins; select with descriptors, the timeouts of
/// sockets, timers that signal or are descriptors, waits that let signals in.
public final class SupervisedClock: ProgramClock {
  private let library: String
  private let path: String
  private let supervisor: WaitSupervisor
  private let thread: pthread_t

  /// Puts library and socket into a folder.
  ///
  /// - Throws: `ServerFailure` where the library is missing or the folder can't be written.
  public init(in folder: String) throws(ServerFailure) {
    guard let source = ServerShim.library else { throw .missingShim }
    // Explorations have several testbeds, and a clock each.
    let name = "\(folder)/supervisor-\(randomWord(length: 8))"
    (library, path) = ("\(name).so", name)
    do throws(FileFailure) {
      try writeFile(try readFile(source), to: library)
    } catch {
      throw .directory(path: folder, reason: error.reason)
    }
    let supervisor = try WaitSupervisor(at: path)
    self.supervisor = supervisor
    thread = EventLoop.startThread { supervisor.serve() }
  }

  deinit {
    supervisor.end()
    EventLoop.join(thread)
    for file in [library, path] { unlink(file) }
  }

  /// What replaces itself by the program, once that is under supervision (CServerShim/supervised_start.c).
  public func command(_ command: ProgramCommand, member: Int) -> ProgramCommand {
    precondition(0..<256 ~= member)
    var result = command
    result.program = "/usr/bin/env"
    result.arguments = [command.program] + command.arguments
    result.environment["SOLDOUT_SUPERVISED_PRELOAD"] = command.environment["LD_PRELOAD"]
    result.environment["LD_PRELOAD"] = library
    result.environment["SOLDOUT_SUPERVISED"] = path
    result.environment["SOLDOUT_SUPERVISED_MEMBER"] = "\(member)"
    return result
  }

  public var now: Int64 { supervisor.time.withLock(\.reading) }

  public var wakings: Int { supervisor.time.withLock(\.wakings) }

  /// Not needed: what a wait waits for is looked at.
  public func noteDelivery(to member: Int) {}

  /// Not needed: what is under way when a schedule begins is background.
  public func learnBackground() {}

  public func holds(_ wait: ThreadWait) -> Bool {
    supervisor.time.withLock { time in
      time.waits.contains { $0.call.thread == wait.thread }
        || time.isOfMonitor(wait.call.name, wait.thread)
    }
  }

  /// The first time. Later schedules begin at the moment at which the one before ended: a runtime's own timers are
  /// moments, and a clock that goes back is none of those that it knows.
  public func begin() throws(ClockFailure) {
    supervisor.time.withLock { $0.hold() }
  }

  public func sleepers() throws(ClockFailure) -> [Sleeper] {
    try supervisor.time.withLock { (time: inout SupervisedTime) throws(ClockFailure) in
      if let failure = time.failure { throw failure }
      time.forgetGone()
      return Self.sorted(time.waits.map(time.sleeper))
    }
  }

  public func renew() throws(ClockFailure) {
    supervisor.time.withLock { $0.proceedReady() }
  }

  @discardableResult
  public func advance(
    to moment: Int64, holding members: Set<Int>
  ) throws(ClockFailure) -> [Sleeper] {
    try supervisor.time.withLock { (time: inout SupervisedTime) throws(ClockFailure) in
      if let failure = time.failure { throw failure }
      return Self.sorted(time.advance(to: moment, holding: members))
    }
  }

  public func release() throws(ClockFailure) {
    supervisor.time.withLock { $0.release() }
    supervisor.wake()
  }

  private static func sorted(_ sleepers: [Sleeper]) -> [Sleeper] {
    sleepers.sorted { ($0.end, $0.process, $0.thread) < ($1.end, $1.process, $1.thread) }
  }

  /// How many programs have begun under it, and why one could not be supervised.
  var starts: (count: Int, failure: ClockFailure?) {
    supervisor.time.withLock { ($0.starts, $0.failure) }
  }
}
