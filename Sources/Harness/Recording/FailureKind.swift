// What calls of a run failed with, kind by kind, beside the history: the text that a history has for
// each, what the server itself said the first time, and whether it is a refusal. How many there were
// is counted from the history.

import Drivers

/// A kind of failure that calls of a run met.
public struct FailureKind: Codable, Sendable, Hashable {
  /// As the history's `error` has it: `OOM`, `40001 serialization_failure`, `timeout`.
  public var error: String
  /// What was said the first time, in the server's own words; nil where nobody said more.
  public var message: String?
  /// Whether the strategy refuses calls so by its own rules, such as when a lock was not granted in time:
  /// it is meant to, and nothing went wrong.
  public var isRefusal: Bool

  public init(error: String, message: String? = nil, isRefusal: Bool = false) {
    self.error = error
    self.message = message
    self.isRefusal = isRefusal
  }

  /// The kind of a failure of a call that could take up to `callTimeout` (ns).
  init(_ failure: Failure, callTimeout: Int64) {
    error = failure.description
    isRefusal = false
    switch failure.reason {
    case .server(let code, let text):
      let words = [code, text].filter { !$0.isEmpty }.joined(separator: " ")
      message = words == error ? nil : String(words.prefix(Self.longest))
    case .timeout:
      message = "no answer within the deadline of \(Duration.nanoseconds(callTimeout).words)"
    case .gaveUp: isRefusal = true
    case .connectionRefused, .connectionClosed, .crashed, .protocolViolation, .system: break
    }
  }

  /// Characters of a server's text that are kept.
  private static let longest = 200
}
