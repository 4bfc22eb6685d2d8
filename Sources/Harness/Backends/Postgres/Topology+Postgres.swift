// The PostgreSQL servers of a topology, by what they are for.

public import Drivers

extension Topology {
  public var postgres: PostgresAddress? {
    get { self[.postgres, as: PostgresAddress.self] }
    set { self[.postgres, as: PostgresAddress.self] = newValue }
  }

  /// Servers that share one business and no transaction, with schemas of one name; empty or two.
  public var shards: [PostgresAddress] {
    get { servers(of: .twoPostgres, as: PostgresAddress.self) }
    set { set(.twoPostgres, to: newValue) }
  }

  /// All the PostgreSQL servers.
  package var allPostgres: [PostgresAddress] { (postgres.map { [$0] } ?? []) + shards }
}

extension ExternalServers {
  /// A PostgreSQL of the user's.
  public var postgres: PostgresAddress? {
    get { self[.postgres] as? PostgresAddress }
    set { self[.postgres] = newValue }
  }
}

extension ServerDemands {
  /// Settings of every PostgreSQL, by name.
  public var postgresSettings: [String: String] {
    get { settings[.postgres] ?? [:] }
    set { settings[.postgres] = newValue }
  }
}
