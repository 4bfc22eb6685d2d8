// A shop under Tests/Programs or Examples that is explored as users do: a workload's text, private servers, and
// the library of a real client.

import Foundation
import Testing

@testable import Drivers
@testable import Explorer
@testable import Harness

extension FaultBudget {
  /// One of a kind.
  static func one(_ kind: WritableKeyPath<FaultBudget, Int>) -> FaultBudget {
    var budget = FaultBudget()
    budget[keyPath: kind] = 1
    return budget
  }
}

/// An exploration of a program or a service.
struct ExploredShop {
  let configuration: Configuration

  private static let tests = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What a workload's text describes, with its calls.
  init(
    yaml: String, calls: String, stock: Int? = nil, faults: FaultBudget = FaultBudget()
  ) throws {
    let workload = try Workload(yaml: yaml, name: "shop", file: "shop.yaml", strategies: [])
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-explored-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let system = try #require(workload.external)
    configuration = Configuration(
      .external(Configuration.External(workload, system, folder: folder)),
      script: try #require(CallScript.calls(calls)), stock: stock, faultBudget: faults)
  }

  /// The shop on Redis, taking in one of its ways by redis-py.
  static func onRedis(
    _ way: String, by library: String = "redis-8.1.0", calls: String = "t/t", stock: Int? = nil,
    faults: FaultBudget = FaultBudget(), environment: String = ""
  ) throws -> ExploredShop {
    try ExploredShop(
      yaml: """
        program:
          command: [python3, \(tests.path)/Programs/library_shop.py, \(way), redis]
          env: {PYTHONPATH: \(ClientLibrary.cache)/\(library)\(environment)}
          servers: [redis]
        """, calls: calls, stock: stock, faults: faults)
  }

  /// The shop on MySQL by PyMySQL.
  static func onMySQL(
    _ way: String, calls: String = "t/t", faults: FaultBudget = FaultBudget()
  ) throws -> ExploredShop {
    try inSQL(
      way, by: ClientLibrary.mysql[0], "pymysql", on: "mysql", calls: calls, faults: faults)
  }

  /// The shop that numbers its orders, with a stock that has no primary key.
  static func withOrders(by library: ClientLibrary, on server: String) throws -> ExploredShop {
    let name = String(library.name.prefix { $0 != "-" })
    return try inSQL(
      "orders", by: library, name, on: server, key: "",
      """

        - sql: >-
            CREATE TABLE orders (id \(server == "mysql" ? "int AUTO_INCREMENT" : "serial") PRIMARY KEY,
            name varchar(40), note varchar(40))
      """)
  }

  private static func inSQL(
    _ way: String, by library: ClientLibrary, _ name: String, on server: String,
    key: String = "PRIMARY KEY", _ further: String = "", calls: String = "t/t",
    faults: FaultBudget = FaultBudget()
  ) throws -> ExploredShop {
    try inSQL(
      command: ["python3", "\(tests.path)/Programs/library_shop.py", way, name],
      path: "\(library.path):\(ClientLibrary.cache)/psycopg2-2.9.13", on: server, key: key, further,
      calls: calls, faults: faults)
  }

  /// A program whose stock is a table that soldout makes.
  static func inSQL(
    command: [String], path: String = "", on server: String, key: String = "PRIMARY KEY",
    _ further: String = "", calls: String = "t/t", faults: FaultBudget = FaultBudget()
  ) throws -> ExploredShop {
    try ExploredShop(
      yaml: """
        program:
          command: [\(command.joined(separator: ", "))]
          env: {PYTHONPATH: "\(path)"}
          servers: [\(server)]
        prepare:
          - sql: CREATE TABLE stock (name varchar(40) \(key), units integer NOT NULL)
          - sql: INSERT INTO stock VALUES ('{{item}}', {{stock}})\(further)
        truth: {sql: "SELECT units FROM stock WHERE name = '{{item}}'"}
        """, calls: calls, faults: faults)
  }

  /// The shop on PostgreSQL, which selects FOR UPDATE and updates.
  static func onPostgres(
    _ way: String = "for-update", by library: ClientLibrary, calls: String = "t/t",
    faults: FaultBudget = FaultBudget()
  ) throws -> ExploredShop {
    let name = String(library.name.prefix { $0 != "-" })
    return try inSQL(way, by: library, name, on: "postgres", calls: calls, faults: faults)
  }

  /// A workload of Examples/flask-shop, with one instance for all clients.
  static func inFlask(_ workload: String, calls: String = "t/t") throws -> ExploredShop {
    let folder = tests.deletingLastPathComponent().appending(path: "Examples/flask-shop").path
    let text = try String(contentsOfFile: "\(folder)/\(workload).yaml", encoding: .utf8)
      .replacing(/instances: [0-9]/, with: "instances: 1")
      .replacing(
        "  servers:", with: "  env: {PYTHONPATH: \(ClientLibrary.cache)/flask-3.1.2}\n  servers:"
      )
      .replacing("shop.py]", with: "\(folder)/shop.py]")
    return try ExploredShop(yaml: text, calls: calls)
  }

  /// Calls `body` with the exploration, on servers of its own.
  func explore<Result>(
    search: Explorer.Search = TestServers.everyOrder, _ body: (Exploration) throws -> Result
  ) throws -> Result {
    try TestServers.withOwnServers(configuration, search: search, body)
  }

  func findings(search: Explorer.Search = TestServers.everyOrder) throws -> Findings {
    try explore(search: search) { try $0.carryOut().findings }
  }
}
