// A program in Python that does what a test tells it on its command line, and says when it has begun.

import Foundation
import Glibc
import Testing

@testable import Drivers

/// A program that sleeps somewhere.
final class SleepingProgram {
  let pid: pid_t
  private let output: Int32
  /// Its input; nothing is written there unless a test does.
  let input: Int32

  /// Runs lines of Python. They have to print a line when they are ready.
  init(_ code: String) throws {
    var (ours, theirs) = ([Int32](repeating: -1, count: 2), [Int32](repeating: -1, count: 2))
    try #require(pipe(&ours) == 0 && pipe(&theirs) == 0)
    for end in ours + theirs { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let head = "import ctypes, os, select, signal, socket, sys, threading, time\n"
    pid = try Spawn(
      program: "/usr/bin/env", arguments: ["python3", "-c", head + code],
      environment: Spawn.environment(), directory: "/", input: ours[0], output: theirs[1]
    ).start()
    (input, output) = (ours[1], theirs[0])
    close(ours[0])
    close(theirs[1])
    // It may be that the line can't be read: then it says so.
    var bytes = [UInt8](repeating: 0, count: 4096)
    var text = ""
    while !text.contains("\n"), case let count = read(output, &bytes, bytes.count), count > 0 {
      text += String(decoding: bytes[..<count], as: UTF8.self)
    }
    try #require(text.hasPrefix("ready"), "\(text)")
    line = String(text.dropFirst(5).prefix { $0 != "\n" })
  }

  /// What it said after `ready`.
  let line: String

  deinit {
    close(input)
    close(output)
    kill(pid, SIGCONT)
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  /// What its threads wait for once they all rest as expected; nil: they don't within ten seconds.
  static func waits(
    _ trees: ProcessTrees, where isExpected: ([ThreadWait]) -> Bool = { _ in true }
  ) -> [ThreadWait]? {
    let deadline = EventLoop.now() + 10_000_000_000
    while EventLoop.now() < deadline {
      if case .asleep(let waits) = trees.look(), isExpected(waits) { return waits }
      usleep(200)
    }
    return nil
  }
}
