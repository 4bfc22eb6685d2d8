// The house rules that a compiler can't hold: catalogues that match their folders, walls between
// the modules, sizes, and links that lead somewhere. Every rule is stated in CONTRIBUTING.md.

import Foundation
import Harness
import Testing

private let root = Checkout.own.root

private func files(under folder: String, _ suffix: String) -> [SourceFile] {
  Checkout.own.files(under: folder, suffix)
}

private let sources = files(under: "Sources", ".swift")
private let swiftFiles = sources + files(under: "Tests", ".swift")
private let workloads = files(under: "workloads", ".yaml")
private let documents =
  ["README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md"].map { SourceFile(path: $0) }
  + files(under: "docs", ".md")

@Suite("House rules")
struct TidyTests {
  @Test("there is something to check")
  func nonEmpty() {
    #expect(sources.count > 30 && workloads.count > 5 && documents.count > 3)
  }

  @Test("files stay under 400 lines and leave nothing undone", arguments: swiftFiles)
  fileprivate func size(_ file: SourceFile) {
    #expect(file.lines.count <= 400, "\(file.path)")
    for word in ["TO" + "DO", "FIX" + "ME"] {
      #expect(!file.text.contains(word), "\(word) in \(file.path)")
    }
  }

  @Test("a file opens with what it is for", arguments: sources)
  fileprivate func opening(_ file: SourceFile) {
    #expect(file.text.hasPrefix("// "), "\(file.path) opens without a comment")
  }

  @Test("no file or type is named for nothing", arguments: swiftFiles)
  fileprivate func naming(_ file: SourceFile) {
    for word in ["Util", "Helper", "Manager", "Common", "Misc"] {
      #expect(!file.path.contains(word))
    }
  }

  @Test("a file is named after a type that it declares or extends", arguments: sources)
  fileprivate func fileName(_ file: SourceFile) {
    #expect(file.nameFault == nil)
  }

  @Test("a file named after something else is found")
  func foreignName() {
    let text = "// For a test.\n\nstruct Lock {}\n\nextension History.Key {}\n"
    #expect(SourceFile.nameFault(of: "Lock.swift", text) == nil)
    #expect(SourceFile.nameFault(of: "Key+Text.swift", text) == nil)
    #expect(SourceFile.nameFault(of: "Locks.swift", text) == "Locks.swift declares no Locks")
    #expect(SourceFile.nameFault(of: "Key.swift", text) == "Key.swift declares no Key")
  }

  @Test("History and Checker see neither clock, file, socket nor thread", arguments: sources)
  fileprivate func purity(_ file: SourceFile) {
    guard file.path.hasPrefix("Sources/History") || file.path.hasPrefix("Sources/Checker") else {
      return
    }
    for module in ["Foundation", "Glibc", "Darwin", "Dispatch", "Drivers", "Harness"] {
      #expect(!file.text.contains("import \(module)\n"), "\(file.path) imports \(module)")
    }
  }

  @Test("scheduling and search see neither clock, socket nor task", arguments: sources)
  fileprivate func pureScheduling(_ file: SourceFile) {
    guard
      ["Scheduling", "Search"].contains(where: { file.path.hasPrefix("Sources/Explorer/\($0)/") })
    else { return }
    for word in ["EventLoop", "await ", "RedisConnection", "Task", "ContinuousClock"] {
      #expect(!file.text.contains(word), "\(file.path) speaks of \(word)")
    }
  }

  @Test("C stays in Drivers", arguments: sources)
  fileprivate func libraries(_ file: SourceFile) {
    guard !file.path.hasPrefix("Sources/Drivers") else { return }
    for module in ["CHiredis", "CLibPQ", "CMariaDB", "COpenSSL", "CSystem", "CZlib"] {
      #expect(!file.text.contains("import \(module)\n"), "\(file.path) imports \(module)")
    }
  }

  @Test("what the compiler can't check says why it is safe", arguments: sources)
  fileprivate func unchecked(_ file: SourceFile) {
    let promise = "@unchecked " + "Sendable"
    for (number, line) in file.lines.enumerated()
    where line.contains(promise) && !line.contains("///") {
      let above = file.lines[max(0, number - 8)..<number].joined(separator: "\n")
      let isExplained =
        above.contains("`" + promise) || file.lines[max(0, number - 1)].contains("///")
      #expect(isExplained, "\(file.path):\(number + 1) gives no reason")
    }
  }

  @Test("every strategy and fault is catalogued, and every entry has its file and workload")
  func catalogues() {
    #expect(Checkout.own.catalogueFaults == [])
    let strategies = Checkout.own.cards(under: "Sources/Harness/Strategies", "StrategyCard")
    #expect(strategies.map(\.name).sorted() == Catalogue.names.sorted())
    let faults = Checkout.own.cards(under: "Sources/Harness/Faults", "FaultCard")
    #expect(faults.map(\.name).sorted() == FaultCatalogue.names.sorted())
  }

  @Test("every workload reads and says what it is about", arguments: workloads)
  fileprivate func workload(_ file: SourceFile) throws {
    let name = URL(filePath: file.path).deletingPathExtension().lastPathComponent
    let workload = try Workload(
      yaml: file.text, name: name, file: file.path, strategies: Catalogue.names)
    #expect(!workload.about.isEmpty)
  }

  @Test("every relative link leads somewhere", arguments: documents)
  fileprivate func links(_ file: SourceFile) {
    let folder = root.appending(path: file.path).deletingLastPathComponent()
    for match in file.text.matches(of: /\]\(([^)#:\s]+)(#[^)]*)?\)/) {
      let target = folder.appending(path: String(match.1)).path
      #expect(FileManager.default.fileExists(atPath: target), "\(file.path) links to \(match.1)")
    }
  }
}
