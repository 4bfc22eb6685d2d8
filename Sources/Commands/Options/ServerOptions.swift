// The user's own servers, instead of private ones.

import ArgumentParser
import Drivers
import Harness

struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Use this Redis: redis://[user:password@]host:port/db, rediss:// for TLS, unix:///path, or \
      env:NAME for a variable that holds the URL. The password can be in SOLDOUT_REDIS_PASSWORD.
      """, valueName: "url"))
  var redis: String?

  @Option(
    help: ArgumentHelp(
      "Read its password from the first line of this file.", valueName: "file"), completion: .file()
  )
  var redisPasswordFile: String?

  @Option(
    help: ArgumentHelp(
      """
      Use this PostgreSQL: postgres://[user:password@]host:port/database?sslmode=…, or env:NAME. \
      The password can be in SOLDOUT_POSTGRES_PASSWORD or ~/.pgpass; PGHOST and the like are ignored.
      """, valueName: "url"))
  var postgres: String?

  @Option(
    help: ArgumentHelp(
      "Read its password from the first line of this file.", valueName: "file"), completion: .file()
  )
  var postgresPasswordFile: String?

  @Option(
    help: ArgumentHelp(
      """
      Use this MySQL or MariaDB: mysql://user[:password]@host:port, ?socket=/path for its socket, or \
      env:NAME. The password can be in SOLDOUT_MYSQL_PASSWORD.
      """, valueName: "url"))
  var mysql: String?

  @Option(
    help: ArgumentHelp(
      "Read its password from the first line of this file.", valueName: "file"), completion: .file()
  )
  var mysqlPasswordFile: String?

  @OptionGroup var programs: ProgramOptions

  func external() throws -> ExternalServers {
    var external = ExternalServers()
    external.programs = try programs.programs()
    let (first, second) = (
      ServerSource(option: "redis", word: redis, passwordFile: redisPasswordFile),
      ServerSource(option: "postgres", word: postgres, passwordFile: postgresPasswordFile)
    )
    if var address = try first.address(RedisAddress.init(url:)) {
      external.words[.redis] = first.words("\(address)")
      address.password = try first.password(beside: address.password) ?? address.password
      external.redis = address
    }
    if var address = try second.address(PostgresAddress.init(url:)) {
      external.words[.postgres] = second.words("\(address)")
      address.password = try second.password(beside: address.password) ?? address.password
      external.postgres = address
    }
    let third = ServerSource(option: "mysql", word: mysql, passwordFile: mysqlPasswordFile)
    if var address = try third.address(MySQLAddress.init(url:)) {
      external.words[.mysql] = third.words("\(address)")
      address.password = try third.password(beside: address.password) ?? address.password
      external.mysql = address
    }
    return external
  }
}
