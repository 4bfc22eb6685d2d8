// Lengths of time as the loop counts them: moments are whole nanoseconds of `EventLoop.now()`.

extension Duration {
  /// Whole nanoseconds.
  var ns: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
