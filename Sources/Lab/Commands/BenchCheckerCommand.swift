// `soldout-lab bench checker`: how the time and memory of a verdict grow with the history.

import ArgumentParser
import Checker
import Commands
import Drivers
import Foundation
import History

extension SyntheticHistory.Object: ExpressibleByArgument {}
extension SyntheticHistory.Defect: ExpressibleByArgument {}

struct BenchCheckerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checker",
    abstract: "The checking engines on generated histories, or on files.",
    discussion: """
      Generates a history of each size, judges it, and requires the verdict it was generated for. \
      With --file, reads and judges these histories instead. Peak memory is the whole process's \
      so far, history included: give sizes in rising order.
      """)

  @Option(help: "What the history is about.")
  var model = SyntheticHistory.Object.stock

  @Option(help: "Clients that call at the same time.")
  var clients = 16

  @Option(help: "Numbers of operations, separated by commas.")
  var operations = "1000,10000,100000,1000000"

  @Option(help: "The share of calls that read (of a queue: dequeue), from 0 to 1.")
  var reads = 0.2

  @Option(help: "The share of calls without a reply, from 0 to 1.")
  var indeterminate = 0.001

  @Option(help: "The defect planted in the middle.")
  var defect = SyntheticHistory.Defect.none

  @Option(help: "Equal seeds give equal histories.")
  var seed: UInt64 = 1

  @Option(help: "The engine: auto, search, or a monitor by name.")
  var engine = "auto"

  @Option(help: "Time and memory the search may take, such as 60s,1GB.")
  var budget = "60s,1GB"

  @Option(parsing: .upToNextOption, help: "Time the reading and judging of these histories.")
  var file: [String] = []

  @Option(help: "Write the history of the last size to this file and judge none.")
  var write: String?

  func run() throws {
    let bench = CheckerBench(
      engine: engine == "auto" ? .auto : .named(engine), budget: try Limits(text: budget))
    if !file.isEmpty {
      Terminal.tell(CheckerBench.fileHeading)
      for path in file { Terminal.tell(try bench.measure(file: path)) }
      return
    }
    let shapes = try shapes()
    try NamedOutput.check([NamedOutput("--write", write)])
    if let write {
      guard let shape = shapes.last else { return }
      return try OutputFile(write).write(shape.history().jsonLines())
    }
    Terminal.tell(CheckerBench.heading)
    for shape in shapes { Terminal.tell(try bench.measure(shape)) }
  }

  private func shapes() throws -> [SyntheticHistory] {
    let most = 100_000_000
    let sizes = operations.split(separator: ",").map { Int($0) ?? 0 }
    guard !sizes.isEmpty, sizes.allSatisfy({ (4...most).contains($0) }) else {
      throw CLIError(
        "--operations is a list of numbers from 4 to \(most), such as 1000,10000", .usage)
    }
    guard (1...10_000).contains(clients) else {
      throw CLIError("--clients is a number from 1 to 10000", .usage)
    }
    guard (0...1).contains(reads), (0...1).contains(indeterminate) else {
      throw CLIError("--reads and --indeterminate are shares from 0 to 1, such as 0.2", .usage)
    }
    return sizes.map {
      SyntheticHistory(
        model, clients: clients, operations: $0, reads: reads, indeterminate: indeterminate,
        defect: defect, seed: seed)
    }
  }
}
