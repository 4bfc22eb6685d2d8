// A shop in Python that soldout's binary drives, in a folder of its own; and who is left of it.

import Foundation
import Glibc
import Testing

/// A program, a workload that drives it, and their place.
struct DrivenShop {
  let folder: String
  /// What every process of it has in its environment.
  let sign: String

  /// The shop of Tests/Programs with a quirk; `rest` are further lines of the workload, `program` further
  /// ones of its program.
  init(_ quirk: String, program: [String] = [], rest: [String] = [], command: String? = nil) throws
  {
    folder =
      FileManager.default.temporaryDirectory
      .appending(path: "soldout-driven-\(UInt64.random(in: 0...UInt64.max))").path
    sign = "SHOP_SIGN=\(folder)"
    try FileManager.default.createDirectory(
      atPath: folder + "/store", withIntermediateDirectories: true)
    let shop = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Programs/shop.py").path
    let lines =
      [
        "program:", "  command: \(command ?? "python3 \(shop) \(quirk)")",
        "  env: {STORE: \(folder)/store, SHOP_SIGN: \(folder)}",
      ] + program + ["clients: 3", "stock: 20", "operations: 60", "deadline: 2s"] + rest
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: workload, atomically: true, encoding: .utf8)
  }

  var workload: String { folder + "/shop.yaml" }

  var arguments: [String] { ["run", workload, "--output", folder + "/results", "--seed", "5eed"] }

  /// Runs it to its end; nothing of it is left then.
  func run(_ options: [String] = []) throws -> (code: Int32, text: String) {
    let result = try SoldoutProcess(arguments + options).finish()
    #expect(living == [], "left running")
    return result
  }

  /// The processes that carry its sign.
  var living: [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
      .filter { pid in
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else {
          return false
        }
        return bytes.split(separator: 0).contains { $0.elementsEqual(sign.utf8) }
      }
  }

  /// Waits until a condition holds, for twenty seconds at most.
  func wait(for condition: () -> Bool) -> Bool {
    for _ in 0..<1000 {
      if condition() { return true }
      usleep(20_000)
    }
    return false
  }

  /// A file of its latest results.
  func result(_ name: String) -> String {
    let path = folder + "/results/shop/latest/" + name
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
