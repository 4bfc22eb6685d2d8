// Services driven and judged from the command line: right and wrong ones, and what is refused in one sentence
// with the place in the workload.

import Foundation
import Testing

/// A workload of the shop in Tests/Services, with changes.
private struct ShopFile {
  var mode = ""
  var service = "instances: 1, ready: GET /health"
  var headers = ""
  var take = "{status: 200, taken: true, left: $.left}"
  var rest = "read: {request: \"GET /items/{{item}}\", left: $.left}"
  var operations = 200
  /// What every process of it has in its environment.
  let sign = "shop-\(UInt64.random(in: 0...UInt64.max))"

  private static let program = Soldout.root.appending(path: "Tests/Services/plain_shop.py").path

  var text: String {
    """
    about: A shop of the tests.
    service: {command: [python3, \(Self.program)], env: {MODE: "\(mode)", SHOP_SIGN: "\(sign)"}, \(service)}
    prepare: {request: "PUT /items/{{item}}", json: {units: "{{stock}}"}}
    take:
      request: POST /items/{{item}}/take
      headers: {\(headers)X-Call: "{{call}} {{uuid}}"}
      json: {quantity: "{{units}}"}
      replies:
        - \(take)
        - {status: 409, json: {$.code: SOLD_OUT}, sold-out: true}
    \(rest)
    clients: 4
    stock: 20
    mix: {take: 80, read: 20}
    operations: \(operations)
    """
  }

  /// Runs it in a folder of its own.
  func run(_ options: String = "") throws -> (code: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "soldout-service-\(UInt64.random(in: 0...UInt64.max))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try text.write(toFile: "\(folder)/shop.yaml", atomically: true, encoding: .utf8)
    let (code, output) = try Soldout.shell(
      "'\(Soldout.binary.path)' run shop.yaml \(options)", in: folder)
    return (code, output)
  }
}

