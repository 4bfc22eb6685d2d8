// sysbench on a private MariaDB: prepared statements from our script, client by client.

import Commands
import Drivers
import Foundation
import Harness

struct Sysbench {
  private let program: PeerProgram
  private let address: MySQLAddress
  private let socket: String

  init(_ topology: Topology) throws {
    guard let address = topology.mysql, let socket = address.socket else {
      throw CLIError("the private MariaDB has no unix socket", .internalError)
    }
    (self.address, self.socket) = (address, socket)
    program = try PeerProgram("sysbench", advice: "run `make bench`, which installs it")
  }

  /// Statements per second of an UPDATE of one of `rows` rows, in a database made for it.
  func rate(in database: String, rows: Int, clients: Int, seconds: Double) throws -> Double {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "soldout-sysbench-\(ProcessInfo.processInfo.processIdentifier).lua").path
    let login = file + ".login"
    defer { for made in [file, login] { try? FileManager.default.removeItem(atPath: made) } }
    try script(database, rows).write(toFile: file, atomically: true, encoding: .utf8)
    // Everybody may read a command line.
    let words = Data("mysql-password=\(address.password ?? "")\n".utf8)
    guard
      FileManager.default.createFile(
        atPath: login, contents: words, attributes: [.posixPermissions: 0o600])
    else { throw CLIError("\(login) can't be written", .unavailable) }
    let options = [
      file, "--db-driver=mysql", "--mysql-socket=\(socket)", "--mysql-user=\(address.user)",
      "--config-file=\(login)", "--mysql-db=information_schema",
      "--threads=\(clients)", "--time=\(Int(seconds.rounded(.up)))", "--rand-type=uniform",
    ]
    _ = try program.run(options + ["prepare"])
    let output = try program.run(options + ["run"])
    _ = try program.run(options + ["cleanup"])
    // "    transactions:                        12345  (4114.50 per sec.)"
    guard let line = output.split(separator: "\n").first(where: { $0.contains("transactions:") }),
      let rate = Double(line.split(separator: "(").last?.prefix { $0.isNumber || $0 == "." } ?? "")
    else {
      throw CLIError("sysbench printed no rate: \(output.suffix(200))", .unavailable)
    }
    return rate
  }

  /// What mysql-update sends, prepared once by each thread.
  private func script(_ database: String, _ rows: Int) -> String {
    """
    function thread_init()
      connection = sysbench.sql.driver():connect()
      statement = connection:prepare(
        "UPDATE \(database).stock SET units = units - ? WHERE item = ? AND units >= ?")
      units = statement:bind_create(sysbench.sql.type.INT)
      item = statement:bind_create(sysbench.sql.type.INT)
      units:set(1)
      statement:bind_param(units, item, units)
    end
    function event()
      item:set(sysbench.rand.uniform(0, \(rows - 1)))
      statement:execute()
    end
    function prepare()
      local connection = sysbench.sql.driver():connect()
      connection:query("CREATE DATABASE \(database)")
      connection:query("CREATE TABLE \(database).stock (item integer PRIMARY KEY, \
    units integer NOT NULL, version integer NOT NULL DEFAULT 0)")
      for item = 0, \(rows - 1) do
        connection:query(
          "INSERT INTO \(database).stock VALUES (" .. item .. ", 1000000000, 0)")
      end
    end
    function cleanup()
      sysbench.sql.driver():connect():query("DROP DATABASE \(database)")
    end
    """
  }
}
