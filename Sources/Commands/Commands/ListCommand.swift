// `soldout list`: the names that other commands take.

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

  @Flag(help: "Print strategies as the tables in docs/choosing-a-strategy.md.")
  var markdown = false

  @Option(
    help: ArgumentHelp(
      "With workloads: print this one's YAML, as a start for your own.", valueName: "name"))
  var yaml: String?

  @OptionGroup var screen: ScreenOptions

  func validate() throws {
    guard yaml == nil || kind == .workloads else {
      throw ValidationError("--yaml is for `list workloads`; leave it out")
    }
    guard !markdown || kind == .strategies else {
      throw ValidationError("--markdown is for `list strategies`; leave it out")
    }
  }

  func run() throws {
    switch kind {
    case .strategies: Terminal.write(markdown ? StrategyTable.markdown : strategies())
    case .faults: Terminal.write(faults())
    case .workloads:
      if let yaml { return Terminal.write(try WorkloadSource.yaml(yaml)) }
      Terminal.write(try workloads())
    case .models:
      for model in ModelCatalogue.entries {
        let about = "\(model.summary); starts with \(model.initialForm)"
        Terminal.write(Listing(model.name, [about]).text(screen.style()))
      }
    }
  }

  private func workloads() throws -> String {
    let style = screen.style()
    let workloads = try WorkloadSource.names.map { try WorkloadSource.load($0) }
    return Dictionary(grouping: workloads, by: \.soldDatatype)
      .sorted { $0.key.rank < $1.key.rank }
      .map { datatype, workloads in
        ([Listing(datatype.question, [])]
          + workloads.map {
            Listing($0.isOnlyExplored ? "\($0.name), explored" : $0.name, [$0.about], margin: 2)
          }).map { $0.text(style) }.joined()
      }.joined()
  }

  private func strategies() -> String {
    let style = screen.style()
    return Catalogue.families.map { family, cards in
      ([Listing(family.rawValue, [])]
        + cards.map {
          Listing(
            "\($0.name), expected: \($0.expected.rawValue)",
            [$0.summary + ".", $0.note] + [$0.origin].compactMap(\.self), margin: 2)
        }).map { $0.text(style) }.joined()
    }.joined()
  }

  private func faults() -> String {
    FaultCatalogue.faults.map { $0.card }.map { card in
      Listing(
        "\(card.name), for strategies with \(card.fits.words)", [card.summary + ".", card.note],
        terms: card.parameters.map { parameter in
          ("\(parameter.name)=\(parameter.standard ?? "…")", parameter.about)
        }
      ).text(screen.style())
    }.joined()
  }
}

extension Workload.Datatype {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
