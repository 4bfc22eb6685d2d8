// Shops by one client library each, in Python, Go and Java, to which replies are lost: what each sends, and
// whether it sends it again.

import Foundation
import Testing

@testable import Drivers
@testable import Explorer
@testable import Harness

/// A shop by one client library, where one client takes one unit.
struct LossyShop: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// What the call sends: the first word of each command.
  var commands: [String]
  /// Whether a command without a reply is sent again, after a nap.
  var repeats = false
  /// What has to be there.
  private var files: [String]
  private var make: @Sendable (FaultBudget) throws -> ExploredShop

  func explored() throws -> ExploredShop { try make(.one(\.losses)) }

  /// The call with the reply of its command at a place lost, and what follows then, after so many naps.
  func schedule(losing place: Int, naps: Int) -> [NamedTransition] {
    let step = NamedTransition(.step(.client(0)))
    let lost = NamedTransition(Transition(.loseReply, of: .client(0)))
    let before = Array(repeating: step, count: place) + [lost]
    guard repeats else { return before }
    let after = Array(repeating: step, count: commands.count - place)
    return before + Array(repeating: NamedTransition(.time), count: naps) + after
  }

  /// What is sent in that schedule.
  func sent(losing place: Int) -> [String] {
    Array(commands[...place]) + (repeats ? commands[place...] : [])
  }

  /// Those whose libraries are there; the others are said by name.
  static let present = (redis + databases + goShops + javaShops).filter { shop in
    let missing = shop.files.filter { !FileManager.default.fileExists(atPath: $0) }
    for file in missing { print("\(shop.testDescription): \(file) isn't there") }
    return missing.isEmpty
  }

  private static let transaction = ["BEGIN", "SELECT", "UPDATE", "COMMIT"]

  private static let redis = ClientLibrary.redis.flatMap { library in
    [("decr", ["DECRBY"]), ("get-set", ["GET", "SET"])].map { way, commands in
      LossyShop(
        testDescription: "\(library.name) \(way)", commands: commands,
        repeats: library.name == "redis-8.1.0", files: [library.path]
      ) { try .onRedis(way, by: library.name, calls: "t", faults: $0) }
    }
  }

  private static let databases =
    ClientLibrary.postgres.map { postgres($0, "for-update") }
    + ClientLibrary.postgres.filter { $0.name.hasPrefix("sqlalchemy") }.map {
      postgres($0, "pre-ping")
    }
    + ClientLibrary.mysql.prefix(1).map { library in
      LossyShop(
        testDescription: library.name, commands: Array(transaction.dropFirst()),
        files: [library.path]
      ) { try .onMySQL("for-update", calls: "t", faults: $0) }
    }

  private static func postgres(_ library: ClientLibrary, _ way: String) -> LossyShop {
    LossyShop(
      testDescription: "\(library.name) \(way)", commands: transaction, files: [library.path]
    ) { try .onPostgres(way, by: library, calls: "t", faults: $0) }
  }

  /// Of Debian's packages: golang-github-gomodule-redigo-dev and so on.
  private static let goShops = [
    ("redigo", "gomodule/redigo", ["DECRBY"]), ("pq", "lib/pq", transaction),
    ("mysql", "go-sql-driver/mysql", ["START"] + transaction.dropFirst()),
  ].map { name, source, commands in
    LossyShop(
      testDescription: "Go's \(name)", commands: commands,
      files: ["/usr/bin/go", "/usr/share/gocode/src/github.com/\(source)"]
    ) { faults in
      let command = [try goShop.get(), name]
      if name != "redigo" {
        return try .inSQL(
          command: command, on: name == "pq" ? "postgres" : "mysql", calls: "t", faults: faults)
      }
      return try ExploredShop(
        yaml: "program: {command: [\(command.joined(separator: ", "))], servers: [redis]}",
        calls: "t", faults: faults)
    }
  }

  /// The program in Go, made once.
  private static let goShop = Result {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-go-\(ProcessInfo.processInfo.processIdentifier)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let build =
      "GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$1/cache CGO_ENABLED=0 "
      + "go build -o $1/shop \(TimedProgram.programs)/library_shop.go && rm -rf $1/cache"
    let spawn = Spawn(
      program: "/bin/sh", arguments: ["-c", build, "sh", folder],
      environment: Spawn.environment(), directory: folder)
    let (status, output) = try spawn.run(within: 300)
    try #require(status == 0, "\(output)")
    return "\(folder)/shop"
  }

  /// Of Debian's packages libpostgresql-jdbc-java and libmariadb-java.
  private static let javaShops = [
    ("postgresql", "postgres", ["BEGIN", "UPDATE", "COMMIT"]),
    ("mariadb-java-client", "mysql", ["SELECT", "UPDATE", "COMMIT"]),
  ].map { name, server, commands in
    let driver = "/usr/share/java/\(name).jar"
    return LossyShop(
      testDescription: "Java's \(name)", commands: commands, files: ["/usr/bin/java", driver]
    ) {
      try .inSQL(
        command: ["java", "-cp", driver, "\(TimedProgram.programs)/LibraryShop.java"], on: server,
        calls: "t", faults: $0)
    }
  }
}
