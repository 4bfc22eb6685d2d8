// What docs/adding-things.md tells a reader to do is done, to a copy of the sources, with the document's
// own code: it is formatted, it compiles with the rest of its module, and every catalogue still agrees
// with its folder. So a strategy is a file, a line and a workload, as the document says.

import Foundation
import Testing

@Suite("Adding things as the document says", .serialized)
struct WorkedAdditionTests {
  private static let document = SourceFile(path: "docs/adding-things.md").text

  /// Code blocks by the file that the text before them says they belong in.
  private static var files: [(path: String, text: String)] {
    let pattern = /`((?:Sources|workloads)\/[\w\/-]+\.(?:swift|yaml))`:\n+```\w+\n([\s\S]*?)```/
    return document.matches(of: pattern).map { (String($0.1), String($0.2)) }
  }

  /// Lines that the text says to add to a list, by the list's file.
  private static var entries: [(type: String, list: String)] {
    document.matches(of: /[Aa]dd `(\w+)\.self` to the list in `(\w+\.swift)`/)
      .map { (String($0.1), "Sources/Harness/" + $0.2) }
  }

  /// A copy of what the additions touch and what is held against it.
  private static func copy() throws -> Checkout {
    let root = FileManager.default.temporaryDirectory
      .appending(path: "soldout-added-\(UInt64.random(in: 0...UInt64.max))")
    for folder in ["Sources/Harness", "workloads"] {
      let target = root.appending(path: folder)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Checkout.own.root.appending(path: folder), to: target)
    }
    return Checkout(root: root)
  }

  private static func add(_ files: [(path: String, text: String)], to copy: Checkout) throws {
    for (path, text) in files {
      try text.write(
        to: copy.root.appending(path: path), atomically: true, encoding: .utf8)
    }
  }

  private static func list(_ entries: [(type: String, list: String)], in copy: Checkout) throws {
    for (type, list) in entries {
      let text = SourceFile(path: list, in: copy).text
      // At the end of the first list of types.
      let end = try #require(text.range(of: ".self,\n  ]\n"))
      let changed = text.replacingCharacters(in: end, with: ".self,\n    \(type).self,\n  ]\n")
      try changed.write(
        to: copy.root.appending(path: list), atomically: true, encoding: .utf8)
    }
  }

  @Test("the document names files and lists")
  func isRead() {
    #expect(
      Self.files.map(\.path) == [
        "Sources/Harness/Strategies/Redis/RedisGetDecr.swift", "workloads/redis-get-decr.yaml",
        "Sources/Harness/Faults/ScriptFlush.swift",
      ])
    #expect(Self.entries.map(\.type) == ["RedisGetDecr", "ScriptFlush"])
  }

  @Test("catalogues and folders agree afterwards, and not if a step was left out")
  func catalogues() throws {
    #expect(Checkout.own.catalogueFaults == [])
    let copy = try Self.copy()
    defer { try? FileManager.default.removeItem(at: copy.root) }
    try Self.add(Self.files.filter { $0.path.hasSuffix(".swift") }, to: copy)
    #expect(
      copy.catalogueFaults == [
        "RedisGetDecr is not in Sources/Harness/Catalogue.swift",
        "ScriptFlush is not in Sources/Harness/FaultCatalogue.swift",
        "redis-get-decr has no workload",
      ])
    try Self.list(Self.entries, in: copy)
    #expect(copy.catalogueFaults == ["redis-get-decr has no workload"])
    try Self.add(Self.files, to: copy)
    #expect(copy.catalogueFaults == [])
  }

  @Test("the new files are formatted, and the module compiles with them and without a warning")
  func compiles() throws {
    let copy = try Self.copy()
    defer { try? FileManager.default.removeItem(at: copy.root) }
    try Self.add(Self.files, to: copy)
    try Self.list(Self.entries, in: copy)
    let settings = Checkout.own.root.appending(path: ".swift-format").path
    let changed = (Self.files.map(\.path) + Self.entries.map(\.list)).filter {
      $0.hasSuffix(".swift")
    }
    let lint = try Self.run(
      ["swift", "format", "lint", "--strict", "--configuration", settings]
        + changed.map { copy.root.appending(path: $0).path })
    #expect(lint.status == 0, "\(lint.output)")
    let sources = copy.files(under: "Sources/Harness", ".swift")
      .map { copy.root.appending(path: $0.path).path }
    let compiler = try Self.run(try Self.compiler(of: "Harness") + sources)
    #expect(compiler.status == 0, "\(compiler.output.suffix(2000))")
  }

  /// How the build compiles a module, but only to see whether it would (llbuild's manifest).
  private static func compiler(of module: String) throws -> [String] {
    let manifest = try String(
      contentsOf: Checkout.own.root.appending(path: ".build/debug.yaml"), encoding: .utf8)
    let start = "args: ["
    let line = try #require(
      manifest.split(separator: "\n").first {
        $0.contains(start) && $0.contains("\"-module-name\",\"\(module)\",\"-emit-dependencies\"")
      })
    let list = line.drop { $0 != "[" }
    var words = try JSONDecoder().decode([String].self, from: Data(list.utf8))
    for option in ["-emit-module-path", "-output-file-map", "-index-store-path"] {
      guard let place = words.firstIndex(of: option) else { continue }
      words.removeSubrange(place...(place + 1))
    }
    let outputs: Set = [
      "-emit-dependencies", "-emit-module", "-incremental", "-c", "-serialize-diagnostics",
      "-enable-batch-mode",
    ]
    return words.filter { !outputs.contains($0) && !$0.hasPrefix("@") } + ["-typecheck"]
  }

  private static func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = Checkout.own.root
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }
}
