// Workloads by name, from any folder: those built into the binary are the files under workloads/, a
// file of the user's own stands before them and is said to, and a name that is neither is refused
// with where it was looked for.

import Foundation
import Testing

@Suite("Workloads by name")
struct BuiltInWorkloadTests {
  /// A folder of its own, gone after the body.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-names-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(
      atPath: folder + "/workloads", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func soldout(_ arguments: String, in folder: String) throws -> (Int32, String) {
    try Soldout.shell("'\(Soldout.binary.path)' \(arguments)", in: folder)
  }

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(
      atPath: Soldout.root.appending(path: "workloads").path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

  @Test("those built in are the files, to the byte")
  func texts() throws {
    #expect(Self.names.count > 50)
    try inFolder { folder in
      let listed = try soldout("list workloads", in: folder)
      #expect(listed.0 == 0)
      // Under headings; what each is about stands below it.
      let titles = listed.1.split(separator: "\n")
        .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
        .map { String($0.dropFirst(2).prefix { $0 != "," }) }
      #expect(titles.sorted() == Self.names)
      for name in Self.names {
        let file = try String(
          contentsOf: Soldout.root.appending(path: "workloads/\(name).yaml"), encoding: .utf8)
        #expect(try soldout("list workloads --yaml \(name)", in: folder) == (0, file))
      }
    }
  }

  @Test("from any folder, and through a symbolic link, they run and are explored")
  func anywhere() throws {
    try inFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: Soldout.binary.path)
      let run = try Soldout.shell("./link run redis-decr --ops 200 --quiet", in: folder)
      #expect([0, 3].contains(run.0), "\(run.1)")
      #expect(run.1.contains("redis-decr · "), "\(run.1)")
      let explored = try Soldout.shell("./link explore watch-one-set --quiet", in: folder)
      #expect(explored.0 == 0, "\(explored.1)")
      #expect(!(run.1 + explored.1).contains("differs from the built-in"))
    }
  }

  @Test("a file in workloads/ stands before the built-in one, which is said unless it is the same")
  func ownFile() throws {
    try inFolder { folder in
      let path = folder + "/workloads/redis-decr.yaml"
      let notice =
        "redis-decr is read from workloads/redis-decr.yaml, which differs from the built-in"
      let builtIn = try soldout("list workloads --yaml redis-decr", in: folder).1
      try builtIn.write(toFile: path, atomically: true, encoding: .utf8)
      let same = try soldout("run redis-decr --ops 200", in: folder)
      #expect(!same.1.contains(notice), "\(same.1)")
      try "strategies: redis-decr\nclients: 0\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      let refused = try soldout("run redis-decr", in: folder)
      #expect(refused.0 == 65 && refused.1.contains("workloads/redis-decr.yaml:2:"), "\(refused.1)")
      try "strategies: redis-decr\nclients: 3\noperations: 200\n".write(
        toFile: path, atomically: true, encoding: .utf8)
      let own = try soldout("run redis-decr", in: folder)
      #expect(own.1.contains(notice) && own.1.contains("3 clients"), "\(own.1)")
      let quiet = try soldout("run redis-decr --quiet", in: folder)
      #expect(!quiet.1.contains(notice), "\(quiet.1)")
    }
  }

  @Test("a name that is neither is refused with where it was looked for, and what is near")
  func refused() throws {
    try inFolder { folder in
      let nowhere = try soldout("run redis-dcr", in: folder)
      #expect(nowhere.0 == 64)
      #expect(
        nowhere.1.contains("neither built in nor in workloads/redis-dcr.yaml")
          && nowhere.1.contains("did you mean `redis-decr`?"), "\(nowhere.1)")
      for name in ["sale.yaml", "sold.yml"] {
        try "strategies: redis-decr\n".write(
          toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        let near = try soldout("run \(name.prefix(4))", in: folder)
        #expect(near.0 == 64 && near.1.contains("give ./\(name)"), "\(near.1)")
      }
      // By its path, whatever its ending.
      let file = try soldout("run sold.yml --ops 200 --quiet", in: folder)
      #expect([0, 3].contains(file.0) && file.1.hasPrefix("sold · "), "\(file.1)")
    }
  }
}
