// Gives a private PostgreSQL's superuser the password that its port asks for. By its socket, in a
// directory that is ours alone; the server is sent a verifier and never sees the password itself.

internal import CLibPQ

extension ExternalProbe {
  /// Sets the password of the address' own user, who must be let in without one.
  static func setPassword(
    _ password: String, at address: PostgresAddress
  ) throws(ServerFailure) {
    func failure(_ connection: OpaquePointer) -> ServerFailure {
      let text = String(cString: PQerrorMessage(connection))
      return .unreachable(
        address: address.description, reason: lastLines(of: text, count: 1).joined())
    }
    let connection = try connect(address, seconds: 5)
    defer { PQfinish(connection) }
    guard PQstatus(connection) == CONNECTION_OK,
      let verifier = PQencryptPasswordConn(
        connection, password, address.user, "scram-sha-256")
    else { throw failure(connection) }
    defer { PQfreemem(verifier) }
    // A verifier is letters, digits and `+/=:$-`: nothing in it ends the literal.
    let result = PQexec(
      connection, "ALTER ROLE \(address.user) PASSWORD '\(String(cString: verifier))'")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure(connection) }
  }
}
