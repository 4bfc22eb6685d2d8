// Lengths of time as the loop counts them. Public interfaces say `Duration`; moments are whole nanoseconds
// of `EventLoop.now()`, and so is what is reckoned with between two of them.

extension Duration {
  /// Whole nanoseconds.
  public var inNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }

  /// Whole milliseconds, as servers count them.
  public var inMilliseconds: Int { Int(inNanoseconds / 1_000_000) }
}
