// A MySQL result as text, copied out of libmariadb's buffers, which the next statement reuses.

import CMariaDB

/// Rows of texts in one piece of memory.
final class MySQLResult: RowSource {
  private(set) var count = 0
  let names: [String]
  let affected: Int?
  private var bytes: UnsafeMutableBufferPointer<UInt8>
  private var used = 0
  /// Where each value stands in `bytes`, row by row; nil: NULL.
  private var values: [Range<Int>?] = []

  /// For a statement that returned no rows: how many it changed; nil: it changes none.
  init(affected: Int?) {
    names = []
    self.affected = affected
    bytes = .init(start: nil, count: 0)
  }

  /// A result with columns of these names; `fill` appends its values row by row.
  init(columns names: [String], rows: Int, _ fill: (MySQLResult) -> Void) {
    self.names = names
    affected = rows
    bytes = .allocate(capacity: max(32, 16 * rows * names.count))
    fill(self)
    count = names.isEmpty ? 0 : values.count / names.count
  }

  deinit {
    bytes.deallocate()
  }

  var columns: Int { names.count }

  var tag: String { "" }

  func column(_ name: String) -> Int? { names.firstIndex(of: name) }

  func value(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8>? {
    values[row * names.count + column].map { UnsafeBufferPointer(rebasing: bytes[$0]) }
  }

  func appendNull() { values.append(nil) }

  /// Appends a value of this many bytes, which `write` puts where it is told.
  func append(_ length: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
    if used + length > bytes.count || bytes.baseAddress == nil { grow(to: used + length) }
    if length > 0, let start = bytes.baseAddress { write(UnsafeMutableRawPointer(start + used)) }
    values.append(used..<used + length)
    used += length
  }

  private func grow(to needed: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(64, 2 * needed))
    _ = larger.moveInitialize(fromContentsOf: bytes[..<used])
    bytes.deallocate()
    bytes = larger
  }
}

extension MySQLResult {
  /// Of a statement that was not prepared, as libmariadb has stored it; nil: its memory is used up.
  convenience init(_ stored: UnsafeMutablePointer<MYSQL_RES>) {
    let width = Int(mysql_num_fields(stored))
    let fields = mysql_fetch_fields(stored)
    self.init(
      columns: (0..<width).map { fields.map(name(of:))?($0) ?? "" },
      rows: Int(mysql_num_rows(stored))
    ) { result in
      while let row = mysql_fetch_row(stored), let lengths = mysql_fetch_lengths(stored) {
        for column in 0..<width {
          guard let text = row[column] else {
            result.appendNull()
            continue
          }
          let length = Int(lengths[column])
          result.append(length) { $0.copyMemory(from: text, byteCount: length) }
        }
      }
    }
  }
}

/// The names of columns, by number.
func name(of fields: UnsafeMutablePointer<MYSQL_FIELD>) -> (Int) -> String {
  { column in fields[column].name.map { String(cString: $0) } ?? "" }
}
