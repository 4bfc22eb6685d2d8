// Reads a history for checking: a file, standard input, or a run's folder.

import Drivers
import Foundation
package import History

package struct InputHistory {
  package let history: History
  /// What was passed over, such as a last line cut off by a kill.
  package let notes: [String]

  package init(
    path: String, format: HistoryFormat? = nil, independent: Bool = false,
    time: String? = nil, judging: Judging = .silent
  ) throws {
    let reading: Reading
    do {
      let isOwn = format ?? .jsonl == .jsonl && !independent && time == nil
      if isOwn, let own = try Self.own(path, judging) {
        reading = own
      } else {
        reading = try HistoryFormat.read(
          try readFile(path), format: format, independent: independent, time: time, source: path)
      }
    } catch let error as ParseError {
      throw CLIError(Self.told(error, of: path), .badInput)
    }
    history = reading.history
    notes = reading.notes.map { Self.told($0, of: path) }
  }

  /// `history.edn:3:1: …`, or the file alone where the whole of it is meant.
  package static func told(_ parseError: ParseError, of path: String) -> String {
    "\(path):\(parseError.line > 0 ? "" : " ")\(parseError)"
  }

  /// An own history, without ever holding the whole text; nil for any other.
  private static func own(_ path: String, _ judging: Judging) throws -> Reading? {
    guard let pieces = try FilePieces(path), try pieces.begins(with: PiecewiseReading.start) else {
      return nil
    }
    var reading = PiecewiseReading(source: path, size: pieces.size)
    while let piece = try pieces.next() {
      try reading.read(piece)
      try judging.goOn(at: pieces.share)
    }
    return try reading.finish()
  }
}

extension FilePieces {
  /// How much of the file was handed out, 0 to 1.
  var share: Double { size > 0 ? min(1, Double(handedOut) / Double(size)) : 1 }
}
