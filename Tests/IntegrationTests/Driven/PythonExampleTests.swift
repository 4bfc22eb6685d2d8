// The shops under Examples/python-client, on the client library that they are written for. Where it could
// not be had (scripts/client-libraries), these tests are skipped by name.

import Foundation
import Testing

/// A version of redis-py in the cache.
enum PythonRedis: String, Sendable {
  case five = "redis-5.3.1"
  case eight = "redis-8.1.0"

  /// The folder for PYTHONPATH.
  var folder: String {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? "/root"
    let cache = environment["XDG_CACHE_HOME"] ?? "\(home)/.cache"
    return (environment["SOLDOUT_CLIENT_LIBRARIES"] ?? "\(cache)/soldout/clients") + "/\(rawValue)"
  }

  var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/redis") }

  /// PostgreSQL's library, for the shop that needs both.
  static let psycopg = URL(filePath: PythonRedis.eight.folder).deletingLastPathComponent()
    .appending(path: "psycopg2-2.9.13").path

  /// Why a test is skipped.
  var absence: Comment { "\(rawValue) is not in the cache: scripts/client-libraries" }

  /// Runs a shop of the examples.
  func run(_ shop: String, _ options: [String] = []) throws -> (code: Int32, text: String) {
    let output = FileManager.default.temporaryDirectory
      .appending(path: "soldout-python-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let arguments = ["run", "Examples/python-client/\(shop).yaml", "--output", output] + options
    let environment = [
      "PYTHONPATH": "\(folder):\(Self.psycopg)", "PYTHONDONTWRITEBYTECODE": "1",
    ]
    return try SoldoutProcess(arguments, environment: environment).finish()
  }
}

@Suite("The example in Python")
struct PythonExampleTests {
  private static let newest = PythonRedis.eight

  @Test(
    "a shop that reads, subtracts and writes is caught",
    .enabled(if: newest.isThere, newest.absence))
  func racy() throws {
    let (code, text) = try Self.newest.run("racy")
    #expect(code == 0, "\(text)")
    #expect(text.contains("VIOLATION") && text.contains("python3 racy.py"), "\(text)")
    #expect(text.contains("GET item-0 100") || text.contains("GET item-0 → "), "\(text)")
  }

  @Test("a shop that takes in one script is not", .enabled(if: newest.isThere, newest.absence))
  func atomic() throws {
    let (code, text) = try Self.newest.run("atomic")
    #expect(code == 0, "\(text)")
  }

  @Test(
    "redis-py 8 repeats a DECRBY whose reply was lost, and is caught selling two units to one buyer",
    .enabled(if: PythonRedis.eight.isThere, PythonRedis.eight.absence))
  func eightRepeats() throws {
    let (code, text) = try PythonRedis.eight.run("decr")
    #expect(code == 1, "\(text)")
    #expect(text.contains("VIOLATION") && text.contains("reply-loss"), "\(text)")
    #expect(text.contains("not conserved") && !text.contains("oversold"), "\(text)")
    // Both of them in the lane of the call that was answered once.
    #expect(text.contains(/DECRBY item-0 1 lost ─.* DECRBY item-0 1 [0-9]+ ─/), "\(text)")
  }

  @Test(
    "redis-py 5 does not repeat a command whose reply was lost",
    .enabled(if: PythonRedis.five.isThere, PythonRedis.five.absence))
  func fivePasses() throws {
    let (code, text) = try PythonRedis.five.run("decr")
    #expect(code == 0, "\(text)")
    #expect(text.contains("reply-loss") && text.contains("13 crash"), "\(text)")
  }

  private static let hasBoth =
    newest.isThere && FileManager.default.fileExists(atPath: PythonRedis.psycopg)

  @Test(
    "redis-py's Lock around SELECT and UPDATE is right, and caught where a buyer outlasts its lease",
    .enabled(if: hasBoth, "redis-py and psycopg2 are not in the cache: scripts/client-libraries"))
  func lock() throws {
    let (right, words) = try Self.newest.run("lock")
    #expect(right == 0 && words.contains("linearizable"), "\(words)")
    let (code, text) = try Self.newest.run("paused")
    #expect(code == 0 && text.contains("VIOLATION"), "\(text)")
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(line.contains("client-pause struck p"), "\(text)")
    #expect(line.contains("between SELECT and UPDATE"), "\(text)")
  }
}
