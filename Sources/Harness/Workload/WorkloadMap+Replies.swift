// `replies:` in a workload file: rules by which the answers of a service are read, the first that matches.

import History
import Yams

extension WorkloadMap {
  /// The rules of a call, or where a `read` finds what is left.
  func replyRules(
    _ mapping: Node.Mapping, _ node: Node, _ call: String
  ) throws(WorkloadError) -> ReplyRules {
    var rules = ReplyRules()
    if let left = mapping["left"] {
      if let replies = mapping["replies"] {
        throw error(
          replies, "with `replies`, put `left` in the rule for the answers that tell it")
      }
      rules.left = try path(left, "left")
      rules.leftPlace = place(left)
    } else if call == "read", mapping["replies"] == nil {
      throw error(
        node, "`read` doesn't say where its answer tells what is left, such as left: $.quantity")
    }
    guard let replies = mapping["replies"] else { return rules }
    guard let sequence = replies.sequence, !sequence.isEmpty else {
      throw error(replies, "`replies` is a list of rules such as - {status: 409, sold-out: true}")
    }
    for node in sequence {
      let rule = try replyRule(node, call)
      if let earlier = rules.rules.firstIndex(where: { $0.hides(rule) }) {
        throw error(
          node,
          "this rule is never reached: rule \(earlier + 1) matches everything that it does")
      }
      rules.rules.append(rule)
    }
    return rules
  }

  private func replyRule(_ node: Node, _ call: String) throws(WorkloadError) -> ReplyRule {
    guard let mapping = node.mapping else {
      throw error(node, "a rule is a mapping such as {status: 200, taken: true}")
    }
    let meanings = Self.meanings(of: call)
    try check(
      mapping, keys: ["status", "body", "json", "left"] + meanings, what: "rule of `\(call)`")
    var rule = ReplyRule(try meaning(mapping, node, call, meanings), place: place(node))
    rule.statuses = try statuses(mapping["status"])
    rule.body = try bodyMatch(mapping["body"])
    rule.json = try jsonMatches(mapping["json"])
    guard !rule.statuses.isEmpty || rule.body != nil || !rule.json.isEmpty else {
      throw error(node, "a rule needs a `status`, `body` or `json` to match")
    }
    return rule
  }

  /// What an answer to a call can mean.
  private static func meanings(of call: String) -> [String] {
    switch call {
    case "take", "order": ["taken", "sold-out", "fail", "info"]
    case "claim": ["taken", "already", "sold-out", "fail", "info"]
    case "restock": ["restocked", "fail", "info"]
    default: ["fail", "info"]
    }
  }

  private func meaning(
    _ mapping: Node.Mapping, _ node: Node, _ call: String, _ meanings: [String]
  ) throws(WorkloadError) -> ReplyMeaning {
    let said = meanings.filter { mapping[$0] != nil }
    for key in said where mapping[key]?.bool != true {
      throw error(mapping[key], "`\(key)` is true, or left out")
    }
    guard said.count <= 1 else {
      throw error(node, "an answer means one thing, not both \(said.joined(separator: " and "))")
    }
    let left = try mapping["left"].map { (node) throws(WorkloadError) in try path(node, "left") }
    guard let meaning = said.first else {
      guard let left else {
        throw error(node, "a rule needs a meaning: \(meanings.joined(separator: ", "))")
      }
      return .done(left: left)
    }
    if let node = mapping["left"], meaning != "taken", meaning != "restocked" {
      throw error(node, "`left` is only for answers that mean taken or restocked")
    }
    return switch meaning {
    case "sold-out": .soldOut
    case "already": .already
    case "fail": .failed
    case "info": .unknown
    default: .done(left: left)
    }
  }

  private func path(_ node: Node, _ key: String) throws(WorkloadError) -> JSONPath {
    guard let path = JSONPath(node.string ?? "") else {
      throw error(node, "`\(key)` is a JSON path such as $.data.quantity, not \(shown(node))")
    }
    return path
  }

  /// 200, [200, 201], or 5xx.
  private func statuses(_ node: Node?) throws(WorkloadError) -> [ClosedRange<Int>] {
    guard let node else { return [] }
    var ranges: [ClosedRange<Int>] = []
    for node in node.sequence.map(Array.init) ?? [node] {
      let text = node.string ?? ""
      if text.count == 3, text.hasSuffix("xx"), let hundreds = Int(text.prefix(1)), hundreds >= 2 {
        ranges.append(hundreds * 100...hundreds * 100 + 99)
      } else if let status = Int(text), (200...999).contains(status) {
        ranges.append(status...status)
      } else {
        throw error(
          node, "`status` is a number such as 409, a list of them, or 5xx, not \(shown(node))")
      }
    }
    return ranges
  }

  private func bodyMatch(_ node: Node?) throws(WorkloadError) -> ReplyRule.BodyMatch? {
    guard let node else { return nil }
    guard let text = node.string, !text.isEmpty else {
      throw error(
        node, "`body` is a text to find in the body, or a pattern such as /sold.*out/")
    }
    guard text.count > 2, text.hasPrefix("/"), text.hasSuffix("/") else { return .text(text) }
    let pattern = String(text.dropFirst().dropLast())
    guard (try? Regex(pattern)) != nil else {
      throw error(node, "`body`: /\(pattern)/ is not a regular expression")
    }
    return .pattern(pattern)
  }

  private func jsonMatches(_ node: Node?) throws(WorkloadError) -> [ReplyRule.JSONMatch] {
    guard let node else { return [] }
    guard let mapping = node.mapping, !mapping.isEmpty else {
      throw error(node, "`json` is a mapping of paths to values such as {$.code: SOLD_OUT}")
    }
    var matches: [ReplyRule.JSONMatch] = []
    for (key, value) in mapping {
      guard value.scalar != nil else {
        throw error(value, "a value is a text, a number, true, false or null")
      }
      matches.append(ReplyRule.JSONMatch(path: try path(key, "json"), value: scalar(value)))
    }
    return matches
  }
}
