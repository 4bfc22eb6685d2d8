// The client libraries that programs really use, from the cache that scripts/client-libraries fills, and
// the programs under Tests/Clients that speak with them.

import Foundation
import Testing

@testable import Drivers

/// A library in the cache.
struct ClientLibrary: Sendable, CustomTestStringConvertible {
  /// Its folder: `redis-8.1.0`.
  let name: String
  /// The program under Tests/Clients that uses it.
  let program: String

  static let redis = [
    ClientLibrary(name: "redis-5.3.1", program: "redis_client.py"),
    ClientLibrary(name: "redis-8.1.0", program: "redis_client.py"),
  ]
  static let postgres = [
    ClientLibrary(name: "psycopg2-2.9.13", program: "psycopg2_client.py"),
    ClientLibrary(name: "sqlalchemy-2.1.9", program: "psycopg2_client.py"),
    ClientLibrary(name: "psycopg-3.3.9", program: "psycopg_client.py"),
    ClientLibrary(name: "asyncpg-0.32.0", program: "asyncpg_client.py"),
    ClientLibrary(name: "pg8000-1.31.6", program: "pg8000_client.py"),
  ]

  static let mysql = [
    ClientLibrary(name: "pymysql-1.2.4", program: "mysql_client.py"),
    ClientLibrary(name: "mysql-connector-26.10.0", program: "mysql_client.py"),
    ClientLibrary(name: "mariadb-2.0.0rc2", program: "mysql_client.py"),
  ]

  static let cache: String = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["SOLDOUT_CLIENT_LIBRARIES"] { return folder }
    let home = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "")/.cache"
    return "\(home)/soldout/clients"
  }()

  var testDescription: String { name }

  var path: String { "\(Self.cache)/\(name)" }

  var isThere: Bool { FileManager.default.fileExists(atPath: path) }

  /// Those of some libraries that are there; the others are said by name.
  static func present(_ libraries: [ClientLibrary]) -> [ClientLibrary] {
    for library in libraries where !library.isThere {
      print("\(library.name) isn't in \(cache); scripts/client-libraries fetches it")
    }
    return libraries.filter(\.isThere)
  }

  private static let programs = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Clients").path

  /// Runs the program, blocking; returns the words that it asked with.
  func run(_ variables: [String: String]) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "\(Self.programs)/\(program)"]
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "PYTHONPATH": path,
      "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nowhere",
    ].merging(variables) { _, new in new }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    try #require(process.terminationStatus == 0, "\(name): \(text)")
    // Warnings come before it.
    let last = text.split(separator: "\n").last ?? ""
    return try JSONDecoder().decode([String].self, from: Data(last.utf8))
  }
}
