// The digits of a decimal that is a whole number, however it is written: 42.0, 4.2e1, 420E-1.
// Exact: no detour through Double, which would turn 9007199254740993.0 into its neighbour.

struct WholeDecimal {
  /// A minus and digits, without zeros in front; what `Int` reads.
  let digits: String

  /// More digits than any history needs are left as they are written.
  private static let most = 100

  /// Nil where something is left behind the point, or the number is too long to be written out.
  init?(_ text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard let exponent = parts.count > 1 ? Int(parts[1]) : 0 else { return nil }
    let mantissa = parts[0].drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
    let fraction = mantissa.count > 1 ? mantissa[1] : ""
    var digits = Array((mantissa[0] + fraction).utf8).drop { $0 == UInt8(ascii: "0") }
    guard !digits.isEmpty else {
      self.digits = "0"
      return
    }
    guard (-Self.most...Self.most).contains(exponent), digits.count <= Self.most else {
      return nil
    }
    var shift = exponent - fraction.utf8.count
    while shift < 0, digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      shift += 1
    }
    guard shift >= 0 else { return nil }
    self.digits =
      (parts[0].first == "-" ? "-" : "") + String(decoding: digits, as: UTF8.self)
      + String(repeating: "0", count: shift)
  }
}
