// Exit codes, and errors as people read them: one sentence that says what to do next.

import Checker
import Drivers
import Explorer
import Harness
import History

/// How soldout ends (documented in `soldout --help`).
package enum ExitStatus: Int32 {
  case asExpected = 0
  case violation = 1
  case unknown = 2
  case vacuous = 3
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case internalError = 70
  case inputOutput = 74
}

/// An error for the person at the terminal.
package struct CLIError: Error {
  package var message: String
  package var status: ExitStatus

  package init(_ message: String, _ status: ExitStatus) {
    self.message = message
    self.status = status
  }

  /// What the libraries throw, in their own sentences; nil for what only ArgumentParser knows.
  package init?(_ error: any Error) {
    switch error {
    case let refusal as CLIError: self = refusal
    case let ended as Judging.Ended: self.init("\(ended)", .vacuous)
    case let failure as ServerFailure: self.init(failure.description, .unavailable)
    case let failure as FileFailure: self.init(failure.description, .inputOutput)
    case let error as WorkloadError: self.init(error.description, .badInput)
    case let error as CheckError: self.init(error)
    case let refusal as FaultRefusal: self.init(refusal)
    case let refusal as ExternalRefusal: self.init(refusal.description, .usage)
    case RunFailure.fault(let failure): self.init(failure.description, .unavailable)
    case let invalid as InvalidValue: self.init(invalid.message, .usage)
    case let error as AddressError: self.init(error.description, .usage)
    case RunFailure.file(let failure): self.init(failure.description, .inputOutput)
    case RunFailure.program(let sentence): self.init(sentence, .unavailable)
    case RunFailure.workload(let sentence): self.init(sentence, .badInput)
    case RunFailure.phase(let phase, let failure):
      self.init("\(phase) failed: \(failure); see the server's log", .unavailable)
    case let error as TokenError:
      self.init("not a replay token: \(error); copy it whole, between quotes", .usage)
    case let failure as ExplorationFailure: self.init(failure)
    default: return nil
    }
  }

  /// The one in which ArgumentParser has wrapped what an option's text was refused with. Its own wording
  /// names the option and its value, and all of the command's options, around a sentence that says it.
  init?(within error: any Error) {
    var layers: [Any] = [error]
    for _ in 0..<5 {
      if let refusal = layers.lazy.compactMap({ $0 as? CLIError }).first {
        self = refusal
        return
      }
      layers = layers.flatMap { Mirror(reflecting: $0).children.map(\.value) }
    }
    return nil
  }

  private init(_ refusal: FaultRefusal) {
    switch refusal {
    case .unfit: self.init(refusal.description, .usage)
    case .unavailable: self.init(refusal.description, .unavailable)
    }
  }

  private init(_ failure: ExplorationFailure) {
    switch failure {
    case .unfit(let why): self.init(why, .usage)
    case .program(let sentence): self.init(sentence, .badInput)
    case .undrivable(let sentence): self.init(sentence, .unavailable)
    case .servers(let what, let failure):
      self.init("\(what) failed: \(failure); see the server's log", .unavailable)
    case .aborted(let reason, let schedule):
      self.init("\(reason.description), after \(schedule); this is a bug", .internalError)
    case .lost(let servers, let rest):
      let count = rest.findings.map { "; \($0.schedules) schedules were run before" } ?? ""
      self.init(Self.sentence(on: servers) + count, .unavailable)
    case .undecodable(let reason): self.init(reason.message, .internalError)
    }
  }

  /// A server that ended by itself, and what to do about it.
  static func sentence(on lost: [LostServer]) -> String {
    lost.map(\.description).joined(separator: "; ")
      + "; the results here are from before that: free memory, or stop what kills it, and rerun"
  }

  /// What is wrong with a history, with its file's name.
  init(_ error: CheckError, in history: History) {
    self.init(error)
    switch error {
    case .undecodable(let reason):
      message = history.place + (reason.line > 0 ? "" : " ") + message
    case .initial: message = history.place + " " + message
    case .engine: break
    }
  }

  private init(_ error: CheckError) {
    switch error {
    case .undecodable: self.init(error.description, .badInput)
    case .initial: self.init("\(error); give --initial", .badInput)
    case .engine: self.init(error.description, .usage)
    }
  }
}
