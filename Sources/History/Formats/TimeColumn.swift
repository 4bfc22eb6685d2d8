// A column that looks like a time under another name: such histories are judged by the order of
// their lines, which is wrong if several clients' files were concatenated.

/// Watches for a field that every entry has and that looks like a time.
struct TimeColumn {
  private var candidates: Set<String>?

  /// Looks at the next entry's further keys.
  mutating func see(_ extra: [Value.Entry]) {
    if candidates?.isEmpty == true { return }
    var names: Set<String> = []
    for entry in extra {
      guard let name = entry.key.name, Self.isTime(name), case .int = entry.value else { continue }
      names.insert(name)
    }
    candidates = candidates?.intersection(names) ?? names
  }

  /// The field; nil where there is none, or only some entries have it.
  var name: String? { candidates?.min() }

  /// `t_ns`, `ts`, `timestamp`, `start_time`, `wall-clock-ms`.
  static func isTime(_ name: String) -> Bool {
    let words = name.lowercased().split { !$0.isLetter }
    let known: Set<Substring> = [
      "t", "ts", "time", "timestamp", "nanos", "micros", "millis", "ns", "us", "ms", "clock", "at",
      "when",
      "stamp", "epoch", "nanotime",
    ]
    return words.contains { known.contains($0) || $0.hasPrefix("time") }
  }

  /// What to say of it, after a file's name.
  static func advice(_ name: String) -> String {
    "every entry has \(brief(name)), which looks like a time, but the order of the lines counts; give "
      + "--time \(brief(name)) to go by it"
  }
}
