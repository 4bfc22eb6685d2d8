// Shops over HTTP, each behind what serves Python in production: one process that makes the calls of all
// clients, in threads or in one loop.

import Foundation
import Testing

@testable import Harness

/// A server of Python applications, with the shop that it serves.
struct ServedShop: Sendable, CustomTestStringConvertible {
  /// How it takes one unit.
  enum Way: String {
    case right, racy
    /// Every command says which client it is sent for.
    case tagged
  }

  /// Its folder among the client libraries: `gunicorn-27.0.1`.
  private let library: String
  /// What python3 is told.
  private let command: [String]

  var testDescription: String { library }

  private static let programs = TimedProgram.programs

  private static let all = [
    ServedShop(library: "flask-3.1.2", command: ["\(programs)/flask_shop.py"]),
    ServedShop(
      library: "gunicorn-27.0.1",
      command: ["-m", "gunicorn", "--config", "\(programs)/gunicorn_settings.py", "flask_shop:app"]),
    ServedShop(library: "uvicorn-0.54.0", command: ["\(programs)/asgi_shop.py"]),
  ]

  /// Those whose libraries are there; the others are said by name.
  static let present = all.filter { shop in
    let isThere = FileManager.default.fileExists(atPath: "\(ClientLibrary.cache)/\(shop.library)")
    if !isThere {
      print(
        "\(shop.library) isn't in \(ClientLibrary.cache); scripts/client-libraries fetches it")
    }
    return isThere
  }

  /// The shop with one instance for all clients.
  func explored(_ way: Way, calls: String = "t/t") throws -> ExploredShop {
    let path = "\(ClientLibrary.cache)/\(library):\(Self.programs)"
    return try ExploredShop(
      yaml: """
        service:
          command: [python3, \(command.joined(separator: ", "))]
          env: {PYTHONPATH: "\(path)", PYTHONDONTWRITEBYTECODE: "1"}
          servers: [redis]
          ready: GET /health
        prepare:
          - redis: SET {{item}} {{stock}}
        take:
          request: POST /\(way.rawValue)/{{item}}/{{client}}/take
          replies:
            - {status: 200, taken: true, left: $.left}
        truth: {redis: "GET {{item}}"}
        """, calls: calls)
  }
}
