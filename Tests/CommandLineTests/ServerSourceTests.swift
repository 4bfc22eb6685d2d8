// How a server of the user's is named: URLs and passwords from where they are asked for, and from
// nowhere else. Nobody listens at these addresses; what is tried shows in the refusal.

import Foundation
import Testing

@Suite("Servers of the user's on the command line")
struct ServerSourceTests {
  /// Runs a command line with these variables, in a folder with two password files.
  private static func soldout(
    _ variables: String, _ arguments: String
  ) throws -> (code: Int32, text: String) {
    let place = FileManager.default.temporaryDirectory
      .appending(path: "soldout-source-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: place) }
    try Data("hunter2\n".utf8).write(to: URL(filePath: "\(place)/password"))
    try Data("\nhunter2\n".utf8).write(to: URL(filePath: "\(place)/empty"))
    return try Soldout.shell(
      "env \(variables) '\(Soldout.binary.path)' \(arguments) --ops 200 --output results", in: place
    )
  }

  @Test(
    "are refused in a sentence without a secret where the words are wrong",
    arguments: [
      ("X=1", "--redis env:REDIS_URL", 64, "this variable holds no URL"),
      ("REDIS_URL=", "--redis env:REDIS_URL", 64, "this variable holds no URL"),
      ("X=1", "--redis env:", 64, "this variable holds no URL"),
      ("REDIS_URL=redis://:hunter2@h:x", "--redis env:REDIS_URL", 64, "column 20 of the URL"),
      ("DATABASE_URL=hunter2", "--postgres env:DATABASE_URL", 64, "column 1 of the URL"),
      ("X=1", "--redis-password-file password", 64, "name it with --redis"),
      ("X=1", "--postgres-password-file password", 64, "name it with --postgres"),
      (
        "X=1", "--redis redis://:hunter2@127.0.0.1:1 --redis-password-file password", 64,
        "leave one out"
      ),
      ("X=1", "--redis redis://127.0.0.1:1 --redis-password-file empty", 65, "no password"),
      ("X=1", "--redis redis://127.0.0.1:1 --redis-password-file nowhere", 74, "no such file"),
    ])
  func refused(_ variables: String, _ options: String, _ code: Int32, _ words: String) throws {
    let run = try Self.soldout(variables, "run redis-lua \(options)")
    #expect(run.code == code, "\(run.text)")
    #expect(run.text.contains(words), "\(run.text)")
    #expect(!run.text.contains("hunter2"))
    #expect(run.text.split(separator: "\n").count == 1, "\(run.text)")
  }

  /// The address that was tried says where the password came from: `:***@`, if from anywhere.
  @Test(
    "have a password that need not stand on the command line",
    arguments: [
      ("X=1", "--redis redis://127.0.0.1:1", "redis://127.0.0.1:1 cannot"),
      (
        "X=1", "--redis redis://127.0.0.1:1 --redis-password-file password",
        "redis://:***@127.0.0.1:1 cannot"
      ),
      (
        "SOLDOUT_REDIS_PASSWORD=hunter2", "--redis redis://ann:@127.0.0.1:1",
        "redis://ann:***@127.0.0.1:1 cannot"
      ),
      (
        "REDIS_URL=redis://:hunter2@127.0.0.1:1", "--redis env:REDIS_URL",
        "redis://:***@127.0.0.1:1 cannot"
      ),
    ])
  func passwords(_ variables: String, _ options: String, _ words: String) throws {
    let run = try Self.soldout(variables, "run redis-lua \(options)")
    #expect(run.code == 69, "\(run.text)")
    #expect(run.text.contains(words), "\(run.text)")
    #expect(!run.text.contains("hunter2"))
  }

  @Test(
    "a caller's own variables change nothing",
    arguments: [
      "run pg-update", "run redis-lua", "run pg-update --postgres postgres://127.0.0.1:1/postgres",
    ])
  func unasked(_ arguments: String) throws {
    let variables =
      "PGHOST=nonsense PGPORT=2 PGDATABASE=x PGUSER=x PGSERVICE=nope PGOPTIONS=--bad "
      + "PGSSLMODE=rubbish REDIS_URL=redis://nowhere DATABASE_URL=x"
    let run = try Self.soldout(variables, arguments)
    if arguments.contains("--postgres") {
      #expect(run.code == 69, "\(run.text)")
      #expect(run.text.contains("\"127.0.0.1\", port 1 failed: Connection refused"), "\(run.text)")
    } else {
      #expect(run.code == 0, "\(run.text)")
    }
  }
}
