// A PostgreSQL result, read in place from what libpq made.

import CLibPQ

/// Rows in libpq's memory, freed with it.
final class PostgresResult: RowSource {
  private let result: OpaquePointer

  /// Takes over a result.
  init(_ result: OpaquePointer) {
    self.result = result
  }

  deinit {
    PQclear(result)
  }

  var count: Int { Int(PQntuples(result)) }

  var columns: Int { Int(PQnfields(result)) }

  var affected: Int? {
    PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
  }

  var tag: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

  func column(_ name: String) -> Int? {
    let number = PQfnumber(result, name)
    return number < 0 ? nil : Int(number)
  }

  func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    let (row, column) = (Int32(row), Int32(column))
    guard PQgetisnull(result, row, column) == 0 else { return nil }
    return PQgetvalue(result, row, column).map { text in
      UnsafeBufferPointer(
        start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self),
        count: Int(PQgetlength(result, row, column)))
    }
  }
}
