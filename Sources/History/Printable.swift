// Foreign text as a screen may show it: what a history, a file's name or a server says is shown, never
// obeyed. Every place that prints or quotes asks here which characters are safe.

/// Text without power over the screen that shows it.
public enum Printable {
  /// Whether a character moves the cursor, ends the line, is part of an escape sequence, or reorders
  /// or hides what stands beside it (Unicode's Cc, Cf, Zl and Zp: also C1 controls and bidi overrides).
  public static func disturbs(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value < 0x20 }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return true
    default: return false
    }
  }

  /// The text with such characters written as escapes: `\n`, `\u{1B}`.
  public static func text(_ text: some StringProtocol) -> String {
    escaped(text) { _ in false }
  }

  /// The same for several lines of our own making: newlines stay.
  public static func lines(_ text: some StringProtocol) -> String {
    escaped(text) { $0 == "\n" }
  }

  private static func escaped(
    _ text: some StringProtocol, except isKept: (Unicode.Scalar) -> Bool
  ) -> String {
    guard !text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return String(text) }
    var shown = ""
    for scalar in text.unicodeScalars {
      if !disturbs(scalar) || isKept(scalar) {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += escape(scalar)
      }
    }
    return shown
  }

  /// One character as an escape.
  public static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }
}
