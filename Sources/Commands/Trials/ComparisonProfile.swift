// What a comparison tries: which strategies, under which traffic, for how long.

import ArgumentParser
import Foundation
import Harness

/// How long a comparison may take.
enum ComparisonProfile: String, CaseIterable, ExpressibleByArgument {
  case smoke
  case full

  /// The traffic that all strategies get: single units and reads, which every strategy is made
  /// for; the fastest sell out towards the end.
  private var workload: Workload {
    var workload = Workload(name: "compare", strategies: [], clients: 16, items: 4)
    workload.mix = Mix(take: 80, read: 20)
    switch self {
    case .smoke: (workload.stock, workload.extent) = (1000, .duration(.milliseconds(700)))
    case .full: (workload.stock, workload.extent) = (4000, .duration(.seconds(3)))
    }
    return workload
  }

  /// The traffic under a fault: enough stock for the first strikes, long enough for more than one.
  var faulted: Workload {
    var workload = workload
    workload.stock = 4000
    workload.extent = .duration(self == .smoke ? .milliseconds(1000) : .seconds(3))
    return workload
  }

  /// Every fault, such that it strikes this traffic: 16 buyers don't fill 20 connections.
  var faults: [String] {
    FaultCatalogue.names.map { $0 == "connection-limit" ? "\($0):connections=12" : $0 }
  }

  /// In words, for the head of a table.
  var traffic: String {
    let (workload, length) = (workload, self == .smoke ? "0.7 s" : "3 s")
    return "\(workload.clients) clients, \(workload.items) items of \(workload.stock), "
      + "80 % takes of one unit, 20 % reads, \(length) each"
  }

  /// A strategy's rows: the common traffic, and what it is not made for where it has a workload of
  /// that.
  func entries(of strategy: any Strategy.Type) throws -> [TableEntry] {
    let name = strategy.card.name
    var workload = workload
    workload.strategies = [name]
    var entries = [TableEntry(name: name, workload: workload, strategy: strategy)]
    let unfit = "\(name)-restock"
    if WorkloadSource.names.contains(unfit) {
      entries.append(
        TableEntry(name: unfit, workload: try WorkloadSource.load(unfit), strategy: strategy))
    }
    return entries
  }
}

/// The strategies that a user picked, in the catalogue's order.
struct StrategySelection {
  let strategies: [any Strategy.Type]

  /// Nil stands for all.
  init(_ named: [any Strategy.Type]?, family: StrategyCard.Family?) throws {
    var chosen = named ?? Catalogue.strategies
    if let family { chosen = chosen.filter { $0.card.family == family } }
    guard !chosen.isEmpty else {
      throw CLIError("no strategy named by --strategies is in this --family; leave one out", .usage)
    }
    strategies = chosen
  }
}

extension StrategyCard.Family {
  static var words: [String] { allCases.map(\.word) }

  /// The family on a command line: `lock-and-second-line`.
  var word: String {
    "\(self)".reduce(into: "") { word, letter in
      word += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
    }
  }
}
