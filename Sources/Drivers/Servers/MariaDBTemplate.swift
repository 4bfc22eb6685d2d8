// How an empty MariaDB is made, which `DataTemplate` keeps.

/// A freshly initialised MariaDB.
enum MariaDBTemplate {
  /// Part of a template's name: to be raised whenever the options below change.
  private static let generation = 1

  /// A log of 4 MB instead of 96, and no undo tablespaces of their own: a template is copied for every
  /// server. Servers must be started with the same (MariaDB manual, innodb_log_file_size).
  static let sizes = ["--innodb-log-file-size=4M", "--innodb-undo-tablespaces=0"]

  /// Of this version.
  static func template(version: ServerVersion, cache: String?) -> DataTemplate {
    DataTemplate(
      name: "mariadb-\(version)-\(generation)", server: "MariaDB", cache: cache,
      signs: ["ibdata1", "ib_logfile0", "mysql/global_priv.MAD"],
      maker: { (programs) throws(ServerFailure) in try ServerUser.unprivileged(programs) },
      make: { (fresh, workshop) throws(ServerFailure) in
        let script = try maker(workshop.programs)
        try Spawn(
          program: script,
          // The first must be the first.
          arguments: [
            "--no-defaults", "--datadir=\(fresh)", "--auth-root-authentication-method=normal",
            "--skip-test-db", "--skip-name-resolve",
          ] + sizes, environment: Spawn.environment(), directory: workshop.path,
          user: workshop.user
        ).succeed()
      })
  }

  /// The script that makes the system tables, and what it calls.
  private static func maker(_ programs: Programs) throws(ServerFailure) -> String {
    guard let script = programs.find("mariadb-install-db") else {
      throw .missingProgram(name: "mariadb-install-db", package: "mariadb-server-core")
    }
    guard programs.find("my_print_defaults") != nil else {
      throw .missingProgram(name: "my_print_defaults", package: "mariadb-client-core")
    }
    return script
  }
}
