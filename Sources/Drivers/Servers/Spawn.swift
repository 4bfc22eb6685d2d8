// Starting a child process that shares nothing with us: own session, clean signals, no descriptor
// of ours, a folder of its own. posix_spawn, because forking a process with threads and a large
// heap would copy its page tables in the middle of a measured run.
//
// PR_SET_PDEATHSIG is deliberately not used: it fires when the *thread* that spawned ends
// (prctl(2)), and threads of a pool come and go. What must not outlive us is the watchdog's matter.

internal import CSystem
internal import Glibc

/// A program about to be started.
struct Spawn {
  /// Absolute path.
  var program: String
  var arguments: [String]
  /// The whole environment, nothing is inherited but what `Spawn.environment` passes on.
  var environment: [String: String]
  /// The working folder. The watchdog recognises our processes by it.
  var directory: String
  /// Descriptor to read from; nil is an empty input.
  var input: Int32?
  /// Descriptor for output and errors; nil discards them.
  var output: Int32?
  /// Descriptor for errors alone; nil: they go where the output goes.
  var errors: Int32?
  /// Whom to become; nil stays who we are.
  var user: ServerUser?

  /// Variables worth passing on: where programs and libraries are found, and nothing that would
  /// change how a server behaves (PGPORT, PGDATA and the like).
  static func environment(adding more: [String: String] = [:]) -> [String: String] {
    var environment = ["LC_ALL": "C"]
    for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "TZ"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return environment.merging(more) { _, new in new }
  }

  /// Starts the program and returns its process id. The caller reaps it.
  func start() throws(ServerFailure) -> pid_t {
    var command = [program] + arguments
    if let user { command = user.become + command }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    connect(input, to: 0, flags: O_RDONLY, &actions)
    connect(output, to: 1, flags: O_WRONLY, &actions)
    posix_spawn_file_actions_adddup2(&actions, errors ?? 1, 2)
    posix_spawn_file_actions_addchdir_np(&actions, directory)
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.resetSignals(&attributes)

    var pid: pid_t = 0
    let variables = environment.map { "\($0.key)=\($0.value)" }
    let error = withCStrings(command) { arguments in
      withCStrings(variables) { variables in
        posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard error == 0 else {
      throw .notExecutable(program: program, reason: message(error))
    }
    return pid
  }

  private func connect(
    _ descriptor: Int32?, to target: Int32, flags: Int32,
    _ actions: inout posix_spawn_file_actions_t
  ) {
    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, target)
    } else {
      posix_spawn_file_actions_addopen(&actions, target, "/dev/null", flags, 0)
    }
  }

  /// Own session, so that a ^C at the terminal is ours alone; and no signal blocked or ignored,
  /// since an ignored one stays ignored across exec.
  private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags =
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | spawn_in_own_session
    posix_spawnattr_setflags(&attributes, flags)
  }
}

extension Spawn {
  /// Runs the program to its end and returns its exit status and all it printed.
  ///
  /// A program ended by signal n gives status 128 + n, as in a shell. One that does not end within
  /// that many seconds is killed, with all of its session, and is a failure; nil: no limit.
  func run(within seconds: Int? = 180) throws(ServerFailure) -> (status: Int32, output: String) {
    var pipe: [Int32] = [-1, -1]
    guard pipe2(&pipe, O_CLOEXEC) == 0 else {
      throw .notExecutable(program: program, reason: message(errno))
    }
    var spawn = self
    spawn.output = pipe[1]
    let pid: pid_t
    do throws(ServerFailure) {
      pid = try spawn.start()
    } catch {
      close(pipe[0])
      close(pipe[1])
      throw error
    }
    close(pipe[1])
    let deadline = seconds.map { EventLoop.now() + Int64($0) * 1_000_000_000 }
    let output = Self.readToEnd(pipe[0], by: deadline)
    close(pipe[0])
    guard let output, let status = Self.awaitEnd(of: pid, by: deadline) else {
      // It leads a session of its own, and so a group.
      kill(-pid, SIGKILL)
      _ = Self.awaitEnd(of: pid, by: nil)
      throw .hung(program: program, seconds: seconds ?? 0)
    }
    return (exitStatus(status), output)
  }

  /// What waitpid says; nil: it still runs at the deadline.
  private static func awaitEnd(of pid: pid_t, by deadline: Int64?) -> Int32? {
    var status: Int32 = 0
    while true {
      let ended = waitpid(pid, &status, deadline == nil ? 0 : WNOHANG)
      if ended == pid || (ended == -1 && errno != EINTR) { return status }
      if let deadline, EventLoop.now() >= deadline { return nil }
      if deadline != nil { usleep(1000) }
    }
  }

  /// As `run`, but a status other than 0 is a failure.
  @discardableResult
  func succeed(within seconds: Int? = 180) throws(ServerFailure) -> String {
    let (status, output) = try run(within: seconds)
    guard status == 0 else {
      // As strerror says it where LC_ALL is C.
      let full = lastLines(of: output, count: .max).first { $0.contains(message(ENOSPC)) }
      if let full { throw .noSpace(program: program, line: full) }
      throw .failed(program: program, status: status, output: lastLines(of: output, count: 6))
    }
    return output
  }

  /// All that is written until the last writer is gone; nil: one was left at the deadline.
  private static func readToEnd(_ descriptor: Int32, by deadline: Int64?) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      if let deadline {
        let left = deadline - EventLoop.now()
        guard left > 0 else { return nil }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Int32(clamping: left / 1_000_000 + 1)) > 0 else { continue }
      }
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 {
        bytes += buffer[..<count]
      } else if count == 0 || errno != EINTR {
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}

/// The exit status in what waitpid reported; 128 + n for signal n (wait(2): WIFEXITED, WTERMSIG).
func exitStatus(_ status: Int32) -> Int32 {
  let signal = status & 0x7f
  return signal == 0 ? (status >> 8) & 0xff : 128 + signal
}

/// The text of an errno.
func message(_ error: Int32) -> String { String(cString: strerror(error)) }

/// The last lines that say something, oldest first.
func lastLines(of text: String, count: Int) -> [String] {
  let lines = text.split(whereSeparator: \.isNewline)
  return lines.map { String($0) }.filter { $0.contains { !$0.isWhitespace } }.suffix(count)
}

/// Calls `body` with a NULL-terminated array of C strings that lives as long as the call.
func withCStrings<Result>(
  _ strings: [String],
  _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    // Never empty: the terminating NULL is always there.
    body(buffer.baseAddress.unsafelyUnwrapped)
  }
}
