// The author says what a service's answer means: rules on status, body and JSON, of which the
// first that matches counts. What matches none is indeterminate, never a guess.

public import Drivers
public import History

/// What an answer means.
public enum ReplyMeaning: Sendable, Hashable {
  /// It was done; `left` says where the answer tells what is left, if it does.
  case done(left: JSONPath?)
  case soldOut
  /// The buyer had a coupon before.
  case already
  /// It was certainly not done.
  case failed
  /// Nobody can say.
  case unknown
}

/// A rule of the user's.
public struct ReplyRule: Sendable, Hashable {
  /// What is looked for in a body.
  public enum BodyMatch: Sendable, Hashable {
    case text(String)
    /// Somewhere in the body; written `/…/`.
    case pattern(String)
  }

  /// A value that JSON has at a path.
  public struct JSONMatch: Sendable, Hashable {
    var path: JSONPath
    var value: Value
  }

  /// Any of these; empty: any status.
  public var statuses: [ClosedRange<Int>] = []
  public var body: BodyMatch?
  public var json: [JSONMatch] = []
  public var meaning: ReplyMeaning
  /// Where it stands, `shop.yaml:14:7`.
  public var place: String

  init(_ meaning: ReplyMeaning, place: String) {
    self.meaning = meaning
    self.place = place
  }

  func matches(_ answer: ServiceAnswer) -> Bool {
    guard statuses.isEmpty || statuses.contains(where: { $0.contains(answer.status) }) else {
      return false
    }
    switch body {
    case .text(let text)?: guard answer.text.contains(text) else { return false }
    case .pattern(let pattern)?:
      guard let regex = try? Regex(pattern), answer.text.firstMatch(of: regex) != nil else {
        return false
      }
    case nil: break
    }
    guard !json.isEmpty else { return true }
    guard let value = answer.json else { return false }
    return json.allSatisfy { Self.isSame($0.path.value(in: value), $0.value) }
  }

  private static func isSame(_ found: Value?, _ known: Value) -> Bool {
    switch (found, known) {
    case (.int(let left)?, .double(let right)), (.double(let right)?, .int(let left)):
      Double(left) == right
    default: found == known
    }
  }

  /// Whether every answer that a later rule matches is this one's already, as far as can be told
  /// without knowing the answers.
  func hides(_ later: ReplyRule) -> Bool {
    let hasStatuses =
      statuses.isEmpty
      || (!later.statuses.isEmpty
        && later.statuses.allSatisfy { range in
          statuses.contains {
            $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound
          }
        })
    return hasStatuses && (body == nil || body == later.body)
      && json.allSatisfy(later.json.contains)
  }
}

/// An answer, as rules look at it.
public struct ServiceAnswer: Sendable {
  public let status: Int
  public let text: String
  /// The body as JSON; nil if it is not JSON.
  public let json: Value?
  public let response: HTTPResponse

  public init(_ response: HTTPResponse) {
    self.response = response
    status = response.status
    text = String(decoding: response.body, as: UTF8.self)
    json = try? Value(json: response.body)
  }

  /// Its beginning, for people: `409 {"code":"BUSY"}`.
  public var example: String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let shown = words.count > 80 ? words.prefix(79) + "…" : words
    return shown.isEmpty ? "\(status)" : "\(status) \(shown)"
  }
}
