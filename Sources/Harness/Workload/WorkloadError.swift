// What is wrong with a workload file, and where.

/// Why a workload file is no workload.
public struct WorkloadError: Error, Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// Counted from 1; 0 where the whole file is meant.
  public var line: Int
  public var column: Int
  public var message: String

  public var description: String {
    line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)"
  }
}
