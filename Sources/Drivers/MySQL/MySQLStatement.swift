// A prepared statement of one session: its values going out and its rows coming in. libmariadb keeps
// the pointers it was given until a call is done, so what they point to is owned here and stays put.

import CMariaDB
import Glibc

/// A statement that the server has prepared.
final class MySQLStatement {
  let handle: UnsafeMutablePointer<MYSQL_STMT>
  /// The text that goes out, which must live while it is being prepared.
  let text: UnsafeMutablePointer<CChar>
  let length: Int
  private let order: [Int]
  private(set) var names: [String] = []

  private let parameters: UnsafeMutableBufferPointer<MYSQL_BIND>
  /// A number for each placeholder, where its value is one.
  private let numbers: UnsafeMutableBufferPointer<Int64>
  /// The bytes of the texts.
  private var texts: [UnsafeMutableRawPointer] = []

  private var results = UnsafeMutableBufferPointer<MYSQL_BIND>(start: nil, count: 0)
  private var lengths = UnsafeMutableBufferPointer<UInt>(start: nil, count: 0)
  private var nulls = UnsafeMutableBufferPointer<CChar>(start: nil, count: 0)
  private var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  /// Bytes that a value of a row gets at first; a longer one is fetched by itself.
  private static let width = 64

  /// Takes over a handle; `sql` is what it is to prepare.
  init(_ handle: UnsafeMutablePointer<MYSQL_STMT>, _ sql: String) {
    self.handle = handle
    let placeholders = MySQLPlaceholders(sql)
    order = placeholders.order
    text = strdup(placeholders.sql)
    length = strlen(text)
    parameters = .allocate(capacity: order.count)
    parameters.initialize(repeating: MYSQL_BIND())
    numbers = .allocate(capacity: order.count)
    numbers.initialize(repeating: 0)
  }

  /// After the session's end, or where it is to go on without this statement.
  deinit {
    forgetTexts()
    free(text)
    parameters.deallocate()
    numbers.deallocate()
    results.deallocate()
    lengths.deallocate()
    nulls.deallocate()
    room.deallocate()
  }

  /// What the server said of the columns when it had prepared the statement.
  func readColumns() {
    guard let description = mysql_stmt_result_metadata(handle) else { return }
    defer { mysql_free_result(description) }
    let count = Int(mysql_num_fields(description))
    let fields = mysql_fetch_fields(description)
    names = (0..<count).map { fields.map(name(of:))?($0) ?? "" }
    results = .allocate(capacity: count)
    results.initialize(repeating: MYSQL_BIND())
    lengths = .allocate(capacity: count)
    lengths.initialize(repeating: 0)
    nulls = .allocate(capacity: count)
    nulls.initialize(repeating: 0)
    room = .allocate(byteCount: count * Self.width, alignment: 8)
  }

  /// Whether the values fit the placeholders.
  func takes(_ values: [SQLValue]) -> Bool {
    order.count == Int(mysql_stmt_param_count(handle)) && order.allSatisfy(values.indices.contains)
  }

  /// Puts the values where they are sent from.
  func bind(_ values: [SQLValue]) -> Bool {
    forgetTexts()
    for (place, number) in order.enumerated() {
      var parameter = MYSQL_BIND()
      switch values[number] {
      case .null: parameter.buffer_type = MYSQL_TYPE_NULL
      case .integer(let value): bind(Int64(value), at: place, &parameter)
      case .boolean(let value): bind(value ? 1 : 0, at: place, &parameter)
      case .text(let text): bind(text, &parameter)
      }
      parameters[place] = parameter
    }
    return order.isEmpty || mysql_stmt_bind_param(handle, parameters.baseAddress) == 0
  }

  private func bind(_ value: Int64, at place: Int, _ parameter: inout MYSQL_BIND) {
    numbers[place] = value
    parameter.buffer_type = MYSQL_TYPE_LONGLONG
    parameter.buffer = numbers.baseAddress.map { UnsafeMutableRawPointer($0 + place) }
  }

  private func bind(_ text: String, _ parameter: inout MYSQL_BIND) {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    copy.copyMemory(from: bytes, byteCount: bytes.count)
    texts.append(copy)
    parameter.buffer_type = MYSQL_TYPE_STRING
    parameter.buffer = copy
    parameter.buffer_length = UInt(bytes.count)
  }

  private func forgetTexts() {
    for text in texts { text.deallocate() }
    texts.removeAll(keepingCapacity: true)
  }

  /// The rows that have been stored, as texts; nil where libmariadb refuses.
  func fetch() -> MySQLResult? {
    for column in names.indices {
      var result = MYSQL_BIND()
      result.buffer_type = MYSQL_TYPE_STRING
      result.buffer = room.baseAddress.map { $0 + column * Self.width }
      result.buffer_length = UInt(Self.width)
      result.length = lengths.baseAddress.map { $0 + column }
      result.is_null = nulls.baseAddress.map { $0 + column }
      results[column] = result
    }
    guard mysql_stmt_bind_result(handle, results.baseAddress) == 0 else { return nil }
    defer { mysql_stmt_free_result(handle) }
    var status: Int32 = 0
    let rows = Int(mysql_stmt_num_rows(handle))
    let result = MySQLResult(columns: names, rows: rows) { result in
      while true {
        status = mysql_stmt_fetch(handle)
        guard status == 0 || status == MYSQL_DATA_TRUNCATED else { break }
        for column in names.indices { append(column, to: result) }
      }
    }
    return status == MYSQL_NO_DATA ? result : nil
  }

  private func append(_ column: Int, to result: MySQLResult) {
    guard nulls[column] == 0 else { return result.appendNull() }
    let length = Int(lengths[column])
    result.append(length) { target in
      guard length > Self.width else {
        guard let source = room.baseAddress else { return }
        return target.copyMemory(from: source + column * Self.width, byteCount: length)
      }
      var whole = MYSQL_BIND()
      whole.buffer_type = MYSQL_TYPE_STRING
      whole.buffer = target
      whole.buffer_length = UInt(length)
      _ = mysql_stmt_fetch_column(handle, &whole, UInt32(column), 0)
    }
  }
}
