// A program that is asked for pieces of work, and looked at while it does them. Whenever a look says that all
// sleep and nobody naps, the work has to be done: its answer can be read. If it can't, rest was seen falsely.

import Foundation
import Glibc
import Testing

@testable import Drivers

/// What the looks at some pieces of work found.
struct RestCount: Sendable, CustomStringConvertible {
  var pieces = 0
  var looks = 0
  /// All slept, it was said, and the answer wasn't there.
  var falseRests = 0
  /// A nap was seen before the answer came.
  var napping = 0
  /// Rest was not seen within ten seconds of the answer.
  var neverAtRest = 0
  var first: String?

  var description: String {
    "\(pieces) pieces of work, \(looks) looks, \(falseRests) false rests, \(napping) seen napping, "
      + "\(neverAtRest) never at rest" + (first.map { "; first: \($0)" } ?? "")
  }
}

/// The program Tests/Programs/restless.py.
final class Victim {
  let pid: pid_t
  private let input: Int32
  private let output: Int32

  static let program = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Programs/restless.py").path

  static let kinds: [String] = {
    let list = try? Spawn(
      program: "/usr/bin/env", arguments: ["python3", program, "--list"],
      environment: Spawn.environment(), directory: "/"
    ).succeed()
    return (list ?? "").split(separator: "\n").map { String($0) }
  }()

  init(_ mark: ProcessMark) throws {
    var (ours, theirs) = ([Int32](repeating: -1, count: 2), [Int32](repeating: -1, count: 2))
    try #require(pipe(&ours) == 0 && pipe(&theirs) == 0)
    for end in ours + theirs { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    pid = try Spawn(
      program: "/usr/bin/env", arguments: ["python3", Self.program],
      environment: Spawn.environment(adding: mark.environment), directory: "/", input: ours[0],
      output: theirs[1]
    ).start()
    (input, output) = (ours[1], theirs[0])
    close(ours[0])
    close(theirs[1])
  }

  deinit {
    close(input)
    close(output)
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    waitpid(pid, &status, 0)
  }

  private var hasAnswered: Bool {
    var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) > 0
  }

  func ask(_ kind: String) {
    let line = Array("\(kind)\n".utf8)
    precondition(write(input, line, line.count) == line.count)
  }

  func readAnswer() throws -> String {
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = read(output, &bytes, bytes.count)
    try #require(count > 0, "the program has ended")
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// Asks for a piece of work and looks until the answer has come and all rest.
  func work(_ kind: String, seenBy trees: ProcessTrees, _ count: inout RestCount) throws {
    ask(kind)
    count.pieces += 1
    var hasNapped = false
    while true {
      let rest = trees.look()
      // Asked after the look: what was written before all slept is there.
      let isDone = hasAnswered
      count.looks += 1
      if case .asleep(let waits) = rest, !isDone {
        if waits.contains(where: \.isNap) {
          hasNapped = true
        } else {
          count.falseRests += 1
          count.first = count.first ?? "\(kind): \(waits)"
        }
      }
      if isDone { break }
    }
    if hasNapped { count.napping += 1 }
    #expect(try readAnswer() == "\(kind)\n")
    if !rests(seenBy: trees) { count.neverAtRest += 1 }
  }

  /// Whether rest is seen within ten seconds.
  func rests(seenBy trees: ProcessTrees) -> Bool {
    let deadline = EventLoop.now() + 10_000_000_000
    while EventLoop.now() < deadline {
      if case .asleep(let waits) = trees.look(), !waits.contains(where: \.isNap) { return true }
    }
    print("\(trees.look())")
    return false
  }
}
