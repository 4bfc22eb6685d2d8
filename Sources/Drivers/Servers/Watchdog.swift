// What cleans up after us when we cannot: a small process that waits for our end, whatever kind of
// end it is (exit, ^C, a trap, kill -9), and then ends our servers and removes our directories.
// It holds no list of process ids, so it cannot hit a stranger; see Watchdog+Script.swift.

internal import CSystem
internal import Glibc
internal import Synchronization

/// The process that ends what we leave behind.
///
/// It learns of our end by the end of its input: nobody else holds the pipe, since every descriptor
/// of ours is closed when a child starts. It lives in a session of its own and ignores ^C.
final class Watchdog: Sendable {
  /// The watchdog of this process, started with the first directory.
  private static let shared = Mutex<Watchdog?>(nil)

  let pid: pid_t
  private let pipe: Int32

  private init() throws(ServerFailure) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw .watchdog(reason: message(errno)) }
    // A write to a watchdog that was ended must be an error, not the end of us.
    Interrupts.ignoreBrokenPipes()
    defer { close(ends[0]) }
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", Self.script, "soldout-watchdog"],
      environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"], directory: "/",
      input: ends[0])
    do throws(ServerFailure) {
      pid = try spawn.start()
    } catch {
      close(ends[1])
      throw error
    }
    pipe = ends[1]
  }

  /// From now on `directory` does not outlive us. To be called before the directory is made;
  /// without a marker file that holds `token` no more than an empty directory is removed.
  static func hold(_ directory: String, token: String) throws(ServerFailure) {
    try shared.withLock { watchdog throws(ServerFailure) in
      if watchdog == nil { watchdog = try Watchdog() }
      try watchdog?.tell("hold \(token) \(directory)\n")
    }
  }

  /// `directory` is gone, or no longer ours to remove.
  static func forget(_ directory: String, token: String) {
    // If the watchdog is gone, nothing is left that would act on it.
    shared.withLock { watchdog in try? watchdog?.tell("forget \(token) \(directory)\n") }
  }

  /// From now on no process with this word in its environment outlives us, see `ProcessMark`.
  static func mark(_ word: String) throws(ServerFailure) {
    try shared.withLock { watchdog throws(ServerFailure) in
      if watchdog == nil { watchdog = try Watchdog() }
      try watchdog?.tell("mark \(word)\n")
    }
  }

  /// All that carried the word is gone.
  static func unmark(_ word: String) {
    shared.withLock { watchdog in try? watchdog?.tell("unmark \(word)\n") }
  }

  /// From now on what is in a program's session does not outlive us, whatever it has made of its
  /// environment.
  static func session(_ leader: pid_t) throws(ServerFailure) {
    try shared.withLock { watchdog throws(ServerFailure) in
      if watchdog == nil { watchdog = try Watchdog() }
      try watchdog?.tell("session \(leader)\n")
    }
  }

  /// Nothing is left of a session. To be said before its leader is reaped: then its number is still its own.
  static func unsession(_ leader: pid_t) {
    shared.withLock { watchdog in try? watchdog?.tell("unsession \(leader)\n") }
  }

  /// The watchdog's process id, nil before it is started.
  static var processID: pid_t? { shared.withLock { $0?.pid } }

  private func tell(_ line: String) throws(ServerFailure) {
    var rest = Array(line.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw .watchdog(reason: message(errno))
      }
    }
  }
}
