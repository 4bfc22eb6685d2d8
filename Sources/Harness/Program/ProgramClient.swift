// The client that a program is: one process of it, asked one call at a time. What it promises to have had
// no effect is believed; whatever else isn't an answer may have had one.

import Drivers
import History

/// A client that hands its calls to a process of the user's program.
///
/// `@unchecked Sendable`: made on the run's loop, and never touched off its thread.
final class ProgramClient: CallClient, @unchecked Sendable {
  let number: Int
  /// What its process sent to servers in the last call.
  let trace = CommandTrace()
  var evidence: CallEvidence? { nil }
  private(set) var process: ProgramProcess?
  private unowned let deployment: ProgramDeployment
  private var calls = 0
  /// Failed starts in a row.
  private var failures = 0

  init(_ number: Int, of deployment: ProgramDeployment) {
    self.number = number
    self.deployment = deployment
  }

  var isConnected: Bool { process?.isUsable == true }
  var canRead: Bool { deployment.canRead }
  /// A program that ends at once is not started a hundred times a second.
  var retryAfter: Duration { .milliseconds(100 << min(failures, 5)) }
  var hasGivenUp: Bool { failures >= 3 }

  /// Starts a process and greets it. Longer than the deadline of a call: a virtual machine starts.
  func connect(by deadline: Int64) async throws(Failure) {
    guard !isConnected else { return }
    do throws(ProgramStartFailure) {
      try await start()
      failures = 0
    } catch {
      failures += 1
      deployment.notes.note(.notStarted, "n\(number): \(error.reason)", at: nil)
      throw .definite(.system(error.reason))
    }
  }

  /// Starts a process, in the place of one that has ended.
  func start() async throws(ProgramStartFailure) {
    if let process, !process.isCrashed, let end = process.end {
      deployment.notes.note(.endedBetweenCalls, "\(process.node) \(end)", at: nil)
    }
    close()
    process = try await deployment.startProcess(number)
  }

  func warmUp(_ call: ShopCall, on item: Item, deadline: Int64) async {
    guard isConnected else { return }
    _ = await perform(call, on: item, deadline: deadline)
  }

  func perform(
    _ call: ShopCall, on item: Item, deadline: Int64, noting journal: Journal
  ) async -> CallOutcome {
    await perform(call, on: item, deadline: deadline)
  }

  private func perform(
    _ call: ShopCall, on item: Item, deadline: Int64
  ) async -> CallOutcome {
    // Nothing was sent.
    guard let process, process.isUsable else { return .fail(.connectionClosed) }
    let watched = deployment.watch?.begin(of: number, on: item.name, filling: trace)
    defer { if let watched { deployment.watch?.end(watched) } }
    switch await process.ask(request(for: call, on: item), until: deadline) {
    case .answer(let answer): return outcome(of: call, answer, from: process)
    case .overdue: return .info(.timeout)
    case .garbled(let reason): return .info(.protocolViolation(reason))
    case .ended where process.isCrashed: return .info(.crashed)
    case .ended(let end):
      let what = end.map { "\($0)" } ?? "ended"
      deployment.notes.note(.endedInCall, "\(process.node) \(what)", at: nil)
      return .info(.system("the program \(what)"))
    }
  }

  private func request(for call: ShopCall, on item: Item) -> ProgramRequest {
    calls += 1
    return ProgramRequest(call, on: item, call: "\(number)-\(calls)")
  }

  private func outcome(
    of call: ShopCall, _ answer: ProgramAnswer, from process: ProgramProcess
  ) -> CallOutcome {
    if answer.isUnsupported, call == .read { deployment.canRead = false }
    switch answer.outcome(of: call) {
    case .fail(.server(let code, let text)): return .fail(reason(code, text))
    case .info(.server(let code, let text)): return .info(reason(code, text))
    case .some(let outcome): return outcome
    case nil:
      var line: [UInt8] = []
      JSONText.append(value: answer.body, to: &line)
      process.note(.unknownAnswer, line)
      return .info(.protocolViolation("an answer of type \(answer.type.prefix(40))"))
    }
  }

  /// An error with its text, as long as there are not too many different ones. Long numbers, such as
  /// ports, would make of one error many.
  private func reason(_ code: String, _ text: String) -> Failure.Reason {
    let text = String(Printable.text(text).replacing(/[0-9]{4,}/, with: "…").prefix(80))
    return .server(code: code, message: deployment.notes.tells("\(code) \(text)") ? text : "")
  }

  func restartNames() { calls = 0 }

  /// Ends its process in order; who waits for that is the deployment.
  func close() {
    if let process { deployment.retire(process, of: number) }
    process = nil
  }
}
