// A fault that can't be injected here is refused before anything starts, in one sentence with exit
// code 69: here, where the library for faulty clocks and disks does not lie beside the program.

import Foundation
import Testing

@Suite("Faults that can't be injected here")
struct RefusedFaultTests {
  @Test(
    "are refused before the run",
    arguments: [
      "run redis-lua --fault clock-jump",
      "run redis-lua --fault server-kill:persistence=everysec,fsync-delay=5s",
      "compare --strategies redis-lua --fault clock-jump", "run redlock-clock-jump",
      "mutants redis-lua.no-check redlock.stops-at-majority",
    ])
  func refused(_ arguments: String) throws {
    let place = FileManager.default.temporaryDirectory
      .appending(path: "soldout-refusal-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let output = arguments.hasPrefix("mutants") ? "" : " --results \(place)/results"
    let binary = output.isEmpty ? Soldout.lab : Soldout.binary
    try FileManager.default.copyItem(atPath: binary.path, toPath: "\(place)/soldout")
    let workloads = Soldout.root.appending(path: "workloads").path
    try FileManager.default.createSymbolicLink(
      atPath: "\(place)/workloads", withDestinationPath: workloads)
    let options = arguments.hasPrefix("run") ? " --output \(place)/results" : output
    let (code, text) = try Soldout.shell(
      "TMPDIR=\(place) ./soldout \(arguments)\(options)", in: place)
    #expect(code == 69, "\(text)")
    #expect(text.contains("libServerShim.so"), "\(text)")
    #expect(text.split(separator: "\n").count <= 3, "\(text)")
    let left = try FileManager.default.contentsOfDirectory(atPath: place)
    #expect(Set(left).subtracting(["soldout", "workloads", "results"]).isEmpty, "\(left)")
  }
}
