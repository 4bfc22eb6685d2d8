// How an empty PostgreSQL is made, which `DataTemplate` keeps.

/// A freshly initialised PostgreSQL.
enum PostgresTemplate {
  /// The user every private PostgreSQL is initialised with.
  static let superuser = "soldout"

  /// Part of a template's name: to be raised whenever `initdbOptions` change.
  private static let generation = 2

  /// Of the programs in a folder, of this version.
  static func template(
    programs: String, version: ServerVersion, cache: String?
  ) -> DataTemplate {
    DataTemplate(
      name: "postgres-\(version)-\(generation)", server: "PostgreSQL", cache: cache,
      signs: ["PG_VERSION", "global/pg_control"],
      // initdb runs as a user with a name.
      maker: { (programs) throws(ServerFailure) in try ServerUser.named(programs) },
      make: { (fresh, workshop) throws(ServerFailure) in
        try Spawn(
          program: "\(programs)/initdb", arguments: initdbOptions(version) + ["-D", fresh],
          environment: Spawn.environment(), directory: workshop.path, user: workshop.user
        ).succeed()
      })
  }

  /// Small WAL segments, since a template is copied for every server; no sync, `make` does that
  /// once.
  static func initdbOptions(_ version: ServerVersion) -> [String] {
    [
      "-U", superuser, "-A", "trust", "-N", "--locale=C", "-E", "UTF8", "--wal-segsize=1",
    ] + (version >= ServerVersion(14) ? ["--no-instructions"] : [])
  }
}
