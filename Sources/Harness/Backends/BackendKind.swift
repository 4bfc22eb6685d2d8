// The kinds of servers that stock is sold from. A kind is a folder here and, for its wire, one under
// Drivers; this is the catalogue line.

public import Drivers

/// A kind of server.
public enum BackendKind: String, CaseIterable, Sendable, Hashable {
  case redis
  case postgres
  case mysql

  /// Its name in options, workloads and events: `postgres`.
  public var name: String { rawValue }

  /// As people call it: `PostgreSQL`.
  public var title: String {
    switch self {
    case .redis: "Redis"
    case .postgres: "PostgreSQL"
    case .mysql: "MySQL"
    }
  }

  /// The option that gives a server of the user's.
  public var option: String { "--\(name)" }

  /// Those of all kinds, as in `--redis, --postgres or --mysql`.
  public static func options(_ conjunction: String) -> String {
    list(allCases.map(\.option), conjunction)
  }

  private static func list(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }

  /// What a run does on such a server beside its calls.
  package var backend: any Backend.Type {
    switch self {
    case .redis: RedisAddress.self
    case .postgres: PostgresAddress.self
    case .mysql: MySQLAddress.self
    }
  }

  /// What sessions with such a database are like; nil: it is not a database.
  package var database: (any DatabaseBackend.Type)? {
    switch self {
    case .redis: nil
    case .postgres: PostgresAddress.self
    case .mysql: MySQLAddress.self
    }
  }

  /// That it forgets what it has acknowledged.
  var forgets: Hazards {
    switch self {
    case .redis: .redisForgets
    case .postgres: .postgresForgets
    case .mysql: .mysqlForgets
    }
  }

  /// Those that keep tables.
  static var databases: [BackendKind] { allCases.filter(\.isDatabase) }

  /// Whether it keeps tables and has transactions.
  public var isDatabase: Bool { database != nil }
}

extension ServerIdentity.Product {
  /// What it is reached as.
  public var kind: BackendKind {
    switch self {
    case .redis, .valkey: .redis
    case .postgres: .postgres
    case .mariadb, .mysql: .mysql
    }
  }
}
