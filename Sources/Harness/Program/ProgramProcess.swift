// One process of a user's program and what is said to it: one question at a time, each with a number, and
// its answer or none. What it says unasked, twice, too late or in no JSON is noted and not believed.

import Drivers
import History

/// A running process of a program.
///
/// Confined to the run's loop.
final class ProgramProcess {
  /// The result of a question.
  enum Heard {
    case answer(ProgramAnswer)
    /// A line came that is no message, so that nobody knows what the next would be an answer to.
    case garbled(String)
    case overdue
    case ended(ServerEnd?)
  }

  /// What messages call it: `n3`.
  let node: String
  let number: Int
  private let notes: ProgramNotes
  private var process: LineProcess?
  private var asked = 0
  /// The question under way.
  private var awaited: Int?
  private var heard: Heard?
  /// Questions whose deadline has passed.
  private var overdue: Set<Int> = []
  private let signal: Signal
  /// The last line that it printed to its errors, and where it stands.
  private(set) var lastWords: String?

  /// Starts one.
  init(
    _ command: ProgramCommand, number: Int, on loop: EventLoop, noting notes: ProgramNotes
  ) throws(ServerFailure) {
    node = "n\(number)"
    self.number = number
    self.notes = notes
    signal = Signal(on: loop)
    process = try LineProcess(
      command, on: loop, onLine: { [self] in take($1, from: $0) }, onEnd: { [self] in ended() })
  }

  /// Whether it can be asked something.
  var isUsable: Bool { process?.isUsable == true }

  /// The process, while it runs.
  var pid: Int32? { process?.pid }

  /// How it ended; nil: it runs.
  private(set) var end: ServerEnd?

  /// Whether anything of it still runs.
  var isGone: Bool { process == nil }

  /// Asks, and waits for the answer until a moment.
  func ask(_ request: ProgramRequest, until deadline: Int64) async -> Heard {
    asked += 1
    let number = asked
    (awaited, heard) = (number, nil)
    process?.send(request.line(number, to: node))
    _ = await signal.wait(until: deadline) { heard != nil || process == nil }
    awaited = nil
    let answer = heard ?? (process == nil ? .ended(end) : .overdue)
    if case .overdue = answer { overdue.insert(number) }
    notes.exchangeLog?.note(request.body(number, to: node), answer.words)
    return answer
  }

  /// Lets it end in order, within this long.
  func finish(within grace: Duration) { process?.finish(within: grace) }

  func kill() { process?.kill() }

  /// Whether a fault has killed it: its end is nothing odd.
  private(set) var isCrashed = false

  /// Kills it as a fault does.
  func crash() {
    isCrashed = true
    process?.kill()
  }

  /// Lets it stand still, or go on.
  func pause(_ isPaused: Bool) { process?.pause(isPaused) }

  /// Waits until nothing of it runs.
  func awaitEnd() async { _ = await signal.wait { process == nil } }

  private func ended() {
    end = process?.end
    if let left = process?.leftRunning, left > 0, !isCrashed {
      notes.note(.leftRunning, count: left, "beside \(node)", at: nil)
    }
    // It holds us as long as it runs.
    process = nil
    signal.notifyAll()
  }

  private func take(_ line: [UInt8], from stream: ProgramStream) {
    guard !line.isEmpty else { return }
    guard stream == .output, line.first == UInt8(ascii: "{") else {
      _ = notes.log.note(node, stream, line)
      if stream == .output { notes.stray() } else { lastWords = ProgramLog.excerpt(line) }
      return
    }
    let answer: ProgramAnswer
    do throws(ProgramMiswording) {
      answer = try ProgramAnswer(line)
    } catch {
      note(.noMessage, line)
      if awaited != nil { hear(.garbled(error.reason)) }
      return
    }
    guard let number = answer.request, number > 0, number <= asked else {
      return note(.unasked, line)
    }
    if number == awaited, heard == nil { return hear(.answer(answer)) }
    note(overdue.remove(number) == nil ? .answeredTwice : .late, line)
  }

  private func hear(_ what: Heard) {
    guard heard == nil else { return }
    heard = what
    signal.notifyAll()
  }

  /// Notes something odd that it said.
  func note(_ oddity: ProgramOddity, _ line: [UInt8]) {
    let number = notes.log.note(node, .output, line)
    notes.note(oddity, "\(node) said \(ProgramLog.excerpt(line))", at: number)
  }
}

extension ProgramProcess.Heard {
  /// As a probe tells it.
  fileprivate var words: String {
    switch self {
    case .answer(let answer):
      var line: [UInt8] = []
      JSONText.append(value: answer.body, to: &line)
      return String(decoding: line, as: UTF8.self)
    case .garbled(let reason): return "not a message: \(reason)"
    case .overdue: return "no answer in time"
    case .ended(let end): return "no answer: it \(end.map { "\($0)" } ?? "ended")"
    }
  }
}
