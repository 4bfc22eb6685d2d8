// MySQL under a session: how its transactions begin.

package import Drivers

extension MySQLAddress: DatabaseBackend {
  package func open(
    on loop: EventLoop, by deadline: Int64, name: String?
  ) async throws(Failure) -> any DatabaseConnection {
    try await MySQLConnection.open(self, on: loop, deadline: deadline, name: name)
  }

  package var asProgramsSee: MySQLAddress {
    var address = self
    address.schema = nil
    address.database = MySQLGuest.ofPrograms.database
    return address
  }

  package static var clearing: [Statement] {
    let name = MySQLGuest.ofPrograms.database
    return ["DROP DATABASE \(name)", "CREATE DATABASE \(name)"].map {
      Statement("DDL", $0, effect: .write, prepared: false)
    }
  }

  package var amongTablesOfPrograms: MySQLAddress {
    var address = asProgramsSee
    address.schema = address.database
    return address
  }

  package static func begin(
    _ isolation: SQLCommands.Isolation
  ) -> (before: Statement?, begin: Statement) {
    switch isolation {
    case .standard: (nil, .begin)
    case .readCommitted: (.nextReadCommitted, .begin)
    case .repeatableRead: (.nextRepeatableRead, .begin)
    case .serializable: (.nextSerializable, .begin)
    }
  }
}

extension Statement {
  static let nextReadCommitted = Statement(
    "SET READ COMMITTED", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED", effect: .begin)
  static let nextRepeatableRead = Statement(
    "SET REPEATABLE READ", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", effect: .begin)
  static let nextSerializable = Statement(
    "SET SERIALIZABLE", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", effect: .begin)
}
