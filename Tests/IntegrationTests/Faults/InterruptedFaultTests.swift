// A run that is ended in the midst of its faults, gently or by kill -9, leaves no process, no
// directory and no shared memory.

import Foundation
import Glibc
import Testing

@testable import Drivers

@Suite("A run interrupted in the midst of its faults", .serialized)
struct InterruptedFaultTests {
  struct Ending: Sendable, CustomTestStringConvertible {
    var name: String
    var signal: Int32
    /// The exit code; nil where the signal itself is the end.
    var code: Int32?
    var testDescription: String { name }
  }

  /// A server that stands still, another one killed, a disk made slow, proxies before both.
  private static let faults = [
    "--fault", "server-pause:server=postgres,for=30s,first=1ms,times=1",
    "--fault", "clock-jump:for=30s,first=1ms,times=1", "--fault", "latency:for=30s,first=1ms",
    "--fault", "server-kill:server=redis,for=30s,first=1ms,times=1",
  ]

  @Test(
    "leaves nothing behind",
    arguments: [
      Ending(name: "SIGINT", signal: SIGINT, code: nil),
      Ending(name: "SIGTERM", signal: SIGTERM, code: nil),
      Ending(name: "SIGKILL", signal: SIGKILL, code: SIGKILL),
    ])
  func nothingLeft(_ ending: Ending) throws {
    try interrupt(
      { ["run", "redisson-lock", "--duration", "60s", "--output", "\($0)/results"] + Self.faults },
      with: ending,
      when: { place in
        let history = "\(place)/results/redisson-lock/latest/history.jsonl"
        let text = (try? String(contentsOfFile: history, encoding: .utf8)) ?? ""
        return ["server-pause", "clock-jump", "latency", "server-kill"].allSatisfy {
          text.contains("\"process\":\"nemesis\",\"type\":\"info\",\"f\":\"\($0)\"")
        }
      })
  }

  @Test(
    "a hunt for mutants neither",
    arguments: [
      Ending(name: "SIGINT", signal: SIGINT, code: nil),
      Ending(name: "SIGKILL", signal: SIGKILL, code: SIGKILL),
    ])
  func noHuntLeft(_ ending: Ending) throws {
    // Five Redis servers, PostgreSQL with its children, and the watchdog.
    try interrupt(
      { _ in ["mutants", "redlock.two-of-five", "--originals", "1000", "--quiet"] }, with: ending,
      when: { processes(in: $0).count > 6 })
  }

  /// Runs a command, ends it once it has got so far, and looks for what is left.
  private func interrupt(
    _ arguments: (String) -> [String], with ending: Ending,
    when hasCome: (String) -> Bool
  ) throws {
    let place = "/tmp/soldout-test-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    // Servers may run as somebody else, who must get here.
    chmod(place, 0o755)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let run = try SoldoutProcess(arguments(place), environment: ["TMPDIR": place])
    #expect(eventually { hasCome(place) }, "it did not get so far: \(run.isRunning)")
    let ours = processes(in: place)
    #expect(!ours.isEmpty)
    Glibc.kill(run.identifier, ending.signal)
    let (code, text) = run.finish()
    if let expected = ending.code { #expect(code == expected, "\(text)") }
    #expect(eventually { processes(in: place).isEmpty }, "\(processes(in: place)) live")
    #expect(eventually { folders(in: place).isEmpty }, "\(folders(in: place)) are left")
    #expect(sharedMemory(of: ours) == [])
    #expect(mounts(in: place) == [])
  }

  private func folders(in place: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [])
      .filter { $0.hasPrefix("soldout-") }
  }
}
