// What a statement brought back, read in place from libpq's result.

import CLibPQ

/// A statement's rows, or how many it changed.
///
/// `@unchecked Sendable`: the result libpq made is not changed any more, only freed in the end.
public final class Rows: @unchecked Sendable {
  private let result: OpaquePointer

  /// Takes over a result.
  init(_ result: OpaquePointer) {
    self.result = result
  }

  deinit {
    PQclear(result)
  }

  /// How many rows it has.
  public var count: Int { Int(PQntuples(result)) }

  /// How many columns a row has; 0 of a statement that returns none.
  public var columns: Int { Int(PQnfields(result)) }

  /// How many rows INSERT, UPDATE or DELETE changed, or SELECT returned; nil of other statements.
  public var affected: Int? {
    PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
  }

  /// The command tag, such as `UPDATE 1`.
  public var tag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

  /// A column's number; nil when there is none of that name.
  public func column(_ name: String) -> Int? {
    let number = PQfnumber(result, name)
    return number < 0 ? nil : Int(number)
  }

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

  /// A value as a boolean: nil when it is NULL, not there, or no boolean.
  public func boolean(_ row: Int = 0, _ column: Int = 0) -> Bool? {
    switch text(row, column) {
    case "t": true
    case "f": false
    default: nil
    }
  }

  /// The bytes of a value, valid as long as the result.
  private func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    guard row >= 0, row < count, column >= 0, column < columns else { return nil }
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    return PQgetvalue(result, row, column).map { text in
      UnsafeBufferPointer(
        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
        count: Int(PQgetlength(result, row, column)))
    }
  }

  /// How a trace shows it: the first value, or how many rows changed.
  var traced: CommandTrace.Reply {
    guard columns > 0 else { return affected.map { .integer($0) } ?? .ok }
    return integer().map { .integer($0) } ?? text().map { .text($0) } ?? .null
  }
}
