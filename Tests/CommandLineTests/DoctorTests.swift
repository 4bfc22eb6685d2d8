// `soldout doctor` on machines that have everything, and on one that lacks what no run works without.

import Foundation
import Testing

@Suite("soldout doctor")
struct DoctorTests {
  /// The check-up, with so many folders to find programs in.
  private static func doctor(path: String) throws -> (code: Int32, lines: [Substring]) {
    let run = try Soldout.shell(
      "PATH='\(path)' '\(Soldout.binary.path)' doctor", in: Soldout.root.path)
    return (run.0, run.1.split(separator: "\n"))
  }

  /// A line for a thing, and what is said to mend it.
  private static func isWhole(_ lines: [Substring]) -> Bool {
    lines.indices.dropLast().allSatisfy { place in
      let line = lines[place]
      if line.hasPrefix("ok ") || line.hasPrefix(" ") { return true }
      guard line.hasPrefix("doubtful ") || line.hasPrefix("MISSING ") else { return false }
      // The advice follows before the next thing.
      let rest = lines[(place + 1)...].prefix { $0.hasPrefix(" ") }
      return rest.contains { $0.contains("→ ") }
    }
  }

  @Test("finds this machine fit, each line ok or with what mends it")
  func fit() throws {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let (code, lines) = try Self.doctor(path: path)
    #expect(code == 0, "\(lines)")
    #expect(lines.last?.hasPrefix("Nothing is missing") == true)
    #expect(Self.isWhole(lines), "\(lines)")
    for name in ["redis-server", "postgres", "open files", "clock", "user"] {
      #expect(lines.contains { $0.contains(" \(name) ") }, "\(name)")
    }
  }

  @Test("ends with 69 where a server is missing, and says how to get it")
  func missing() throws {
    // All there is on PATH but one program.
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-doctor-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for program in ["sh", "ls", "rm", "rmdir", "cp", "kill", "sleep", "setpriv", "ipcrm"] {
      let found = ["/usr/bin", "/bin"].map { "\($0)/\(program)" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
      guard let found else { continue }
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(program)", withDestinationPath: found)
    }
    let (code, lines) = try Self.doctor(path: folder)
    #expect(code == 69, "\(lines)")
    #expect(Self.isWhole(lines), "\(lines)")
    #expect(lines.contains { $0.hasPrefix("MISSING ") && $0.contains("redis-server") }, "\(lines)")
    #expect(lines.contains { $0.contains("→ apt-get install redis-server") }, "\(lines)")
    #expect(lines.last?.hasPrefix("Missing: redis-server.") == true, "\(lines)")
    #expect(lines.allSatisfy { $0.count <= 80 })
  }
}
