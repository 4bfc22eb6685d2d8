// The variables by which libpq fills in what an address leaves out (PostgreSQL manual §34.15). A
// caller's own PGHOST or PGSERVICE was set for another program: it must not say where soldout
// connects, nor how. Passwords stay: PGPASSFILE and PGPASSWORD choose no server.

internal import Glibc

public enum PostgresEnvironment {
  /// Forgets these variables in this process, once. Best called before there are threads; every
  /// connection calls it as well.
  public static func forget() { forgotten }

  private static let forgotten: Void = {
    for name in names where !["PGPASSFILE", "PGPASSWORD"].contains(name) { unsetenv(name) }
  }()

  /// All that begin with PG: some that libpq reads, such as PGTZ, are no connection keywords.
  private static var names: [String] {
    var names: [String] = []
    var entry = environ
    while let variable = entry.pointee {
      let name = String(cString: variable).prefix { $0 != "=" }
      if name.hasPrefix("PG") { names.append(String(name)) }
      entry += 1
    }
    return names
  }
}
