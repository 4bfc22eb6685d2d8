// Records what is said to the user's code and to its stores, for a probe. A run has none.

import Drivers
import History

/// What was said, as it was said.
///
/// Confined to the run's loop.
final class ExchangeLog {
  private var said: [ProbeRecord.Exchange] = []

  /// Notes a request, its answer, and what told what the answer means.
  func note(_ sent: String, _ heard: String, by rule: String? = nil) {
    said.append(ProbeRecord.Exchange(sent: Self.short(sent), heard: Self.short(heard), rule: rule))
  }

  /// Hands over what was said since the last time.
  func take() -> [ProbeRecord.Exchange] {
    defer { said = [] }
    return said
  }

  private static func short(_ text: String) -> String {
    let line = Printable.text(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    return line.count > 300 ? line.prefix(299) + "…" : line
  }
}
