// What a program answers: one JSON object on a line. Only what is said here is believed; all else is told
// as what it is.

import Drivers
import History

/// One message from a program.
struct ProgramAnswer {
  let type: String
  let body: Value

  /// The message that it answers; nil: none, or none that could be read.
  let request: Int?

  /// Reads a line; throws what is wrong with it, as a clause.
  init(_ line: [UInt8]) throws(ProgramMiswording) {
    let message: Value
    do throws(ParseError) {
      message = try Value(json: line)
    } catch {
      throw ProgramMiswording(reason: "it is not JSON: \(error.message)")
    }
    guard let body = message["body"], case .map = body else {
      throw ProgramMiswording(reason: "it has no body")
    }
    guard case .string(let type) = body["type"] else {
      throw ProgramMiswording(reason: "its body has no type")
    }
    self.type = type
    self.body = body
    if case .int(let number) = body["in_reply_to"] { request = number } else { request = nil }
  }

  /// A whole number of the body.
  func number(_ name: String) -> Int? {
    if case .int(let number) = body[name] { number } else { nil }
  }

  /// What it comes to as the reply to a call; nil: nothing that the protocol knows.
  func outcome(of call: ShopCall) -> CallOutcome? {
    if type == "error" { return error }
    switch (call, type) {
    case (.take, "take_ok"), (.claim, "claim_ok"), (.order, "order_ok"):
      guard let left = body["left"], left != .null else { return .ok(.taken) }
      guard case .int(let units) = left else { return nil }
      return .ok(.left(units))
    case (.take, "sold_out"), (.claim, "sold_out"), (.order, "sold_out"): return .ok(.soldOut)
    case (.read, "read_ok"): return number("value").map { .ok(.value($0)) }
    case (.restock, "restock_ok"): return .ok(.restocked)
    case (.claim, "already"): return .ok(.already)
    default: return nil
    }
  }

  /// An error as the outcome of a call.
  private var error: CallOutcome {
    let code = number("code")
    let reason = Failure.Reason.server(code: Self.words(for: code), message: text)
    return code.map(Self.definite.contains) == true ? .fail(reason) : .info(reason)
  }

  /// What an error says of itself.
  var text: String { body["text"]?.name ?? "" }

  /// Whether it says that the program knows no such message.
  var isUnsupported: Bool { type == "error" && number("code") == 10 }

  /// The codes that promise that nothing happened and nothing will (Maelstrom, doc/protocol.md).
  static let definite: Set<Int> = [1, 10, 11, 12, 14, 20, 21, 22, 30]

  private static let names = [
    0: "timeout", 1: "node-not-found", 10: "not-supported", 11: "temporarily-unavailable",
    12: "malformed-request", 13: "crash", 14: "abort", 20: "key-does-not-exist",
    21: "key-already-exists", 22: "precondition-failed", 30: "txn-conflict",
  ]

  /// `11 temporarily-unavailable`.
  static func words(for code: Int?) -> String {
    guard let code else { return "error without a code" }
    return names[code].map { "\(code) \($0)" } ?? "error \(code)"
  }
}

/// Why a line is not a message: a clause.
struct ProgramMiswording: Error, Hashable {
  var reason: String
}
