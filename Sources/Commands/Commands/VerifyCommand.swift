// `soldout verify`: a certificate checked against its history, by code that shares nothing with the
// search that wrote it.

import ArgumentParser
import Checker
import Drivers
import History
import Report

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check a certificate against its history.",
    discussion: """
      `soldout check --certificate FILE` writes one; repeat its --initial, --nil, --owner and \
      --rename.
      """)

  @Argument(help: "The certificate.")
  var certificate: String

  @Argument(help: "Its history.")
  var history: String

  @Option(
    help: "The model, if the certificate's is not the one the history names.",
    completion: .list(ModelCatalogue.entries.map(\.name)))
  var model: String?

  @OptionGroup var meaning: MeaningOptions

  @OptionGroup var input: FormatOptions

  func run() throws {
    guard let text = String(validating: try readFile(certificate), as: UTF8.self) else {
      throw CLIError("\(certificate) is not a certificate: it is not text", .badInput)
    }
    var read = try input.read(history).history
    let found: Certificate.Finding
    do throws(CertificateError) {
      let certificate = try Certificate(parsing: text)
      guard let model = ModelCatalogue[certificate.model] else {
        throw .foreign("unknown model \(certificate.model)")
      }
      // A proof about a bag does not answer whether a queue is FIFO.
      if let asked = self.model ?? read.header.model, asked != certificate.model {
        throw .foreign(
          "the certificate is about model \(certificate.model), but "
            + (self.model == nil ? "the history's header names" : "--model is")
            + " \(asked); to accept it, give --model \(certificate.model)")
      }
      try interpret(&read, model)
      found = try certificate.verify(
        read, model: model, partitions: try partitions(of: read, model))
    } catch {
      throw CLIError("\(certificate): \(error)", .badInput)
    }
    Terminal.tell("\(found.sentence)\n")
    let status = ExitStatus(RunVerdict(found.verdict, isVacuous: false))
    if status != .asExpected { throw ExitCode(status.rawValue) }
  }

  private func interpret(
    _ history: inout History, _ model: ModelEntry
  ) throws(CertificateError) {
    do {
      _ = try meaning.interpret(&history, for: model)
    } catch {
      throw .foreign((error as? CLIError)?.message ?? "\(error)")
    }
  }

  private func partitions(
    of history: History, _ model: ModelEntry
  ) throws(CertificateError) -> [ModelEntry.Partition] {
    do {
      return try Check(
        history, model: model, initial: try meaning.initialValue, nils: try meaning.nils
      ).partitions()
    } catch {
      throw .foreign("\(error)")
    }
  }
}

extension Certificate.Finding {
  /// What was confirmed, and what was not where there is any.
  fileprivate var sentence: String {
    let keys = confirmed + undecided + silent
    var parts = ["\(confirmed) of \(keys) key\(keys == 1 ? "" : "s") confirmed"]
    if bySearch > 0 { parts[0] += " (\(bySearch) by the general search)" }
    if undecided > 0 { parts.append("\(undecided) too large to judge again") }
    if silent > 0 { parts.append("\(silent) without a claim") }
    return "\(verdict): \(parts.joined(separator: ",\n  "))"
  }
}
