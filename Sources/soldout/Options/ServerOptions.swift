// Servers of the user's own, instead of private ones.

import ArgumentParser
import Drivers
import Harness

struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use this Redis: redis://[user:password@]host:port/db or unix:///path.", valueName: "url"))
  var redis: String?

  @Option(
    help: ArgumentHelp(
      "Use this PostgreSQL: postgres://[user:password@]host:port/database.", valueName: "url"))
  var postgres: String?

  @OptionGroup var programs: ProgramOptions

  func external() throws -> ExternalServers {
    var external = ExternalServers(
      redis: try redis.map(RedisAddress.init(url:)),
      postgres: try postgres.map(PostgresAddress.init(url:)))
    external.programs = try programs.programs()
    return external
  }
}
