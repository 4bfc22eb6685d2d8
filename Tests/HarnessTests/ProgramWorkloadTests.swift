// A workload with a program: what its file says, what is refused and where, and what the lines of the
// protocol come to.

import Drivers
import History
import Testing

@testable import Harness

@Suite("A workload with a program")
struct ProgramWorkloadTests {
  private func read(_ yaml: String) throws -> Workload {
    try Workload(yaml: yaml, name: "shop", file: "shops/shop.yaml", strategies: ["redis-decr"])
  }

  @Test("says how one is started and what its stores are told")
  func whole() throws {
    let workload = try read(
      """
      program:
        command: python3 'my shop.py' --fast
        directory: ../app
        env: {MODE: fast, SIZE: 3}
        servers: [redis, postgres]
        ready: 2m
        stop: 100ms
      prepare:
        - sql: INSERT INTO stock VALUES ('{{item}}', {{stock}})
        - redis: SET stock:{{item.number}} "{{stock}}"
      truth: {redis: "GET stock:{{item.number}}", settle: 2s}
      clients: 4
      expect: violation
      """)
    let program = try #require(workload.program)
    #expect(program.command == ["python3", "my shop.py", "--fast"])
    #expect(program.directory == "shops/../app")
    #expect(program.environment == ["MODE": "fast", "SIZE": "3"])
    #expect(program.servers == [.redis, .postgres])
    #expect(program.ready == .seconds(120) && program.stop == .milliseconds(100))
    #expect(program.place == "shops/shop.yaml:2:12")
    #expect(program.name == "python3 'my shop.py' --fast")
    #expect(workload.strategies == [] && workload.expect == [program.name: .violation])
    let item = Item(number: 1, prefix: "")
    #expect(
      program.prepare.map { $0.filled(item, units: 7) } == [
        .sql("INSERT INTO stock VALUES ('item-1', 7)", .postgres), .redis(["SET", "stock:1", "7"]),
      ])
    #expect(program.truth?.settle == .seconds(2))
  }

  @Test(
    "is refused where it says what nobody knows",
    arguments: [
      ("program: {comand: x}", "1:11: a program has no key `comand`; did you mean `command`?"),
      ("program: {servers: [redis]}", "1:10: a program has no `command`"),
      ("program: {command: []}", "1:20: `command` is a command line"),
      ("program: {command: 'cat | sh'}", "it runs without a shell, so | has no effect"),
      ("program: {command: \"sh 'x\"}", "a ' is never closed"),
      (
        "truth: {sql: SELECT 1}\nprogram: {command: x, servers: [postgres, mysql]}",
        "1:14: `sql` could be for PostgreSQL or MySQL: say which by server: mysql beside it"
      ),
      (
        "truth: {sql: SELECT 1, server: redis}\nprogram: {command: x, servers: [redis, mysql]}",
        "1:32: `server` is mysql here"
      ),
      (
        "program: {command: x, servers: [redsi]}", "unknown server redsi; did you mean `redis`?"
      ),
      ("program: {command: x, ready: soon}", "`ready` is a time such as"),
      ("program: {command: x}\nstrategies: [redis-decr]", "2:13: `strategies` and `program`"),
      ("program: {command: x}\nlease: 1s", "a workload with a program has no key `lease`"),
      (
        "program: {command: x}\ntruth: {sql: 'SELECT {{item}}'}",
        "2:14: `truth` uses a PostgreSQL or MySQL that the program's `servers` don't name"
      ),
      (
        "program: {command: x, servers: redis}\ntruth: {redis: GET stock}",
        "2:8: `truth` is read for each item"
      ),
      ("program: {command: x, servers: redis}\nprepare: {redis: a, sql: b}", "one of `sql` and"),
      (
        "program: {command: x, servers: redis}\nprepare: {redis: 'SET {{itme}} {{stock}}'}",
        "2:18: {{itme}} is not available here; did you mean `item`?"
      ),
      (
        "program: {command: x, servers: redis}\nprepare: {redis: 'SET {{item}} {{units}}'}",
        "2:18: {{units}} is not available here"
      ),
    ])
  func refused(_ yaml: String, _ words: String) {
    let error = #expect(throws: WorkloadError.self) { try read(yaml) }
    #expect(error?.description.hasPrefix("shops/shop.yaml:") == true)
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test(
    "splits a command as a shell does",
    arguments: [
      ("a  b\tc", ["a", "b", "c"]), ("a'b c'd", ["ab cd"]),
      ("\"a \\\"b\\\"\" ''", ["a \"b\"", ""]),
      ("a\\ b", ["a b"]), ("'$x' \"a*b\"", ["$x", "a*b"]), ("", []),
    ])
  func words(_ text: String, _ words: [String]) throws {
    #expect(try ShellWords.split(text) == words)
  }

  @Test(
    "believes what the protocol knows, and nothing else",
    arguments: [
      (ShopCall.take(1), #"{"type":"take_ok","left":4}"#, CallOutcome?.some(.ok(.left(4)))),
      (.take(1), #"{"type":"take_ok"}"#, .ok(.taken)),
      (.take(1), #"{"type":"take_ok","left":null}"#, .ok(.taken)),
      (.take(1), #"{"type":"take_ok","left":"4"}"#, nil),
      (.take(1), #"{"type":"take_ok","left":4.5}"#, nil),
      (.take(1), #"{"type":"sold_out"}"#, .ok(.soldOut)),
      (.read, #"{"type":"read_ok","value":4}"#, .ok(.value(4))),
      (.read, #"{"type":"read_ok"}"#, nil),
      (.read, #"{"type":"take_ok","left":4}"#, nil),
      (.restock(2), #"{"type":"restock_ok"}"#, .ok(.restocked)),
      (.take(1), #"{"type":"restock_ok"}"#, nil),
    ])
  func answers(_ call: ShopCall, _ body: String, _ outcome: CallOutcome?) throws {
    let line = #"{"src":"n0","dest":"soldout","body":\#(body)}"#
    #expect(try ProgramAnswer(Array(line.utf8)).outcome(of: call) == outcome)
  }

  @Test("takes these codes, and no others, as promises", arguments: -1...40)
  func codes(_ code: Int) throws {
    let line = #"{"body":{"type":"error","in_reply_to":7,"code":\#(code),"text":"why"}}"#
    let answer = try ProgramAnswer(Array(line.utf8))
    #expect(answer.request == 7)
    let isPromise = [1, 10, 11, 12, 14, 20, 21, 22, 30].contains(code)
    switch try #require(answer.outcome(of: .take(1))) {
    case .fail: #expect(isPromise)
    case .info: #expect(!isPromise)
    case .ok: Issue.record("an error was taken for a success")
    }
  }

  @Test("tells the database that its SQL is for: the only one, or the one that is named")
  func databases() throws {
    for (servers, named, expected) in [
      ("[mysql]", "", BackendKind.mysql), ("[redis, postgres]", "", .postgres),
      ("[postgres, mysql]", ", server: mysql", .mysql),
      ("[postgres, mysql]", ", server: postgres", .postgres),
    ] {
      let workload = try read(
        """
        program: {command: x, servers: \(servers)}
        truth: {sql: "SELECT units FROM stock WHERE id = '{{item}}'"\(named)}
        """)
      guard case .sql(_, let database)? = workload.program?.truth?.command.kind else {
        Issue.record("no SQL for \(servers)")
        continue
      }
      #expect(database == expected)
    }
  }

  @Test(
    "is told where its MySQL is by every usual name, and PostgreSQL's first where there are both")
  func mysqlNames() {
    let mysql = MySQLAddress(
      host: "127.0.0.1", port: 3307, user: "shop", password: "secret", database: "shop")
    let found = ProgramWay(servers: [mysql]).variables
    #expect(found["DATABASE_URL"] == "mysql://shop:secret@127.0.0.1:3307/shop")
    #expect(found["MYSQL_URL"] == found["DATABASE_URL"])
    #expect(found["SPRING_DATASOURCE_URL"] == "jdbc:mysql://127.0.0.1:3307/shop")
    for (name, value) in [
      "HOST": "127.0.0.1", "PORT": "3307", "USER": "shop", "PASSWORD": "secret", "DATABASE": "shop",
    ] { #expect(found["MYSQL_\(name)"] == value) }
    let postgres = PostgresAddress(
      host: "127.0.0.1", port: 5433, user: "u", password: "p", database: "d")
    let both = ProgramWay(servers: [postgres, mysql]).variables
    #expect(both["DATABASE_URL"] == "postgresql://u:p@127.0.0.1:5433/d")
    #expect(both["MYSQL_URL"] == found["MYSQL_URL"] && both["DB_PORT"] == "5433")
  }

  @Test("keeps the caller's servers out of a program's environment")
  func environment() {
    let caller = [
      "REDIS_URL": "x", "PGHOST": "x", "SPRING_PROFILES": "x", "MYSQL_PWD": "x",
      "MYSQL_HOST": "x", "MARIADB_PORT": "x", "PGPASSFILE": "x", "DATABASE_URL": "x", "DB_URL": "x",
      "PATH": "/bin", "MODE": "y",
    ]
    let environment = ProgramEnvironment(
      of: ProgramSetup(command: ["x"]), caller: caller
    ).variables(for: 3, seed: Seed(0x7f))
    #expect(environment["PATH"] == "/bin" && environment["MODE"] == "y")
    #expect(environment["SOLDOUT_NODE"] == "n3" && environment["SOLDOUT_SEED"] == "7f")
    #expect(!environment.values.contains("x"))
  }
}
