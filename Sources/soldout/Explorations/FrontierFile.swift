// Where an exploration that ended early left off: read before it goes on, written when it ends.

import Drivers
import Explorer
import Foundation
import Harness

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
      throw Complaint(
        "\(path) can't be gone on with: \(error); name another file to start anew", .usage)
    }
  }

  func write(_ frontier: Frontier, of subject: Frontier.Subject) throws {
    try writeFile(frontier.text(of: subject), to: path)
  }

  /// The seed of a file whose schedules are drawn, to go on with.
  func seed() throws -> String? {
    guard let text = try text, let subject = try? Frontier.subject(of: text),
      let seed = subject.search.split(separator: " seed ").last, subject.search.contains(" seed ")
    else { return nil }
    return String(seed)
  }
}
