// Lengths of time as whole numbers, where something counts in them: clocks in nanoseconds, servers in
// milliseconds.

extension Duration {
  /// Whole nanoseconds.
  public var inNanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }

  /// Whole milliseconds.
  public var inMilliseconds: Int { Int(inNanoseconds / 1_000_000) }
}
