// Services that soldout drives and that go wrong: told in a sentence, with a documented exit code, and
// nothing of them is left, however soldout ends.

import Foundation
import Glibc
import Testing

/// A service of Tests/Services with something wrong with it.
private struct DrivenService {
  let folder: String
  private let sign: String

  init(_ mode: String, instances: Int = 1, rest: [String] = []) throws {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-service-\(UInt64.random(in: 0...UInt64.max))").path
    sign = "SHOP_SIGN=\(folder)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let shop = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Services/plain_shop.py").path
    let lines = [
      "service:", "  command: python3 \(shop)", "  instances: \(instances)",
      "  env: {MODE: \"\(mode)\", SHOP_SIGN: \(folder)}",
      "  ready: {request: GET /health, within: 2s}",
      "prepare: {request: \"PUT /items/{{item}}\", json: {units: \"{{stock}}\"}}",
      "take:", "  request: POST /items/{{item}}/take", "  json: {quantity: \"{{units}}\"}",
      "  replies:", "    - {status: 200, taken: true, left: $.left}",
      "    - {status: 409, sold-out: true}",
      "read: {request: \"GET /items/{{item}}\", left: $.left}",
      "clients: 3", "stock: 20", "operations: 60", "deadline: 2s",
    ]
    try ((lines + rest).joined(separator: "\n") + "\n").write(
      toFile: folder + "/shop.yaml", atomically: true, encoding: .utf8)
  }

  var arguments: [String] { ["run", folder + "/shop.yaml", "--output", folder + "/results"] }

  /// Runs it to its end; nothing of it is left then.
  func run(_ options: [String] = []) throws -> (code: Int32, words: String) {
    let (code, text) = try SoldoutProcess(arguments + options).finish()
    #expect(living.isEmpty, "left running: \(living)")
    return (code, text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  /// The processes that carry its sign.
  var living: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
      .filter { pid in
        FileManager.default.contents(atPath: "/proc/\(pid)/environ")?.split(separator: 0)
          .contains { $0.elementsEqual(sign.utf8) } == true
      }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

@Suite("A service that is driven")
struct DrivenServiceTests {
  @Test(
    "is told by its exit code and a sentence, and nothing of it is left",
    arguments: [
      ("", 0, "linearizable"), ("flood", 0, "lines are not in program.log, which was full"),
      ("forks", 0, "was left running and killed"),
      ("babble", 69, "was not ready within 2s"), ("ends", 69, "shop.yaml:2:12: instance 0"),
      ("dies", 3, "ended early"),
    ])
  func quirks(_ mode: String, _ code: Int32, _ words: String) throws {
    let service = try DrivenService(mode)
    defer { service.remove() }
    let (found, text) = try service.run()
    #expect(found == code && text.contains(words), "\(text)")
  }

  @Test("that dies in the middle ends the run early, and what was recorded is judged")
  func dies() throws {
    let service = try DrivenService("dies")
    defer { service.remove() }
    let (code, text) = try service.run(["--ops", "1000000"])
    #expect(code == 3, "\(text)")
    #expect(
      text.contains("ended by itself with status 7") && text.contains("of 1000000"), "\(text)")
  }

  @Test("answers late: the call is indeterminate, and the answer counts for nothing")
  func late() throws {
    let service = try DrivenService("slow")
    defer { service.remove() }
    let (_, text) = try service.run(["--deadline", "500ms", "--no-probe"])
    #expect(text.contains("timeout"), "\(text)")
  }

  @Test("ends with soldout, however that ends", arguments: [SIGINT, SIGTERM, SIGKILL])
  func killed(_ signal: Int32) throws {
    let service = try DrivenService("forks")
    defer { service.remove() }
    let process = try SoldoutProcess(service.arguments + ["--duration", "60s"])
    func wait(for condition: () -> Bool) -> Bool {
      for _ in 0..<1000 {
        if condition() { return true }
        usleep(20_000)
      }
      return false
    }
    // An instance, and what it has left beside it, in a session of its own too.
    #expect(wait { service.living.count >= 3 })
    kill(process.identifier, signal)
    if signal != SIGKILL { _ = process.finish() }
    #expect(wait { service.living.isEmpty }, "\(service.living)")
  }
}
