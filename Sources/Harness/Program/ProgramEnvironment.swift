// What a program finds in its environment: the caller's own, without the names by which programs find
// their servers, so that no run ever reaches one that matters; then every usual name for the private ones.

import Drivers
import Foundation

/// The environment of a program's processes.
struct ProgramEnvironment: Sendable {
  private let inherited: [String: String]

  /// What the caller's names of servers begin with; ours too, which may hold passwords.
  static let foreign = [
    "REDIS", "PG", "DATABASE_", "MYSQL_", "MARIADB_", "SPRING_", "POSTGRES_", "DB_",
    "QUARKUS_DATASOURCE",
    "SOLDOUT_",
  ]

  init(
    of setup: ProgramSetup, caller: [String: String] = ProcessInfo.processInfo.environment
  ) {
    inherited = caller.filter { name, _ in !Self.foreign.contains { name.hasPrefix($0) } }
  }

  /// Everything but the servers, for the process of a number.
  func variables(for number: Int, seed: Seed) -> [String: String] {
    inherited.merging([
      "SOLDOUT_NODE": "n\(number)", "SOLDOUT_INSTANCE": "n\(number)", "SOLDOUT_SEED": "\(seed)",
      // Python keeps what it prints to a pipe until there is a page of it.
      "PYTHONUNBUFFERED": "1",
      // Else an exception of Spring's has no message that anything could be told by.
      "SERVER_ERROR_INCLUDE_MESSAGE": "always",
    ]) { _, new in new }
  }
}

/// How one process reaches the private servers: by ports of its own on 127.0.0.1.
struct ProgramWay: Sendable, Hashable {
  var redis: RedisAddress?
  var postgres: PostgresAddress?
  var mysql: MySQLAddress?

  /// The usual names for them. Where there are two databases, those that name none are PostgreSQL's.
  var variables: [String: String] {
    [
      redis.map(Self.variables), postgres.map(Self.variables), mysql.map(Self.variables),
    ].compactMap(\.self).reduce(into: [:]) { all, own in all.merge(own) { first, _ in first } }
  }

  private static func variables(of mysql: MySQLAddress) -> [String: String] {
    let (host, port, user) = (mysql.host, "\(mysql.port)", mysql.user)
    let (password, database) = (mysql.password ?? "", mysql.database ?? "")
    let place = "\(host):\(port)/\(database)"
    let url = "mysql://\(user):\(password)@\(place)"
    var variables = [
      "DATABASE_URL": url, "MYSQL_URL": url, "SPRING_DATASOURCE_URL": "jdbc:mysql://\(place)",
      "SPRING_DATASOURCE_USERNAME": user, "SPRING_DATASOURCE_PASSWORD": password,
      "SPRING_R2DBC_URL": "r2dbc:mysql://\(place)", "SPRING_R2DBC_USERNAME": user,
      "SPRING_R2DBC_PASSWORD": password, "QUARKUS_DATASOURCE_JDBC_URL": "jdbc:mysql://\(place)",
      "QUARKUS_DATASOURCE_USERNAME": user, "QUARKUS_DATASOURCE_PASSWORD": password,
    ]
    for (names, value) in [
      (["MYSQL_HOST", "MARIADB_HOST", "DB_HOST"], host),
      (["MYSQL_PORT", "MYSQL_TCP_PORT", "MARIADB_PORT", "DB_PORT"], port),
      (["MYSQL_USER", "MARIADB_USER", "DB_USER", "DB_USERNAME"], user),
      (["MYSQL_PASSWORD", "MARIADB_PASSWORD", "DB_PASSWORD"], password),
      (["MYSQL_DATABASE", "MYSQL_DB", "MARIADB_DATABASE", "DB_NAME", "DB_DATABASE"], database),
    ] {
      for name in names { variables[name] = value }
    }
    return variables
  }

  private static func variables(of redis: RedisAddress) -> [String: String] {
    guard case .tcp(let host, let port) = redis.endpoint else { return [:] }
    let password = redis.password ?? ""
    let login = password.isEmpty ? "" : ":\(password)@"
    return [
      "REDIS_URL": "redis://\(login)\(host):\(port)/0", "REDIS_HOST": host, "REDIS_PORT": "\(port)",
      "REDIS_DB": "0", "REDIS_PASSWORD": password,
      // Not SPRING_DATA_REDIS_URL, which would win over host and port.
      "SPRING_DATA_REDIS_HOST": host, "SPRING_DATA_REDIS_PORT": "\(port)",
      "SPRING_DATA_REDIS_PASSWORD": password, "SPRING_REDIS_HOST": host,
      "SPRING_REDIS_PORT": "\(port)", "SPRING_REDIS_PASSWORD": password,
      "QUARKUS_REDIS_HOSTS": "redis://\(login)\(host):\(port)/0",
    ]
  }

  private static func variables(of postgres: PostgresAddress) -> [String: String] {
    let (host, port, user) = (postgres.host, "\(postgres.port)", postgres.user)
    let (password, database) = (postgres.password ?? "", postgres.database)
    let place = "\(host):\(port)/\(database)"
    var variables = [
      // SQLAlchemy refuses `postgres://`.
      "DATABASE_URL": "postgresql://\(user):\(password)@\(place)", "PGSSLMODE": "disable",
      "SPRING_DATASOURCE_URL": "jdbc:postgresql://\(place)", "SPRING_DATASOURCE_USERNAME": user,
      "SPRING_DATASOURCE_PASSWORD": password, "SPRING_R2DBC_URL": "r2dbc:postgresql://\(place)",
      "SPRING_R2DBC_USERNAME": user, "SPRING_R2DBC_PASSWORD": password,
      "QUARKUS_DATASOURCE_JDBC_URL": "jdbc:postgresql://\(place)",
      "QUARKUS_DATASOURCE_USERNAME": user, "QUARKUS_DATASOURCE_PASSWORD": password,
    ]
    for (names, value) in [
      (["PGHOST", "POSTGRES_HOST", "DB_HOST"], host),
      (["PGPORT", "POSTGRES_PORT", "DB_PORT"], port),
      (["PGUSER", "POSTGRES_USER", "DB_USER", "DB_USERNAME"], user),
      (["PGPASSWORD", "POSTGRES_PASSWORD", "DB_PASSWORD"], password),
      (["PGDATABASE", "POSTGRES_DB", "DB_NAME", "DB_DATABASE"], database),
    ] {
      for name in names { variables[name] = value }
    }
    return variables
  }
}