@Suite("Services over HTTP", .serialized)
struct ServiceRunTests {
  @Test("a right one is linearizable, and the report tells its answers by rule")
  func right() throws {
    let (code, output) = try ShopFile().run()
    #expect(code == 0, "\(output)")
    #expect(
      output.contains("service  take: 20 by rule 1") && output.contains("by rule 2"), "\(output)")
  }

  @Test("one that sells what it hasn't got is found out")
  func generous() throws {
    let (code, output) = try ShopFile(mode: "generous").run()
    #expect(code == 1, "\(output)")
  }

  @Test("a rule that calls a sale a failure shows as units that nobody bought")
  func wrongRule() throws {
    let (code, output) = try ShopFile(take: "{status: 200, fail: true}").run()
    #expect(code == 1, "\(output)")
    let words = output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains("one of these rules is not: fail (shop.yaml:9:7, 20 answers)"), "\(output)")
  }

  @Test("clients log in, and what they capture goes with their requests")
  func login() throws {
    let rest = """
      read: {request: "GET /items/{{item}}", left: $.left}
      login: {request: POST /login, json: {user: "u{{client}}"}, capture: {token: $.token}}
      """
    let (refused, unknown) = try ShopFile(mode: "login", rest: rest).run()
    #expect(refused == 65 && unknown.contains("401"), "\(unknown)")
    let headers = "Authorization: \"Bearer {{token}}\", "
    let (code, output) = try ShopFile(mode: "login", headers: headers, rest: rest).run()
    #expect(code == 0 && output.contains("by rule 1"), "\(output)")
  }

  @Test("a rule that no answer met is named")
  func unmet() throws {
    let (code, output) = try ShopFile(
      rest:
        "    - {status: 418, fail: true}\nread: {request: \"GET /items/{{item}}\", left: $.left}"
    ).run()
    let words = output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(code == 0 && words.contains("no answer matched this rule"), "\(output)")
  }

  @Test(
    "what is wrong is one sentence with its place",
    arguments: [
      (
        "unready", "instances: 1, ready: {request: GET /health, within: 1s}", "shop.yaml:2:",
        "503 ok"
      ),
      ("ends", "ready: GET /health", "shop.yaml:2:", "no configuration"),
      (
        "text", "ready: GET /health", "shop.yaml:9:",
        "the answer is not JSON, in 200 sold, thank you"
      ),
    ])
  func refused(_ mode: String, _ service: String, _ place: String, _ words: String) throws {
    let (code, output) = try ShopFile(mode: mode, service: service).run()
    #expect(code != 0 && code != 1, "\(output)")
    #expect(output.contains(place) && output.contains(words), "\(output)")
  }

  @Test("a truth of two rows is no truth")
  func twoRows() throws {
    let rest = "truth: {sql: \"SELECT n FROM generate_series(1, 2) n WHERE {{item.number}} >= 0\"}"
    var file = ShopFile(service: "ready: GET /health, servers: [postgres]")
    file.rest = rest + "\nread: {request: \"GET /items/{{item}}\", left: $.left}"
    let (code, output) = try file.run()
    #expect(code != 0 && code != 1)
    #expect(output.contains("shop.yaml:11:") && output.contains("2 rows"), "\(output)")
  }

  @Test("a port that is written down and taken is said with its place")
  func takenPort() throws {
    let listener = try TakenPort()
    var file = ShopFile()
    file.service = "ready: GET /health, servers: {redis: {port: \(listener.port)}}"
    let (code, output) = try file.run()
    #expect(code != 0 && code != 1)
    #expect(
      output.contains("port \(listener.port)") && output.contains("shop.yaml:2:"), "\(output)")
  }

  @Test("nothing of a service is left running")
  func nothingLeft() throws {
    let file = ShopFile(operations: 20)
    _ = try file.run()
    #expect(try Soldout.carriers(of: "SHOP_SIGN=\(file.sign)") == "")
  }

  private static let flask =
    ProcessInfo.processInfo.environment["SOLDOUT_CLIENT_LIBRARIES"]
    ?? "\(ProcessInfo.processInfo.environment["XDG_CACHE_HOME"] ?? "\(ProcessInfo.processInfo.environment["HOME"] ?? "")/.cache")/soldout/clients"

  @Test(
    "the shop in Flask: right, and racy",
    .enabled(
      if: FileManager.default.fileExists(atPath: "\(flask)/flask-3.1.2"),
      "flask-3.1.2 isn't in the cache; scripts/client-libraries fetches it"),
    arguments: ["shop", "racy", "pg-shop", "pg-racy"])
  func flaskShop(_ name: String) throws {
    let (code, output) = try Self.example("flask-shop/\(name)")
    #expect(code == 0, "\(output)")
    #expect(output.contains("by rule 1"), "\(output)")
    if name == "racy" { #expect(output.contains("GET item-0"), "\(output)") }
    if name == "pg-racy" {
      #expect(output.matches(of: /SELECT units FROM stock/).count >= 2, "\(output)")
    }
  }

  @Test(
    "the right shop in Flask on PostgreSQL comes through what it claims to survive",
    .enabled(
      if: FileManager.default.fileExists(atPath: "\(flask)/flask-3.1.2"),
      "flask-3.1.2 isn't in the cache; scripts/client-libraries fetches it"),
    arguments: [
      ["crash:every=700ms", "reply-loss:every=300ms", "connection-kill:every=300ms"],
      ["server-kill", "partition:for=100ms", "client-pause:before=UPDATE,for=100ms"],
    ])
  func flaskShopUnderFaults(_ faults: [String]) throws {
    let options = faults.map { "--fault \($0)" }.joined(separator: " ")
    let (code, output) = try Self.example(
      "flask-shop/pg-shop", options + " --stock 2000 --duration 3s")
    #expect(code == 0 && output.contains("linearizable"), "\(output)")
    for fault in faults {
      #expect(output.contains("\(fault.prefix { $0 != ":" }) "), "\(output)")
    }
  }

  /// Runs a workload of the examples.
  private static func example(
    _ name: String, _ options: String = ""
  ) throws -> (code: Int32, output: String) {
    let results = FileManager.default.temporaryDirectory
      .appending(path: "soldout-example-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: results) }
    let file = Soldout.root.appending(path: "Examples/\(name).yaml").path
    let (code, output) = try Soldout.shell(
      "PYTHONPATH='\(flask)/flask-3.1.2' PYTHONDONTWRITEBYTECODE=1 '\(Soldout.binary.path)' run "
        + "'\(file)' \(options) --output '\(results)'", in: "/tmp")
    return (code, output)
  }

  /// Whether a program is on PATH, and a file is there.
  private static func has(_ program: String, _ file: String = "/") -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return FileManager.default.fileExists(atPath: file)
      && path.split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
      }
  }

  @Test(
    "the shop in Java on PostgreSQL is right",
    .enabled(
      if: has("javac", "/usr/share/java/postgresql.jar"),
      "no JDK, or no libpostgresql-jdbc-java; scripts/setup tests installs the driver"))
  func jvmShopOnPostgres() throws {
    let (code, output) = try Self.example("jvm-shop/shop")
    #expect(code == 0 && output.contains("postgres"), "\(output)")
  }

  @Test(
    "the shop in Java on MySQL is right with FOR UPDATE, and caught without",
    .enabled(
      if: has("javac", "/usr/share/java/mariadb-java-client.jar"),
      "no JDK, or no libmariadb-java; scripts/setup tests installs the driver"),
    arguments: ["mysql", "racy"])
  func jvmShopOnMySQL(_ name: String) throws {
    let (code, output) = try Self.example("jvm-shop/\(name)")
    #expect(code == 0 && output.contains("as MySQL"), "\(output)")
  }

  @Test(
    "the shop in Node is right by a script, and caught where it awaits between",
    .enabled(if: has("node"), "no node on PATH"), arguments: ["shop", "racy"])
  func nodeShop(_ name: String) throws {
    let (code, output) = try Self.example("node-shop/\(name)")
    #expect(code == 0, "\(output)")
  }
}

/// Somebody who listens on a port of 127.0.0.1.
private final class TakenPort {
  private let socket: Int32
  let port: UInt16

  init() throws {
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, length) == 0 && listen(socket, 1) == 0
          && getsockname(socket, pointer, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(bound)
  }

  deinit { close(socket) }
}
