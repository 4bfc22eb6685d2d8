// The rules of one kind of call, and what an answer means by them.

import History

/// What one answer means.
public struct ReplyReading: Sendable, Hashable {
  /// The position of the rule that matched; nil: none did, or there are none.
  public var rule: Int?
  public var meaning: ReplyMeaning
  /// What is left, where the rule says where that stands.
  public var left: Int?
  /// What the rule says that the answer has not: one sentence, for which the run has to fail.
  public var invalid: String?
}

/// The rules of `take`, `read` or `restock`.
public struct ReplyRules: Sendable, Hashable {
  public var rules: [ReplyRule] = []
  /// Where a `read` finds what is left, when it has no rules.
  public var left: JSONPath?
  /// Where `left` stands.
  public var leftPlace = ""

  public init() {}

  /// What an answer means: by the first rule that matches; without any rules, by its status.
  public func reading(of answer: ServiceAnswer) -> ReplyReading {
    if let position = rules.firstIndex(where: { $0.matches(answer) }) {
      let rule = rules[position]
      return Self.reading(
        ReplyReading(rule: position, meaning: rule.meaning), of: answer, place: rule.place)
    }
    guard rules.isEmpty else { return ReplyReading(meaning: .unknown) }
    var meaning = Self.meaning(ofStatus: answer.status)
    if case .done = meaning { meaning = .done(left: left) }
    return Self.reading(ReplyReading(meaning: meaning), of: answer, place: leftPlace)
  }

  private static func reading(
    _ reading: ReplyReading, of answer: ServiceAnswer, place: String
  ) -> ReplyReading {
    guard case .done(let path?) = reading.meaning else { return reading }
    var reading = reading
    switch answer.json.flatMap({ path.value(in: $0) }) {
    case .int(let left)?: reading.left = left
    case .double(let left)? where left == left.rounded() && abs(left) < 1e15:
      reading.left = Int(left)
    case let found:
      let what =
        answer.json == nil
        ? "the answer is not JSON" : found.map { "it is \($0)" } ?? "nothing is there"
      reading.invalid =
        "\(place): `left: \(path)` finds no whole number: \(what), in \(answer.example)"
    }
    return reading
  }

  /// What told what an answer means: `by rule 2 (shop.yaml:14:7)`.
  func words(for reading: ReplyReading) -> String {
    if let rule = reading.rule { return "by rule \(rule + 1) (\(rules[rule].place))" }
    if reading.meaning == .unknown { return rules.isEmpty ? "by its status" : "no rule matches it" }
    return "by its status"
  }

  /// What an answer means where nobody has said anything: what a status alone can be taken for. A
  /// refusal of a router's or a validator's is certain, but programs use the same numbers for anything.
  static func meaning(ofStatus status: Int) -> ReplyMeaning {
    [200, 201, 202, 204].contains(status) ? .done(left: nil) : .unknown
  }

  /// Statuses by which a service says that a request was not one for it: before a run, a reason to
  /// look at the workload.
  static let refusals: Set<Int> = [
    400, 401, 403, 404, 405, 406, 407, 411, 413, 414, 415, 422, 426, 428, 431,
  ]
}
