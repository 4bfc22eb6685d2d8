// A standard output that takes nothing: closed, full, without a reader. Whatever the command, it ends
// with 74 and a sentence, and never as if all had been told. No servers.

import Foundation
import Testing

private let sale =
  #"{"process":0,"type":"invoke","f":"take","key":"a","value":1,"time":1}\n"#
  + #"{"process":0,"type":"ok","f":"take","key":"a","value":0,"time":2}\n"#

private let commands = [
  "--help", "--version", "help check", "--generate-completion-script bash", "list",
  "list faults", "mutants --list", "list workloads", "list models", "list --markdown",
  "check h.jsonl --initial 1", "check h.jsonl --initial 1 --json", "report h.jsonl --initial 1",
  "report h.jsonl --initial 1 --json", "report h.jsonl --around 0", "lint h.jsonl",
  "convert h.jsonl", "convert --to edn h.jsonl",
  "check h.jsonl --initial 1 --certificate c --junit j >/dev/full; $S verify --initial 1 c h.jsonl",
  "bench checker --operations 100",
]

@Suite("Standard output")
struct StandardOutputTests {
  /// Runs a shell's line in a folder with a history.
  private func shell(_ line: String) throws -> (Int32, String) {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/workloads", withDestinationPath: Soldout.root.path + "/workloads")
    let start = "S='\(Soldout.lab.path)'; printf '%b' '\(sale)' > h.jsonl; "
    return try Soldout.shell(start + line, in: folder)
  }

  @Test("closed: exit code 74 and why", arguments: commands)
  func closed(_ command: String) throws {
    let (code, output) = try shell("$S \(command) >&-")
    #expect(code == 74, "\(output)")
    #expect(output.contains("the standard output cannot be written: it is closed"), "\(output)")
  }

  @Test("full: exit code 74 and why", arguments: commands)
  func full(_ command: String) throws {
    let (code, output) = try shell("$S \(command) >/dev/full")
    #expect(code == 74, "\(output)")
    #expect(output.contains("the standard output cannot be written: the disk is full"), "\(output)")
  }

  @Test("a reader that has left: exit code 74, and nothing more to say")
  func left() throws {
    // `true` reads nothing and is gone before the first word is written.
    let (_, output) = try shell("{ sleep 1; $S list; echo $? > code; } | true; cat code")
    #expect(output == "74\n")
  }

  @Test("standard error closed or full: nobody can be told, and nothing else changes")
  func error() throws {
    for target in ["2>&-", "2>/dev/full"] {
      #expect(try shell("$S check nofile \(target)").0 == 74)
      #expect(try shell("$S check h.jsonl --initial 1 \(target)").0 == 0)
    }
  }

  @Test("a file opened where the standard output was closed gets no report")
  func mixed() throws {
    let (_, output) = try shell(
      "$S check h.jsonl --initial 1 --junit j.xml >&- 2>&-; echo $?; head -c 5 j.xml; "
        + "grep -c linearizable j.xml")
    #expect(output.hasPrefix("74\n<?xml"), "\(output)")
  }
}
