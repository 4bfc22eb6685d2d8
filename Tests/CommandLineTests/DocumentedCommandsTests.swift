// What the documents say of the command line, held against the command line: every option they name
// exists, and what the pages under docs/ show as commands runs.

import Foundation
import Testing

/// A page, and the commands in it.
private struct Page: Sendable, CustomTestStringConvertible {
  var path: String

  var text: String {
    (try? String(contentsOf: Soldout.root.appending(path: path), encoding: .utf8)) ?? ""
  }

  var testDescription: String { path }

  /// `soldout …` of blocks and code spans; a command goes on over lines that end in a backslash.
  var commands: [Substring] {
    let joined = text.replacing(" \\\n", with: " ")
    return joined.matches(of: /(?:^|[\s`"$\/])(soldout(?:-lab)? [a-z][^`\n#|"]*)/).map(\.1)
  }

  /// Lines of the blocks of shell.
  var lines: [String] {
    text.split(separator: "\n```", omittingEmptySubsequences: false)
      .filter { $0.hasPrefix("sh\n") }
      .flatMap { $0.split(separator: "\n").dropFirst() }
      .map { String($0.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  static let docs = [
    "ARCHITECTURE", "adding-things", "checking", "choosing-a-strategy", "exploring", "formats",
    "reports", "semantics", "your-own-code", "your-own-servers",
  ].map { Page(path: "docs/\($0).md") }

  static let all =
    docs
    + [
      "README.md", "README.ko.md", "CONTRIBUTING.md", "CHANGELOG.md", "Examples/github-actions.yml",
    ]
    .map { Page(path: $0) }
}

@Suite("Documented commands", .serialized)
struct DocumentedCommandsTests {
  /// Words after `soldout` that are commands, with the options each has.
  private static let options: [String: String] = {
    var options: [String: String] = [:]
    let help = (try? Soldout.run(["--help"]).output) ?? ""
    for match in help.matches(of: /(?m)^  ([a-z]+) {2,}/) {
      let command = String(match.1)
      options[command] = (try? Soldout.run([command, "--help"]).output) ?? ""
    }
    options["mutants"] = (try? Soldout.run(["mutants", "--help"]).output) ?? ""
    for bench in ["driver", "checker", "explorer", "program"] {
      options["bench", default: ""] += (try? Soldout.run(["bench", bench, "--help"]).output) ?? ""
    }
    return options
  }()

  @Test("every page has been read")
  func isRead() throws {
    let found = try FileManager.default
      .contentsOfDirectory(atPath: Soldout.root.appending(path: "docs").path)
      .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    #expect(found.sorted() == Page.docs.map(\.path).sorted())
    #expect(Self.options.count > 10)
    #expect(Page.all.reduce(0) { $0 + $1.commands.count } > 60)
  }

  @Test("name commands and options that there are", arguments: Page.all)
  fileprivate func options(_ page: Page) throws {
    for text in page.commands {
      let words = text.split(separator: " ")
      let command = String(words[1])
      // Prose: "soldout starts private servers".
      guard let help = Self.options[command] else { continue }
      for option in text.matches(of: /(?:^| )(--[a-z][a-z-]*)/).map(\.1) {
        let isKnown =
          help.contains("\(option) ") || help.contains("\(option)\n")
          || option == "--help" || help.contains("\(option)/")
        #expect(isKnown, "\(page.path): \(text)")
      }
    }
  }

  /// Why a line is not run here, nil for one that is.
  private static func reason(_ line: String) -> String? {
    if line.contains("redis-get-decr") || line.contains("script-flush")
      || line.contains("overbooked-stock")
    {
      return "is of what the reader adds; Tests/IntegrationTests/Worked runs it"
    }
    if line.contains("bench") { return "measures for minutes" }
    return nil
  }

  private static let lock = """
    {:process 0, :type :invoke, :f :acquire, :value nil}
    {:process 0, :type :ok, :f :acquire, :value nil}
    {:process 0, :type :invoke, :f :release, :value nil}
    {:process 0, :type :ok, :f :release, :value nil}

    """

  @Test("show commands that run", arguments: Page.docs)
  fileprivate func run(_ page: Page) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-docs-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.lock.write(toFile: "\(folder)/history.edn", atomically: true, encoding: .utf8)
    for line in page.lines where Self.reason(line) == nil {
      let (code, text) = try Soldout.shell(
        """
        soldout() { '\(Soldout.binary.path)' "$@"; }
        soldout_lab() { '\(Soldout.lab.path)' "$@"; }
        \(line.replacingOccurrences(of: "soldout-lab ", with: "soldout_lab "))
        """, in: folder)
      #expect(code == 0 && !text.isEmpty, "\(line): \(text)")
    }
  }

  /// What the README shows of measurements is what was measured.
  @Test(
    "README and README.ko show lines of results/comparison.txt",
    arguments: ["README.md", "README.ko.md"])
  func table(_ path: String) throws {
    let measured = try String(
      contentsOf: Soldout.root.appending(path: "results/comparison.txt"), encoding: .utf8
    ).split(separator: "\n")
    let shown = Page(path: path).text.split(separator: "\n")
      .filter { $0.contains(/\s(lin\.|VIOL\.)\s+[0-9]+\/[0-9]+\s/) }
    #expect(shown.count > 5)
    for line in shown { #expect(measured.contains(line), "\(line)") }
  }
}
