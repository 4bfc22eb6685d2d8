// What `make install` puts where, from the binary that was built beside the tests: it runs from
// PATH, finds its workloads, and `make uninstall` leaves nothing.

import Foundation
import Testing

@Suite("Installed")
struct InstallTests {
  @Test("it runs from anywhere, is complete, and can be removed without a trace")
  func installs() throws {
    let prefix = FileManager.default.temporaryDirectory
      .appending(path: "soldout-install-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: prefix, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: prefix) }
    let script = Soldout.root.appending(path: "scripts/install").path
    let install = try Soldout.shell("'\(script)' '\(Soldout.binary.path)' '\(prefix)'", in: "/")
    #expect(install.0 == 0, "\(install.1)")

    // Elsewhere, found on PATH, and through a symbolic link.
    let listed = try Soldout.shell("PATH='\(prefix)/bin':$PATH soldout list workloads", in: "/")
    #expect(listed.0 == 0 && listed.1.contains("redis-decr\n"), "\(listed.1)")
    try FileManager.default.createSymbolicLink(
      atPath: prefix + "/link", withDestinationPath: prefix + "/bin/soldout")
    let linked = try Soldout.shell("'\(prefix)/link' list workloads", in: "/")
    #expect(linked.1.contains("redis-decr\n"))
    try FileManager.default.removeItem(atPath: prefix + "/link")

    // Faults that need the library find it, also from there.
    let refused = try Soldout.shell(
      "'\(prefix)/bin/soldout' run redlock --fault clock-jump --ops 20 --output '\(prefix)/out'",
      in: "/")
    #expect(refused.0 != 69, "\(refused.1)")
    try FileManager.default.removeItem(atPath: prefix + "/out")

    let page = try String(contentsOfFile: prefix + "/share/man/man1/soldout.1", encoding: .utf8)
    #expect(page.hasPrefix(".TH SOLDOUT 1 "))
    for shell in ["bash-completion/completions/soldout", "zsh/site-functions/_soldout"] {
      let text = try String(contentsOfFile: "\(prefix)/share/\(shell)", encoding: .utf8)
      #expect(text.contains("doctor") && text.contains("redisson-lock"), "\(shell)")
    }
    let completion = prefix + "/share/bash-completion/completions/soldout"
    #expect(try Soldout.shell("bash -n '\(completion)'", in: "/").0 == 0)

    #expect(try Soldout.shell("'\(script)' --remove '\(prefix)'", in: "/").0 == 0)
    let left = try Soldout.shell("find '\(prefix)' ! -type d", in: "/")
    #expect(left == (0, ""))
  }

  @Test("a prefix that can't be written to is refused in a sentence")
  func refuses() throws {
    let script = Soldout.root.appending(path: "scripts/install").path
    let install = try Soldout.shell("'\(script)' '\(Soldout.binary.path)' /proc/nowhere", in: "/")
    #expect(install.0 == 74)
    #expect(install.1.contains("make install PREFIX="), "\(install.1)")
  }

  @Test("the manual has every command with every option of its help")
  func manual() throws {
    let page = try Soldout.run(["manual"]).output
    let commands = try Soldout.run(["--help"]).output.matches(of: /(?m)^  ([a-z]+) {2,}/)
      .map { String($0.1) }.filter { $0 != "help" }
    #expect(commands.count > 8)
    for command in commands {
      #expect(page.contains(".SS soldout \(command)\n"), "\(command)")
      let help = try Soldout.run([command, "--help"]).output
      for match in help.matches(of: /(?m)^  (--[a-z-]+)/) where match.1 != "--version" {
        let option = match.1.replacingOccurrences(of: "-", with: "\\-")
        #expect(page.contains("\\fB\(option)\\fR"), "\(command) \(match.1)")
      }
    }
    // Outside of requests and escapes a line never begins with a control character.
    for line in page.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(line.wholeMatch(of: /\.(TH|SH|SS|TP|PP|B|I|nf|fi)( .*)?/) != nil, "\(line)")
    }
  }
}
