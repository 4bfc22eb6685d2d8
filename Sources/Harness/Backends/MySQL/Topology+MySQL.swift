// The MySQL of a topology.

public import Drivers

extension Topology {
  public var mysql: MySQLAddress? {
    get { self[.mysql, as: MySQLAddress.self] }
    set { self[.mysql, as: MySQLAddress.self] = newValue }
  }
}
