// A program under a virtual clock that is told lines and prints lines: what the tests of virtual time
// talk to. Every wait for it is bounded and in real time.

import Foundation
import Glibc
import Testing

@testable import Drivers

/// A running program and its clock. Killed, with what it started, when it goes.
final class TimedProgram {
  let clock: any ProgramClock
  let pid: pid_t
  private let folder: String
  private let input: Int32
  private let output: Int32
  private var unread: [UInt8] = []

  static let programs = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Programs").path

  /// Python's own path: a wrapper of some version manager would be another process.
  static let python: String? = {
    let find = "exec python3 -c 'import sys; print(sys.executable)'"
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", find], environment: Spawn.environment(), directory: "/")
    guard let (status, text) = try? spawn.run(within: 60), status == 0 else { return nil }
    return text.split(whereSeparator: \.isNewline).first.map(String.init)
  }()

  /// Whether the shell finds a command.
  static func finds(_ command: String) -> Bool {
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", "command -v \(command)"],
      environment: Spawn.environment(), directory: "/")
    return (try? spawn.run(within: 60).status) == 0
  }

  /// How a program is brought under its clock; `.none`: it stays in real time, to see that a test tells.
  enum Way {
    case preloaded
    case supervised
    case none
  }

  /// Starts a program.
  init(_ words: [String], _ way: Way = .preloaded, member: Int = 0) throws {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-time-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    clock =
      way == .supervised ? try SupervisedClock(in: folder) : try VirtualClock(in: folder)
    var ends: [[Int32]] = [[-1, -1], [-1, -1]]
    for number in ends.indices {
      try #require(pipe(&ends[number]) == 0)
      for end in ends[number] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    let own = Spawn.environment(adding: ["PYTHONDONTWRITEBYTECODE": "1"])
    var command = try ProgramCommand(words, in: folder, environment: own)
    if way != .none { command = clock.command(command, member: member) }
    var spawn = Spawn(
      program: command.program, arguments: command.arguments, environment: command.environment,
      directory: folder)
    (spawn.input, spawn.output, spawn.errors) = (ends[0][0], ends[1][1], 2)
    pid = try spawn.start()
    (input, output) = (ends[0][1], ends[1][0])
    close(ends[0][0])
    close(ends[1][1])
  }

  /// The Python program under Tests/Programs.
  static func sleeper(_ way: Way = .preloaded, member: Int = 0) throws -> TimedProgram {
    try TimedProgram([try #require(python), "\(programs)/sleeper.py"], way, member: member)
  }

  deinit {
    let left = ProcessTable.members(ofSession: pid)
    kill(-pid, SIGKILL)
    for process in left { kill(process, SIGKILL) }
    var status: Int32 = 0
    waitpid(pid, &status, 0)
    close(input)
    close(output)
    try? FileManager.default.removeItem(atPath: folder)
  }

  func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    #expect(write(input, bytes, bytes.count) == bytes.count)
  }

  /// The words of its next line; nil where none comes within so many seconds.
  func hear(within seconds: Int = 60) -> [String]? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: unread[..<end], as: UTF8.self)
        unread.removeFirst(end + 1)
        return line.split(separator: " ").map(String.init)
      }
      var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 50) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return nil }
      unread += buffer[..<count]
    }
    return nil
  }

  /// Returns when all its threads sleep, twice in a row without having run between.
  func settle() throws {
    let isAsleep = eventually {
      guard let before = threads else { return false }
      return before == threads
    }
    try #require(isAsleep)
  }

  /// What each thread does and how often it has run (proc(5), schedstat); nil where one is running.
  private var threads: [String: [String]]? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    var found: [String: [String]] = [:]
    for name in names {
      let texts = ["syscall", "schedstat"].map {
        smallFile("/proc/\(pid)/task/\(name)/\($0)") ?? ""
      }
      if texts[0].hasPrefix("running") { return nil }
      found[name] = texts
    }
    return found
  }

  /// Says a line and hears one.
  func ask(_ line: String) -> [String]? {
    tell(line)
    return hear()
  }

  /// Its waits, as soon as there are so many; nil where that doesn't come to be.
  func sleepers(count: Int) throws -> [Sleeper]? {
    var found: [Sleeper] = []
    let areThere = try eventually {
      found = try clock.sleepers()
      return found.count == count
    }
    return areThere ? found : nil
  }

  /// The system call that a thread is in, as the kernel's numbers; nil while it runs.
  func systemCall(of sleeper: Sleeper) -> [String]? {
    smallFile("/proc/\(sleeper.process)/task/\(sleeper.thread)/syscall")?
      .split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
