// An SQL statement and its values, as a strategy writes them down once, for whichever database.
// Statements are prepared by the connection that first executes them; nothing here talks to a server.

import Synchronization

/// An SQL statement with placeholders $1, $2, … (to MySQL they go out as ?, in their order). It is
/// prepared lazily, once per connection, under a name of its own: make it once (`static let`) and use
/// it everywhere.
///
/// Tables stand behind `soldout.`, the stand-in for the schema (in MySQL: the database) of whichever
/// run the connection belongs to: `UPDATE soldout.stock SET …` goes out as
/// `UPDATE soldout_1f…c2.stock SET …`. So a statement finds its own table and no other, whatever
/// search path the session has.
public struct Statement: Sendable, Hashable {
  /// What a trace calls it, such as `UPDATE`.
  public let label: StaticString
  /// As people read it, without the stand-in: `UPDATE stock SET …`.
  public let sql: String
  /// As it was written.
  package let template: String
  public let effect: CommandEffect
  /// Whether it is prepared; DDL and other statements used once are sent as they are and then
  /// take no values.
  public let isPrepared: Bool
  /// Which value (0 is $1) a trace shows beside the label, as 57 in `UPDATE 57`.
  public let shownValue: Int?

  /// Unique in the process; names the prepared statement on the server.
  let number: Int
  /// What the prepared statement is called on the server.
  let name: String

  private static let count = Atomic<Int>(0)

  /// A statement.
  ///
  /// `sql` is one statement; several, separated by semicolons, only when it is not prepared. The
  /// effect, what it can do to the data, decides what losing its answer means. `showing` says
  /// which value, counted from 0, a trace shows; `prepared: false` sends it as a simple query.
  public init(
    _ label: StaticString, _ sql: String, effect: CommandEffect, showing shownValue: Int? = nil,
    prepared: Bool = true
  ) {
    self.label = label
    template = sql
    self.sql = Self.replacingSchema(in: sql, by: "")
    self.effect = effect
    self.shownValue = shownValue
    self.isPrepared = prepared
    number = Statement.count.add(1, ordering: .relaxed).newValue
    name = "s\(number)"
  }

  /// BEGIN at the session's isolation level.
  public static let begin = Statement("BEGIN", "BEGIN", effect: .begin)
  /// COMMIT.
  ///
  /// Answered with a rollback when the transaction had failed; that is thrown.
  public static let commit = Statement("COMMIT", "COMMIT", effect: .commit)
  /// ROLLBACK.
  public static let rollback = Statement("ROLLBACK", "ROLLBACK", effect: .rollback)

  /// What goes out to a session of a place. Without a schema the stand-in stays: the server says that
  /// there is none of that name, and nothing is found or made where it should not be.
  func sql(in schema: String?) -> String {
    guard let schema, template.utf8.count != sql.utf8.count else { return template }
    return Self.replacingSchema(in: template, by: schema + ".")
  }

  /// Replaces the stand-in wherever it begins a name.
  private static func replacingSchema(in sql: String, by replacement: String) -> String {
    var (result, rest) = ("", sql[...])
    while let range = rest.firstRange(of: "soldout.") {
      let before = rest[..<range.lowerBound].last ?? result.last
      let isName = before.map { !$0.isLetter && !$0.isNumber && !"_$\"".contains($0) } ?? true
      result += rest[..<range.lowerBound] + (isName ? replacement : "soldout.")
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  func shownArgument(of values: [SQLValue]) -> Int? {
    guard let shownValue, values.indices.contains(shownValue) else { return nil }
    guard case .integer(let value) = values[shownValue] else { return nil }
    return value
  }

  public static func == (one: Statement, other: Statement) -> Bool { one.number == other.number }
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// A value for a placeholder.
///
/// The server infers its type from the statement.
public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int)
  case text(String)
  case boolean(Bool)
}

extension SQLValue: CustomStringConvertible {
  public var description: String {
    switch self {
    case .null: "NULL"
    case .integer(let value): "\(value)"
    case .text(let text): "'\(text)'"
    case .boolean(let value): value ? "true" : "false"
    }
  }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(nilLiteral: ()) { self = .null }
}
