// Which programs private servers are started from, if not the machine's own.

package import ArgumentParser
package import Drivers

package struct ProgramOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run private Redis servers with this redis-server or valkey-server.", valueName: "file"),
    completion: .file())
  package var redisServer: String?

  @Option(
    help: ArgumentHelp(
      "Run private PostgreSQL servers with postgres and initdb from this folder.",
      valueName: "folder"), completion: .directory)
  package var postgresBin: String?

  package init() {}

  package func programs() throws -> Programs {
    try Programs.installed.choosing(redis: redisServer, postgres: postgresBin)
  }
}
