// One process of a user's program: it is told lines and prints lines, in a session of its own, and is
// ended in order: its input closes, then SIGTERM, then SIGKILL, for its whole group. What it leaves
// running in its session is killed with it. Nothing here knows what the lines mean.

internal import CSystem
internal import Glibc

/// Which of its outputs a program printed a line to.
public enum ProgramStream: Sendable, Hashable {
  case output
  case errors
}

/// A running program.
///
/// `@unchecked Sendable`: made on a loop, and never touched off its thread.
public final class LineProcess: @unchecked Sendable {
  /// How it ended; nil: it still runs.
  public private(set) var end: ServerEnd?
  /// Processes of its session that it left running when it ended; they were killed.
  public private(set) var leftRunning = 0

  private let loop: EventLoop
  /// The process, which leads a session.
  public let pid: Int32
  private let input: InputPipe
  private var output: LinePipe?
  private var errors: LinePipe?
  private let onEnd: () -> Void
  private let timer = Timeout()
  /// What is still to be done to end it, and when.
  private var endings: [(signal: Int32, due: Int64)] = []

  /// How often it is asked whether it has ended, in ns; its output's end tells sooner, mostly.
  private static let period: Int64 = 20_000_000
  /// From SIGTERM to SIGKILL, in ns.
  private static let timeout: Int64 = 2_000_000_000

  /// Starts a program. `onLine` gets every line, `onEnd` is called once, when it has ended and all that it
  /// had printed was told.
  public init(
    _ command: ProgramCommand, on loop: EventLoop,
    onLine: @escaping (ProgramStream, [UInt8]) -> Void, onEnd: @escaping () -> Void
  ) throws(ServerFailure) {
    loop.preconditionOnLoop()
    var pipes = [try Self.pipe()]
    defer { for end in pipes.flatMap(\.self) where end >= 0 { System.close(end) } }
    for _ in 0..<2 { pipes.append(try Self.pipe()) }
    var spawn = Spawn(
      program: command.program, arguments: command.arguments, environment: command.environment,
      directory: command.directory, input: pipes[0][0], output: pipes[1][1])
    spawn.errors = pipes[2][1]
    pid = try spawn.start()
    try Watchdog.session(pid)
    self.loop = loop
    self.onEnd = onEnd
    input = InputPipe(pipes[0][1], on: loop)
    let ends = (pipes[1][0], pipes[2][0])
    (pipes[0][1], pipes[1][0], pipes[2][0]) = (-1, -1, -1)
    timer.act = look
    output = LinePipe(ends.0, on: loop) {
      onLine(.output, $0)
    } onEnd: { [unowned self] in
      lookSoon()
    }
    errors = LinePipe(ends.1, on: loop) {
      onLine(.errors, $0)
    } onEnd: {
    }
    loop.arm(timer, at: EventLoop.now() + Self.period)
  }

  private static func pipe() throws(ServerFailure) -> [Int32] {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else {
      throw .process(server: "a program", reason: message(errno))
    }
    return ends
  }

  /// Whether it runs and nobody has begun to end it.
  public var isUsable: Bool { end == nil && endings.isEmpty && output?.isOpen == true }

  /// Tells it something: lines with their ends.
  public func send(_ bytes: [UInt8]) { input.send(bytes) }

  /// Closes its input, and ends it ever less gently where it doesn't end by itself: SIGTERM after so
  /// long, SIGKILL two seconds later.
  public func finish(within grace: Duration) {
    guard end == nil, endings.isEmpty else { return }
    input.close()
    let term = EventLoop.now() + grace.ns
    endings = [(SIGTERM, term), (SIGKILL, term + Self.timeout)]
    lookSoon()
  }

  /// Ends it by SIGTERM, and by SIGKILL if it is still there after this long.
  public func terminate(within grace: Duration) {
    guard end == nil, endings.isEmpty else { return }
    input.close()
    endings = [(SIGTERM, EventLoop.now()), (SIGKILL, EventLoop.now() + grace.ns)]
    look()
  }

  /// Kills it, and its group.
  public func kill() {
    guard end == nil else { return }
    endings = [(SIGKILL, EventLoop.now())]
    look()
  }

  /// Lets its whole group stand still, or go on.
  public func pause(_ isPaused: Bool) {
    guard end == nil else { return }
    _ = Glibc.kill(-pid, isPaused ? SIGSTOP : SIGCONT)
  }

  private func lookSoon() {
    guard end == nil else { return }
    loop.arm(timer, at: EventLoop.now() + 1_000_000)
  }

  private func look() {
    guard end == nil else { return }
    if hasEnded { return conclude() }
    let now = EventLoop.now()
    while let ending = endings.first, ending.due <= now {
      endings.removeFirst()
      // One that stands still takes no signal but SIGKILL.
      _ = Glibc.kill(-pid, SIGCONT)
      _ = Glibc.kill(-pid, ending.signal)
      if endings.isEmpty { endings = [(SIGKILL, now + Self.timeout)] }
    }
    loop.arm(timer, at: now + (output?.isOpen == true ? Self.period : Self.period / 10))
  }

  /// Whether it has ended; it is not reaped yet, so that its number stays its own.
  private var hasEnded: Bool {
    var info = siginfo_t()
    let result = waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT)
    // ECHILD: SIGCHLD is ignored, and the kernel reaped it.
    return result == 0 ? info.si_signo == SIGCHLD : errno == ECHILD
  }

  private func conclude() {
    // What it printed before it ended counts.
    output?.drain()
    errors?.drain()
    let left = ProcessTable.members(ofSession: pid)
    leftRunning = left.count
    _ = Glibc.kill(-pid, SIGKILL)
    for member in left { _ = Glibc.kill(member, SIGKILL) }
    Watchdog.unsession(pid)
    var status: Int32 = 0
    end = waitpid(pid, &status, WNOHANG) == pid ? ServerEnd(waitStatus: status) : .unknown
    input.close()
    output?.close()
    errors?.close()
    timer.act = {}
    onEnd()
  }

  /// Keeps the process alive while it is armed.
  private final class Timeout: Timer {
    var act: () -> Void = {}

    override func fire() { act() }
  }
}
