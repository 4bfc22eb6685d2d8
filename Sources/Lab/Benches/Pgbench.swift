// pgbench, on a PostgreSQL that soldout started.

import Commands
import Drivers
import Foundation
import Harness

/// pgbench on a private PostgreSQL.
struct Pgbench {
  private let program: PeerProgram
  private let client: PeerProgram
  private let address: PostgresAddress

  init(_ topology: Topology) throws {
    guard let address = topology.postgres else {
      throw CLIError("the private PostgreSQL has no address", .internalError)
    }
    self.address = address
    program = try PeerProgram("pgbench")
    client = try PeerProgram("psql")
  }

  /// Transactions per second of a script over a table like the strategies' own, made for it.
  func rate(
    _ script: String, over table: String, rows: Int, clients: Int, seconds: Double
  ) throws -> Double {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "soldout-pgbench-\(ProcessInfo.processInfo.processIdentifier).sql").path
    try script.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    let place = ["-h", address.host, "-p", "\(address.port)", "-U", address.user]
    let setUp = """
      CREATE TABLE \(table) (item integer PRIMARY KEY, units integer NOT NULL,
        version integer NOT NULL DEFAULT 0);
      INSERT INTO \(table) SELECT item, 1000000000 FROM generate_series(0, \(rows - 1)) item;
      """
    _ = try client.run(place + ["-q", "-c", setUp, address.database])
    let output = try program.run(
      place + [
        "-n", "-M", "prepared", "-c", "\(clients)", "-j", "\(min(clients, 2))",
        "-T", "\(Int(seconds.rounded(.up)) + 1)", "-f", file, address.database,
      ])
    _ = try client.run(place + ["-q", "-c", "DROP TABLE \(table)", address.database])
    guard
      let line = output.split(separator: "\n").last(where: { $0.hasPrefix("tps = ") }),
      let rate = Double(line.dropFirst(6).prefix { $0.isNumber || $0 == "." })
    else { throw CLIError("pgbench printed no rate: \(output.suffix(200))", .unavailable) }
    return rate
  }
}
