// Names calls in sentences. If one process made several of the calls in question, "p0" alone is
// ambiguous, so the index that pictures show is added. Whether it is needed is known only when
// all sentences of an explanation are there.

internal import History

/// A call's process with a mark that `CallNames.resolve` turns into an index, or into nothing.
enum CallNames {
  /// A private character: no keyboard has it, and where a value does it costs a number in a sentence.
  private static let mark: Character = "\u{F8FE}"

  /// `p3`, marked with the call's place among the calls.
  static func marked<Data: Datatype>(_ calls: [TimedCall<Data>], _ index: Int) -> String {
    "p\(calls[index].process)\(mark)\(index)\(mark)"
  }

  /// ` (#3, #8)`: some calls by index, of many the last one.
  static func indices<Data: Datatype>(of some: Set<Int>, _ calls: [TimedCall<Data>]) -> String {
    let sorted = some.filter { $0 >= 0 }.map { calls[$0].index }.sorted()
    guard let last = sorted.last else { return "" }
    guard sorted.count <= 4 else { return " (the last #\(last))" }
    return " (" + sorted.map { "#\($0)" }.joined(separator: ", ") + ")"
  }

  /// Names calls by index where two of one process are spoken of.
  static func resolve<Data: Datatype>(
    _ contradiction: Contradiction, _ calls: [TimedCall<Data>]
  ) -> Contradiction {
    let sentences = [contradiction.headline] + contradiction.reasons
    var spokenOf: [Int: Set<Int>] = [:]
    for sentence in sentences {
      for index in parts(of: sentence).compactMap(\.call) where calls.indices.contains(index) {
        spokenOf[calls[index].process, default: []].insert(index)
      }
    }
    func plain(_ sentence: String) -> String {
      parts(of: sentence).map { part in
        guard let index = part.call else { return part.text }
        guard calls.indices.contains(index), spokenOf[calls[index].process]?.count ?? 0 > 1 else {
          return ""
        }
        return " (#\(calls[index].index))"
      }.joined()
    }
    var resolved = contradiction
    resolved.headline = plain(contradiction.headline)
    resolved.reasons = contradiction.reasons.map(plain)
    return resolved
  }

  /// Text, and the calls marked in between.
  private static func parts(of sentence: String) -> [(text: String, call: Int?)] {
    sentence.split(separator: mark, omittingEmptySubsequences: false).enumerated().map {
      place, part in
      (String(part), place % 2 == 1 ? Int(part) : nil)
    }
  }
}
