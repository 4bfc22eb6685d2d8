// Every command of the README is run, in its order, in a folder where the files it names exist; its
// workload is read. What is not run is named here, with the reason.

import Foundation
import Harness
import Testing

private let readme =
  (try? String(contentsOf: Soldout.root.appending(path: "README.md"), encoding: .utf8)) ?? ""

/// The fenced blocks of a language.
private func blocks(_ language: String) -> [String] {
  readme.split(separator: "\n```", omittingEmptySubsequences: false)
    .compactMap { piece in
      let prefix = language + "\n"
      return piece.hasPrefix(prefix) ? String(piece.dropFirst(prefix.count)) : nil
    }
}

/// Command lines without their comments.
private let commands = blocks("sh").flatMap { block in
  block.split(separator: "\n").map {
    String($0.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces)
  }
}.filter { !$0.isEmpty }

@Suite("README", .serialized)
struct ReadmeTests {
  /// Why a command is not run here, nil for one that is.
  private static func reason(_ command: String) -> String? {
    if command.hasPrefix("make ") {
      return "builds, or runs these tests; that its target exists is"
    }
    if command.contains("://") { return "needs servers of the reader's own" }
    return nil
  }

  /// Files that commands name, each in the form its name promises.
  private static let files = [
    "history.edn": """
    {:process 0, :type :invoke, :f :write, :value 1}
    {:process 0, :type :ok, :f :write, :value 1}
    {:process 1, :type :invoke, :f :cas, :value [1 2]}
    {:process 1, :type :ok, :f :cas, :value [1 2]}

    """,
    "log.edn": """
    {:process 0, :type :invoke, :f :acquire, :value nil}
    {:process 0, :type :ok, :f :acquire, :value nil}
    {:process 0, :type :invoke, :f :release, :value nil}
    {:process 0, :type :ok, :f :release, :value nil}

    """,
    "history.jsonl": """
    {"soldout":1,"model":"stock","initial":{"item-0":1}}
    {"process":1,"type":"invoke","f":"take","key":"item-0","value":1,"time":2}
    {"process":1,"type":"ok","f":"take","key":"item-0","value":0,"time":3}

    """,
    "etcd_000.log": """
    INFO  jepsen.util - 0\t:invoke\t:read\tnil
    INFO  jepsen.util - 0\t:ok\t:read\tnil

    """,
  ]

  @Test("there are commands to run")
  func isRead() {
    #expect(commands.count { Self.reason($0) == nil } >= 12)
    #expect(blocks("yaml").count == 1)
  }

  @Test("the example that it begins with is the file, in both languages")
  func example() throws {
    let file = Soldout.root.appending(path: "Examples/flask-shop/racy.yaml")
    let yaml = try String(contentsOf: file, encoding: .utf8)
    let korean = try String(
      contentsOf: Soldout.root.appending(path: "README.ko.md"), encoding: .utf8)
    #expect(readme.contains(yaml) && korean.contains(yaml))
  }

  @Test("every command does what it says")
  func run() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-readme-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in Self.files {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    for command in commands where Self.reason(command) == nil {
      let (code, text) = try Soldout.shell(
        "soldout() { '\(Soldout.binary.path)' \"$@\"; }; \(command)", in: folder)
      // A run of a broken strategy is as expected; looking at it again by `check` and `report` too.
      #expect(code == 0, "\(command): \(text)")
      #expect(!text.isEmpty, "\(command)")
      for line in text.split(separator: "\n") where !command.contains("--json") {
        let isCopied = ["Recheck: ", "Closer: ", "Again: "].contains(where: line.hasPrefix)
        #expect(line.count <= 80 || isCopied || command.contains("convert"), "\(command): \(line)")
      }
    }
  }

  @Test("every make target exists", arguments: commands.filter { $0.hasPrefix("make ") })
  func targets(_ command: String) throws {
    let makefile = try String(
      contentsOf: Soldout.root.appending(path: "Makefile"), encoding: .utf8)
    let target = command.split(separator: " ")[1]
    #expect(makefile.contains("\n\(target):"), "\(target)")
  }

  @Test("the workload reads")
  func workload() throws {
    for yaml in blocks("yaml") {
      _ = try Workload(
        yaml: yaml + "\n", name: "readme", file: "readme.yaml", strategies: Catalogue.names)
    }
  }
}
