// Times in public interfaces: a length is a Duration, and a moment names the clock it is read from.

import Testing

private let sources = ["History", "Checker", "Drivers", "Harness"].flatMap {
  Checkout.own.files(under: "Sources/\($0)", ".swift")
}

@Suite("Times in public interfaces")
struct BareTimeTests {
  /// Where a length of time is a number, or a moment has no clock.
  private static func bareTimes(in text: String) -> [Int] {
    var (found, comment) = ([Int](), "")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let code = line.drop { $0 == " " }
      if code.hasPrefix("///") {
        comment += code.dropFirst(3)
        continue
      }
      let isNumber = code.contains(/^public\b.*\bInt(64)?\b/)
      let saysUnit = comment.contains(
        /\b(in|many|of) (ns|ms|s|(nano|milli)?seconds)\b|\((ns|ms|s)\)/)
      let namesClock = comment.contains(/\bclock\b|EventLoop\.now/)
      let isNamedForUnit = code.contains(/(Seconds|Milliseconds|Nanoseconds|Ms|Ns)\b.*\bInt/)
      let converts = code.contains("var inNanoseconds") || code.contains("var inMilliseconds")
      if isNumber, (saysUnit && !namesClock) || (isNamedForUnit && !converts) {
        found.append(number + 1)
      }
      if !code.isEmpty { comment = "" }
    }
    return found
  }

  @Test("a length of time is a Duration, a moment names its clock", arguments: sources)
  fileprivate func times(_ file: SourceFile) {
    for line in Self.bareTimes(in: file.text) {
      Issue.record("\(file.path):\(line) has a time that is a bare number: say Duration")
    }
  }

  @Test(
    "a bare number of milliseconds is found, a moment on a clock is not",
    arguments: [
      ("/// How long it lasts, in ms.\n  public var length: Int64", 1),
      ("/// How long it lasts (ns).\npublic let length: Int", 1),
      ("public func wait(forSeconds: Int)", 1), ("public var startSeconds: Int = 3", 1),
      ("/// When it came (ns on the run's clock).\n  public var came: Int64", 0),
      ("/// How long it lasts.\n  public var length: Duration", 0),
      ("/// How long it lasts, in ms.\n  var length: Int64", 0),
    ])
  func planted(_ text: String, _ count: Int) { #expect(Self.bareTimes(in: text).count == count) }
}
