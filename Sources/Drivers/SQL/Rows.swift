// What a statement returned, whichever database it came from: read in place from what the
// database's library made of it.

/// What a database's library keeps of a result; bytes are valid as long as it is.
protocol RowSource: AnyObject {
  var count: Int { get }
  var columns: Int { get }
  var affected: Int? { get }
  /// What the server called it, such as `UPDATE 1`; empty where servers say nothing.
  var tag: String { get }
  /// A column's number; nil when there is none of that name.
  func column(_ name: String) -> Int?
  /// A value's bytes as text, nil for NULL. The row and the column exist.
  func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>?
}

/// A statement's rows, or how many it changed.
///
/// `@unchecked Sendable`: a result is not changed any more, only freed in the end.
public final class Rows: @unchecked Sendable {
  private let source: any RowSource

  init(_ source: any RowSource) {
    self.source = source
  }

  /// How many rows it has.
  public var count: Int { source.count }

  /// How many columns a row has; 0 of a statement that returns none.
  public var columns: Int { source.columns }

  /// How many rows INSERT, UPDATE or DELETE changed, or SELECT returned; nil of other statements.
  ///
  /// An UPDATE that writes what was there already has changed its row.
  public var affected: Int? { source.affected }

  /// The command tag, such as `UPDATE 1`; empty of a database that sends none.
  public var tag: String { source.tag }

  /// A column's number; nil when there is none of that name.
  public func column(_ name: String) -> Int? { source.column(name) }

  /// Whether a value is NULL; a value that is not there counts as NULL.
  public func isNull(_ row: Int = 0, _ column: Int = 0) -> Bool { value(row, column) == nil }

  /// A value as an integer: nil when it is NULL, not there, or no integer.
  public func integer(_ row: Int = 0, _ column: Int = 0) -> Int? {
    value(row, column).flatMap { Int(decimal: $0) }
  }

  /// A value as text: nil when it is NULL or not there.
  public func text(_ row: Int = 0, _ column: Int = 0) -> String? {
    value(row, column).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A value as a boolean, which MySQL has as a number: nil when it is NULL, not there, or neither.
  public func boolean(_ row: Int = 0, _ column: Int = 0) -> Bool? {
    switch text(row, column) {
    case "t", "1": true
    case "f", "0": false
    default: nil
    }
  }

  private func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    guard row >= 0, row < count, column >= 0, column < columns else { return nil }
    return source.value(row, column)
  }

  /// How a trace shows it: the first value, or how many rows changed.
  var traced: CommandTrace.Reply {
    guard columns > 0 else { return affected.map { .integer($0) } ?? .ok }
    return integer().map { .integer($0) } ?? text().map { .text($0) } ?? .null
  }
}
