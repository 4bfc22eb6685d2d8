// Where an exploration that ended early left off: read before it continues, written when it ends and,
// in case it is killed, from time to time before.

import Drivers
import Explorer
import Foundation
import Harness
import Synchronization

struct FrontierFile {
  let path: String

  private var text: String? {
    get throws {
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return String(decoding: try readFile(path), as: UTF8.self)
    }
  }

  /// What the file says is left; everything where there is no file yet.
  func read(of subject: Frontier.Subject) throws -> Frontier {
    guard let text = try text else { return Frontier() }
    do throws(FrontierError) {
      return try Frontier(text: text, of: subject)
    } catch {
      throw CLIError(
        "\(path) can't be resumed: \(error); name another file to start anew", .usage)
    }
  }

  func write(_ frontier: Frontier, of subject: Frontier.Subject) throws {
    try OutputFile(path).write(frontier.text(of: subject))
  }

  /// The seed of a file whose schedules are drawn, to go on with.
  func seed() throws -> Seed? {
    guard let text = try text, let subject = try? Frontier.subject(of: text),
      let seed = subject.search.split(separator: " seed ").last, subject.search.contains(" seed ")
    else { return nil }
    return try OptionText.seed(String(seed))
  }
}

/// Writes frontiers off the loop's thread: encoding all histories takes longer than a schedule may.
final class FrontierWriter: Sendable {
  private let file: FrontierFile
  private let subject: Frontier.Subject
  private let worker = SerialWorker(name: "frontier")
  private let state = Mutex(State())

  private struct State {
    var isBusy = false
    var hasComplained = false
  }

  init(_ file: FrontierFile, of subject: Frontier.Subject) {
    self.file = file
    self.subject = subject
  }

  /// Writes it soon; leaves it out while an earlier one is still being written, since a later one
  /// will follow. An exploration doesn't end because a disk is full meanwhile, but it says so.
  func note(_ frontier: Frontier) {
    let isFree = state.withLock { state in
      defer { state.isBusy = true }
      return !state.isBusy
    }
    guard isFree else { return }
    worker.submit { [self] in
      let failure = Result { try file.write(frontier, of: subject) }
      let isNews = state.withLock { state in
        state.isBusy = false
        guard case .failure = failure, !state.hasComplained else { return false }
        state.hasComplained = true
        return true
      }
      if isNews, case .failure(let error) = failure {
        Terminal.complain("\(error); the exploration goes on, but is lost if it is killed")
      }
    }
  }

  /// Writes the last one; throws if that can't be.
  func end(_ frontier: Frontier) throws {
    worker.drain()
    try file.write(frontier, of: subject)
  }
}
