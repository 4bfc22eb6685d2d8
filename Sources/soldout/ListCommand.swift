// `soldout list`: what there is to name.

import ArgumentParser
import Checker
import Harness
import Report

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List strategies, faults, workloads or models.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case strategies
    case faults
    case workloads
    case models
  }

  @Argument(help: "What to list: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: Kind = .strategies

  func run() throws {
    switch kind {
    case .strategies: Terminal.write(strategies())
    case .faults: Terminal.write(faults())
    case .workloads:
      for name in WorkloadSource.names {
        Terminal.write("\(name): \(try WorkloadSource.load(name).about)\n")
      }
    case .models:
      for model in ModelCatalogue.entries {
        Terminal.write("\(model.name): \(model.summary); starts with \(model.initialForm)\n")
      }
    }
  }

  private func strategies() -> String {
    var text = ""
    for family in StrategyCard.Family.allCases {
      text += "\(family.rawValue)\n"
      for card in Catalogue.strategies.map({ $0.card }) where card.family == family {
        text += "  \(card.name), expected: \(card.expected.rawValue)\n"
        text += "      \(card.summary)\n      \(card.note)\n"
      }
    }
    return text
  }

  private func faults() -> String {
    FaultCatalogue.faults.map { $0.card }.map { card in
      Listing(
        "\(card.name), for strategies with \(card.fits.words)", [card.summary + ".", card.note],
        terms: card.parameters.map { parameter in
          ("\(parameter.name)=\(parameter.standard ?? "…")", parameter.about)
        }
      ).text(Terminal.style())
    }.joined()
  }
}
