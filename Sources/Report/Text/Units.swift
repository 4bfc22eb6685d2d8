// Numbers as people read them: three figures, a unit, thousands apart. Integer arithmetic only, so
// the same number is the same text everywhere.

package enum Units {
  /// A whole number with its thousands apart: `48 112`.
  package static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0 && (digits.count - place) % 3 == 0 { text += " " }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// A whole number in at most five columns: `941`, `48.1k`, `1.05M`.
  package static func short(_ number: Int) -> String {
    guard number >= 1000 else { return String(number) }
    let steps: [(divisor: UInt64, suffix: String)] = [
      (1000, "k"), (1_000_000, "M"), (1_000_000_000, "G"), (1_000_000_000_000, "T"),
    ]
    for step in steps {
      if let figures = threeFigures(UInt64(number), over: step.divisor) {
        return figures + step.suffix
      }
    }
    return count(number)
  }

  /// A number of bytes, decimal: `850 B`, `3.10 GB`.
  package static func size(_ bytes: Int) -> String {
    let units: [(divisor: UInt64, name: String)] = [
      (1000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB"),
    ]
    let bytes = UInt64(max(0, bytes))
    if bytes < 1000 { return "\(bytes) B" }
    for unit in units {
      if let figures = threeFigures(bytes, over: unit.divisor) { return figures + " " + unit.name }
    }
    return count(Int(bytes / 1_000_000_000_000)) + " TB"
  }

  /// A time span in nanoseconds: `850 ns`, `21.3 µs`, `412 ms`, `3.10 s`.
  package static func duration(_ nanoseconds: Int64) -> String {
    guard nanoseconds >= 0 else {
      return "-" + duration(nanoseconds == .min ? .max : -nanoseconds)
    }
    let span = UInt64(nanoseconds)
    if span < 1000 { return "\(span) ns" }
    let units: [(divisor: UInt64, name: String)] = [(1000, "µs"), (1_000_000, "ms")]
    for unit in units {
      if let figures = threeFigures(span, over: unit.divisor) { return figures + " " + unit.name }
    }
    let second: UInt64 = 1_000_000_000
    return (threeFigures(span, over: second) ?? count(Int(span / second))) + " s"
  }

  /// A time span without the blank, for narrow columns: `213µs`.
  package static func compactDuration(_ nanoseconds: Int64) -> String {
    duration(nanoseconds).filter { $0 != " " }
  }

  /// A later time as seen from an earlier one: `0`, `+412 ms`.
  package static func since(_ start: Int64, _ time: Int64?) -> String {
    let (span, overflow) = (time ?? start).subtractingReportingOverflow(start)
    return span == 0 ? "0" : "+" + duration(overflow ? .max : span)
  }

  /// A count per second: `16 037`, `41.3`, `0.50`; nil when no time passed.
  package static func rate(_ number: Int, in nanoseconds: Int64) -> String? {
    perSecond(number, in: nanoseconds).map(rate)
  }

  /// A rate per second: `16 037`, `41.3`, `0.50`.
  package static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond >= 0, perSecond < 1e15 else { return "-" }
    if perSecond >= 99.95 { return count(Int(perSecond.rounded())) }
    return threeFigures(UInt64((perSecond * 1000).rounded()), over: 1000) ?? "100"
  }

  /// A rate in at most five columns: `16.0k`.
  package static func shortRate(_ perSecond: Double) -> String {
    perSecond.isFinite && perSecond >= 999.5 && perSecond < 1e15
      ? short(Int(perSecond.rounded())) : rate(perSecond)
  }

  /// A count per second; nil when no time passed.
  package static func perSecond(_ number: Int, in nanoseconds: Int64) -> Double? {
    nanoseconds > 0 ? Double(number) * 1e9 / Double(nanoseconds) : nil
  }

  /// Elapsed time as a stopwatch shows it: `0:03`, `1:02:03`.
  package static func clock(_ nanoseconds: Int64) -> String {
    let seconds = max(0, nanoseconds) / 1_000_000_000
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
    let rest = seconds % 60 < 10 ? "0\(seconds % 60)" : "\(seconds % 60)"
    guard hours > 0 else { return "\(minutes):\(rest)" }
    return "\(hours):" + (minutes < 10 ? "0" : "") + "\(minutes):\(rest)"
  }

  /// `1 operation`, `3 operations`.
  package static func counted(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    count(number) + " " + (number == 1 ? one : many ?? one + "s")
  }

  /// With one decimal: `2.5`.
  static func tenths(_ number: Double) -> String {
    let scaled = Int((number * 10).rounded())
    return "\(scaled / 10).\(abs(scaled % 10))"
  }

  /// A share from 0 to 1 in per cent: `10 %`, `2.5 %`.
  package static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " %"
  }

  /// A share: `58 %`, `0.3 %`, `< 0.1 %`; never 0 % of something, nor 100 % of less than all.
  package static func share(_ part: Int, of all: Int) -> String {
    guard all > 0, part > 0 else { return "0 %" }
    if part >= all { return "100 %" }
    let share = Double(part) / Double(all)
    if share < 0.0005 { return "< 0.1 %" }
    if share >= 0.995 { return "> 99 %" }
    return share < 0.0995 ? percent(share) : "\(Int((share * 100).rounded())) %"
  }

  /// The quotient in three figures, or nil where it rounds to 1000 or more.
  private static func threeFigures(_ number: UInt64, over divisor: UInt64) -> String? {
    for (scale, places): (UInt64, Int) in [(100, 2), (10, 1), (1, 0)] {
      let (whole, part) = number.quotientAndRemainder(dividingBy: divisor)
      guard whole < 1000 else { return nil }
      // part < divisor ≤ 10¹² and scale ≤ 100: no overflow.
      let rounded = whole * scale + (part * scale + divisor / 2) / divisor
      guard rounded < 1000 else { continue }
      guard places > 0 else { return String(rounded) }
      let fraction = String(rounded % scale)
      return "\(rounded / scale)."
        + String(repeating: "0", count: places - fraction.count) + fraction
    }
    return nil
  }
}
