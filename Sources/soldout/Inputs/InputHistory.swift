// Reads a history for checking: a file, standard input, or a run's folder.

import Drivers
import Foundation
import History

struct InputHistory {
  let history: History
  /// What was passed over, such as a last line cut off by a kill.
  let notes: [String]

  init(path: String, format: HistoryFormat? = nil, independent: Bool = false) throws {
    let bytes = try readFile(path)
    do throws(Malformation) {
      let reading = try HistoryFormat.read(
        bytes, format: format, independent: independent, source: path)
      history = reading.history
      notes = reading.notes.map { "\(path):\($0)" }
    } catch {
      throw Complaint("\(path):\(error)", .badInput)
    }
  }
}
