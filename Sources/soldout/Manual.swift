// The manual page, generated from the command line's own help, so that the two can't differ.
// Macros are those of man(7); it knows nothing of terminals and pagers.

import ArgumentParser
import Commands
import Foundation

struct Manual {
  /// What ArgumentParser tells of a command (`--experimental-dump-help`), as far as a page needs it.
  private struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var discussion: String?
    var shouldDisplay: Bool?
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  private struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var shouldDisplay: Bool
    var isOptional: Bool
    var isRepeating: Bool
  }

  private struct Dump: Decodable { var command: Command }

  private let root: Command

  init() throws {
    root = try JSONDecoder().decode(Dump.self, from: Data(Self.dump().utf8)).command
  }

  /// What a command line with this option prints.
  private static func dump() throws -> String {
    do {
      _ = try Soldout.parseAsRoot(["--experimental-dump-help"])
    } catch {
      return Soldout.message(for: error)
    }
    throw CLIError("ArgumentParser tells nothing of the commands", .internalError)
  }

  /// The page in roff.
  func text(date: String) -> String {
    var text = ".TH SOLDOUT 1 \"\(date)\" \"soldout \(Version.number)\" \"User Commands\"\n"
    text += ".SH NAME\nsoldout \\- \(Self.escaped(root.abstract ?? ""))\n"
    text += ".SH SYNOPSIS\n.B soldout\n.I command\n[\\fIoptions\\fR]\n"
    text += ".SH DESCRIPTION\n" + Self.paragraphs(root.discussion)
    text += ".SH COMMANDS\n"
    for command in shown(root.subcommands) { text += section(command, under: "soldout") }
    text += """
      .SH FILES
      .TP
      .I workloads/NAME.yaml
      Your own workloads, by name, in the current folder. They take precedence over built-in ones.
      .TP
      .I results/WORKLOAD/latest
      The latest run of a workload: history.jsonl, run.json and report.txt.
      .SH ENVIRONMENT
      .TP
      .B NO_COLOR
      No colour, like \\-\\-no\\-color.
      .TP
      .B TMPDIR
      Where private servers live; /tmp without it.
      .TP
      .B GITHUB_ACTIONS
      If true, unexpected verdicts become annotations too.

      """
    return text
  }

  private func shown(_ commands: [Command]?) -> [Command] {
    (commands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
  }

  private func section(_ command: Command, under parent: String) -> String {
    let name = "\(parent) \(command.commandName)"
    let subcommands = shown(command.subcommands)
    if !subcommands.isEmpty { return subcommands.map { section($0, under: name) }.joined() }
    let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
    var text = ".SS \(Self.escaped(name))\n"
    text += ".B \(Self.escaped(name))\n[\\fIoptions\\fR]\n"
    for argument in arguments where argument.kind == "positional" {
      let dots = argument.isRepeating ? " ..." : ""
      let form = "\\fI\(Self.escaped(argument.valueName ?? ""))\\fR\(dots)"
      text += argument.isOptional ? "[\(form)]\n" : "\(form)\n"
    }
    text += ".PP\n" + Self.escaped(command.abstract ?? "") + "\n"
    text += Self.paragraphs(command.discussion).isEmpty ? "" : ".PP\n"
    text += Self.paragraphs(command.discussion)
    // Every command has these two; the page tells of them once, in the description.
    for argument in arguments where argument.valueName != "help" && argument.valueName != "version"
    {
      text += entry(argument)
    }
    return text
  }

  private func entry(_ argument: Argument) -> String {
    let value = "\\fI\(Self.escaped(argument.valueName ?? ""))\\fR"
    var tag = value
    if argument.kind != "positional" {
      let names = (argument.names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }
      tag = names.map { "\\fB\(Self.escaped($0))\\fR" }.joined(separator: ", ")
      if argument.kind == "option" { tag += " " + value }
    }
    let standard = argument.defaultValue.map { " (default: \($0))" } ?? ""
    return ".TP\n\(tag)\n\(Self.escaped((argument.abstract ?? "") + standard))\n"
  }

  /// Paragraphs of a discussion; indented lines stay as they are.
  private static func paragraphs(_ text: String?) -> String {
    (text ?? "").split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n")
      if lines.allSatisfy({ $0.hasPrefix("  ") }) {
        return ".nf\n" + lines.map { escaped(String($0)) + "\n" }.joined() + ".fi\n"
      }
      return escaped(lines.joined(separator: " ")) + "\n"
    }.joined(separator: ".PP\n")
  }

  /// Plain text as roff shows it: a line must not begin with a control character, and a hyphen is
  /// one that can be copied (groff_man_style(7), "Portability").
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      default: escaped.append(character)
      }
    }
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}

/// `soldout manual`: for `make install`.
struct ManualCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "manual", abstract: "Print the manual page.", shouldDisplay: false)

  @Option(help: "The date of the page.")
  var date = ""

  func run() throws { Terminal.write(try Manual().text(date: date)) }
}
