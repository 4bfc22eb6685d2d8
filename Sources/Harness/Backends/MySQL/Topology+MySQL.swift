// The MySQL of a topology.

public import Drivers

extension Topology {
  public var mysql: MySQLAddress? {
    get { self[.mysql, as: MySQLAddress.self] }
    set { self[.mysql, as: MySQLAddress.self] = newValue }
  }
}

extension ExternalServers {
  /// A MySQL, or a MariaDB of the user's.
  public var mysql: MySQLAddress? {
    get { self[.mysql] as? MySQLAddress }
    set { self[.mysql] = newValue }
  }
}
