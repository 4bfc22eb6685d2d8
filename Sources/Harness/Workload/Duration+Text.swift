// Times as workload files and the command line have them.

extension Duration {
  /// A time as people write it: `250us`, `500ms`, `10s`, `2m`.
  public init?(text: some StringProtocol) {
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite, number >= 0, number < 1e9 else {
      return nil
    }
    switch text.dropFirst(digits.count) {
    case "us": self = .nanoseconds(Int64(number * 1e3))
    case "ms": self = .nanoseconds(Int64(number * 1e6))
    case "s": self = .nanoseconds(Int64(number * 1e9))
    case "m": self = .nanoseconds(Int64(number * 60e9))
    default: return nil
    }
  }
}
