// How much a run is going to write, and what judging that takes. It is an estimate.

/// The size of a history that is still to be written.
public struct HistoryForecast: Sendable, Hashable {
  public var operations: Int
  /// Bytes of the file.
  public var bytes: Int
  /// Whether it may be more, as nothing is known yet of the commands that go with an operation.
  public var isLeast: Bool

  /// Call and reply of an operation, a line each, without the commands behind it (bytes).
  static let leastPerOperation = 180
  /// What a history takes in memory when it is judged as a whole, for each operation (bytes).
  static let wholePerOperation = 420

  /// For this many operations, none of them written yet.
  public init(operations: Int) {
    self.operations = operations
    bytes = operations.multipliedReportingOverflow(by: Self.leastPerOperation).partialValue
    isLeast = true
  }

  /// If all goes on as it has to so far, when a share from 0 to 1 of the run was done. Nil where that
  /// is too little to tell.
  public init?(operations done: Int, bytes written: Int, share: Double) {
    guard done >= 1000, written > 0, share > 0.001 else { return nil }
    operations = Int(Double(done) / min(1, share))
    bytes = Int(Double(written) / min(1, share))
    isLeast = false
  }

  /// Whether people should know beforehand: half a gigabyte or more.
  public var isLarge: Bool { bytes >= 500_000_000 }

  /// One sentence, without a full stop.
  public var sentence: String {
    let whole = operations.multipliedReportingOverflow(by: Self.wholePerOperation).partialValue
    return "\(isLeast ? "at least" : "about") \(Units.size(bytes)) of history for "
      + "\(Units.short(operations)) operations; judging it takes about 100 MB of memory, and about "
      + "\(Units.size(whole)) where something is wrong"
  }

  /// One sentence where the disk hasn't the room, without a full stop; nil where it has.
  public func lack(of free: Int, in folder: String) -> String? {
    guard bytes > free else { return nil }
    return "the history takes \(isLeast ? "at least" : "about") \(Units.size(bytes)), but "
      + "\(folder.printable) has only \(Units.size(free)) free; free some space, choose another "
      + "--output or a shorter run"
  }
}
