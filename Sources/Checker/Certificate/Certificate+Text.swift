// Certificates as text, and back. Anything not as written is refused with its line.

/// Why a certificate is not accepted.
public enum CertificateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A line is not what the format has there.
  case malformed(line: Int, String)
  /// It was made for another history, model or initial value.
  case foreign(String)
  /// What it claims is not so.
  case wrong(object: Int, String)

  public var description: String {
    switch self {
    case .malformed(let line, let message): "line \(line): \(message)"
    case .foreign(let message): message
    case .wrong(let object, let message):
      "the claim about the object of operation \(object) is wrong: \(message)"
    }
  }
}

extension Certificate {
  private static let title = "soldout-certificate 1"
  private static let perLine = 16

  /// The certificate's text, lines ending in a line feed.
  public func text() -> String {
    var lines = [
      Self.title, "model \(model)", "operations \(operations)",
      "digest \(Self.hexadecimal(digest))",
    ]
    for part in parts {
      lines.append("object \(part.object) initial \(part.initial)")
      let listed: [Int]
      switch part.claim {
      case .linearizable(let order):
        lines.append("linearizable \(order.count)")
        listed = order
      case .violation(let full):
        lines.append("violation \(full.count)")
        listed = full
      }
      for start in stride(from: 0, to: listed.count, by: Self.perLine) {
        let line = listed[start..<min(start + Self.perLine, listed.count)]
        lines.append(line.map(String.init).joined(separator: " "))
      }
    }
    lines.append("end")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads a certificate's text.
  public init(parsing text: String) throws(CertificateError) {
    var reader = CertificateReader(text)
    try reader.expect(Self.title)
    self.init(
      model: try reader.field("model"), operations: try reader.number("operations"),
      digest: try reader.digest(), parts: [])
    while let part = try reader.part(below: operations) { parts.append(part) }
    try reader.expectNothingMore()
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

private struct CertificateReader {
  private let lines: [Substring]
  private var next = 0

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  mutating func expect(_ text: String) throws(CertificateError) {
    guard try line(text) == text else { throw malformed("expected \"\(text)\"") }
  }

  mutating func expectNothingMore() throws(CertificateError) {
    guard next == lines.count - 1, lines[next].isEmpty else {
      next += 1
      throw malformed("nothing may follow \"end\" but a line feed")
    }
  }

  mutating func field(_ name: String) throws(CertificateError) -> String {
    let text = try line(name)
    guard text.hasPrefix(name + " ") else { throw malformed("expected \"\(name) …\"") }
    return String(text.dropFirst(name.count + 1))
  }

  mutating func number(_ name: String) throws(CertificateError) -> Int {
    guard let number = Int(try field(name)), number >= 0 else {
      throw malformed("expected \"\(name)\" and a number")
    }
    return number
  }

  mutating func digest() throws(CertificateError) -> UInt64 {
    let text = try field("digest")
    guard text.utf8.count == 16, let digest = UInt64(text, radix: 16) else {
      throw malformed("expected \"digest\" and 16 hexadecimal digits")
    }
    return digest
  }

  /// The next object, or nil at `end`.
  mutating func part(below operations: Int) throws(CertificateError) -> Certificate.Part? {
    let text = try line("object … or end")
    if text == "end" { return nil }
    let words = text.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count == 4, words[0] == "object", words[2] == "initial",
      let object = Int(words[1]), (0..<operations).contains(object)
    else { throw malformed("expected \"object\", its first operation, \"initial\" and JSON") }
    let claim = try line("linearizable or violation").split(separator: " ")
    guard claim.count == 2, let count = Int(claim[1]), (0...operations).contains(count) else {
      throw malformed("expected \"linearizable\" or \"violation\" and a number of operations")
    }
    switch claim[0] {
    case "linearizable":
      let order = try list(count, below: operations)
      return .init(object: object, initial: String(words[3]), claim: .linearizable(order: order))
    case "violation":
      let full = try list(count, below: operations)
      return .init(object: object, initial: String(words[3]), claim: .violation(full: full))
    default:
      throw malformed("expected \"linearizable\" or \"violation\", not \"\(claim[0])\"")
    }
  }

  private mutating func list(_ count: Int, below bound: Int) throws(CertificateError) -> [Int] {
    var list: [Int] = []
    while list.count < count {
      let words = try line("operations").split(separator: " ")
      guard !words.isEmpty else { throw malformed("expected operations by position") }
      for word in words {
        guard let operation = Int(word), (0..<bound).contains(operation) else {
          throw malformed("\"\(word)\" is not an operation; they are numbered 0 to \(bound - 1)")
        }
        list.append(operation)
      }
    }
    guard list.count == count else { throw malformed("more operations than \(count)") }
    return list
  }

  private mutating func line(_ expected: String) throws(CertificateError) -> Substring {
    guard next < lines.count else {
      next += 1
      throw malformed("the certificate ends here, but \"\(expected)\" was expected")
    }
    next += 1
    return lines[next - 1]
  }

  private func malformed(_ message: String) -> CertificateError {
    .malformed(line: next, message)
  }
}
