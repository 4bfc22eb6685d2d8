// What becomes of a file that somebody named to be written: a file is replaced and stays whose it
// was; a device, a pipe or a link is never turned into a file.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("Output files")
struct OutputFileTests {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-output-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Gives a path in a folder of its own, which is gone afterwards.
  private func within(_ body: (String) throws -> Void) rethrows {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  private func status(_ path: String) -> stat {
    var status = stat()
    lstat(path, &status)
    return status
  }

  private func failure(_ path: String, _ body: (OutputFile) throws(FileFailure) -> Void)
    -> FileFailure.Kind?
  {
    do throws(FileFailure) {
      try body(OutputFile(path))
      return nil
    } catch {
      #expect(error.path == path)
      return error.kind
    }
  }

  @Test("a new file is made, and nothing is left beside it")
  func new() throws {
    try within { folder in
      let file = OutputFile("\(folder)/a")
      try file.check()
      #expect(!FileManager.default.fileExists(atPath: file.path))
      try file.write("one")
      #expect(try text(file.path) == "one")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test("a file is replaced whole and keeps its rights and its owner")
  func replaced() throws {
    try within { folder in
      let path = "\(folder)/a"
      try "a longer text that was there".write(toFile: path, atomically: false, encoding: .utf8)
      chmod(path, 0o640)
      if geteuid() == 0 { chown(path, 1, 1) }
      let before = status(path)
      try OutputFile(path).write("new")
      let after = status(path)
      #expect(try text(path) == "new")
      #expect(after.st_mode == before.st_mode && after.st_uid == before.st_uid)
      #expect(after.st_ino != before.st_ino, "it was written in place")
    }
  }

  @Test("a link stays a link, and the file behind it is replaced")
  func link() throws {
    try within { folder in
      try "old".write(toFile: "\(folder)/target", atomically: false, encoding: .utf8)
      symlink("target", "\(folder)/link")
      try OutputFile("\(folder)/link").write("new")
      #expect(try text("\(folder)/target") == "new")
      #expect(status("\(folder)/link").st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test("a link that leads to no file is refused", arguments: ["nowhere", "/dev/null", "pipe"])
  func broken(_ target: String) {
    within { folder in
      mkfifo("\(folder)/pipe", 0o600)
      symlink(target, "\(folder)/link")
      #expect(
        failure("\(folder)/link") { file throws(FileFailure) in try file.check() } == .brokenLink)
      #expect(
        failure("\(folder)/link") { file throws(FileFailure) in try file.write("x") } == .brokenLink
      )
      #expect(status("\(folder)/link").st_mode & S_IFMT == S_IFLNK)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/nowhere"))
    }
  }

  @Test("a device is written to and stays one")
  func device() throws {
    // Devices of this test's own, 1:7 and 1:3: a fault must not harm the machine's.
    try within { folder in
      guard mknod("\(folder)/full", S_IFCHR | 0o666, 263) == 0,
        mknod("\(folder)/null", S_IFCHR | 0o666, 259) == 0
      else { return }
      try OutputFile("\(folder)/null").write("x")
      #expect(
        failure("\(folder)/full") { file throws(FileFailure) in try file.write("x") } == .diskFull)
      for name in ["full", "null"] {
        #expect(status("\(folder)/\(name)").st_mode & S_IFMT == S_IFCHR)
      }
    }
  }

  @Test("a pipe by name is written to; where nobody reads it, that is said")
  func pipe() throws {
    try within { folder in
      let path = "\(folder)/pipe"
      mkfifo(path, 0o600)
      #expect(failure(path) { file throws(FileFailure) in try file.write("x") } == .unread)
      #expect(status(path).st_mode & S_IFMT == S_IFIFO)
      let reader = open(path, O_RDONLY | O_NONBLOCK)
      defer { close(reader) }
      try OutputFile(path).write("text")
      var bytes = [UInt8](repeating: 0, count: 16)
      #expect(read(reader, &bytes, 16) == 4)
    }
  }

  @Test("a descriptor is written to where it stands")
  func descriptor() throws {
    try within { folder in
      let number = open("\(folder)/a", O_WRONLY | O_CREAT, 0o600)
      defer { close(number) }
      write(number, "before ", 7)
      for name in ["/dev/fd/\(number)", "/proc/self/fd/\(number)"] {
        try OutputFile(name).check()
        try OutputFile(name).write("x")
      }
      #expect(try text("\(folder)/a") == "before xx")
      #expect(failure("/dev/fd/999") { file throws(FileFailure) in try file.check() } == .closed)
    }
  }

  @Test("a summary is added to")
  func appended() throws {
    try within { folder in
      let path = "\(folder)/summary"
      try "first\n".write(toFile: path, atomically: false, encoding: .utf8)
      try OutputFile(path, appending: true).write("second\n")
      #expect(try text(path) == "first\nsecond\n")
    }
  }

  @Test("what can't be written is known before", arguments: ["none/a", "file/a", "sub", "a/", ""])
  func refused(_ name: String) throws {
    try within { folder in
      try "x".write(toFile: "\(folder)/file", atomically: false, encoding: .utf8)
      mkdir("\(folder)/sub", 0o755)
      let path = name.isEmpty ? "" : "\(folder)/\(name)"
      let kind = failure(path) { file throws(FileFailure) in try file.check() }
      #expect(kind == (name == "sub" ? .isDirectory : .missing))
      #expect(failure(path) { file throws(FileFailure) in try file.write("x") } == kind)
    }
  }

  @Test("the same file is known by whatever name")
  func same() throws {
    try within { folder in
      try "x".write(toFile: "\(folder)/a", atomically: false, encoding: .utf8)
      #expect(Glibc.link("\(folder)/a", "\(folder)/hard") == 0)
      symlink("a", "\(folder)/soft")
      for name in ["a", "hard", "soft", "./a"] {
        #expect(OutputFile("\(folder)/\(name)").isSame(as: "\(folder)/a"))
      }
      try "x".write(toFile: "\(folder)/b", atomically: false, encoding: .utf8)
      #expect(!OutputFile("\(folder)/b").isSame(as: "\(folder)/a"))
      #expect(!OutputFile("/dev/null").isSame(as: "/dev/null"))
    }
  }

  @Test("our own files replace a link and never write through it")
  func own() throws {
    try within { folder in
      try "theirs".write(toFile: "\(folder)/target", atomically: false, encoding: .utf8)
      symlink("target", "\(folder)/run.json")
      try writeFile("ours", to: "\(folder)/run.json")
      symlink("target", "\(folder)/history.jsonl")
      #expect(throws: FileFailure.self) {
        try AppendFile(path: "\(folder)/history.jsonl", truncating: true)
      }
      #expect(try text("\(folder)/target") == "theirs")
      #expect(status("\(folder)/run.json").st_mode & S_IFMT == S_IFREG)
    }
  }
}
