// What MySQL's driver makes of texts: placeholders, error numbers, greetings, and the private server's
// command line.

import Testing

@testable import Drivers

@Suite struct MySQLPlaceholdersTests {
  @Test(arguments: [
    (
      "SELECT units FROM soldout.stock WHERE item = $1",
      "SELECT units FROM soldout.stock WHERE item = ?", [0]
    ),
    (
      "UPDATE s SET n = n - $1 WHERE i = $2 AND n >= $1",
      "UPDATE s SET n = n - ? WHERE i = ? AND n >= ?", [0, 1, 0]
    ),
    ("SELECT $12, $2", "SELECT ?, ?", [11, 1]),
    ("SELECT '$1', \"$2\", `$3`, $4", "SELECT '$1', \"$2\", `$3`, ?", [3]),
    ("SELECT 'it''s $1', $1", "SELECT 'it''s $1', ?", [0]),
    ("SELECT a$1, $x, $0, $", "SELECT a$1, $x, $0, $", []),
    ("", "", []),
  ])
  func `values go out in the order of their places`(
    text: String, sql: String, order: [Int]
  ) {
    let found = MySQLPlaceholders(text)
    #expect(found.sql == sql && found.order == order)
  }
}

@Suite struct MySQLErrorsTests {
  @Test func `numbers are known once, in order`() {
    let numbers = MySQLErrors.all.map(\.number)
    #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
    #expect(MySQLErrors.all.allSatisfy { !$0.name.isEmpty && !$0.meaning.isEmpty })
    // The client's own are no answers of a server.
    #expect(MySQLErrors.entry(for: "2013") == nil && MySQLErrors.entry(for: "40001") == nil)
    #expect(
      Failure.definite(.server(code: "1213", message: "m")).description == "1213 lock_deadlock")
  }

  @Test(arguments: ["1205", "1213", "1020", "1062", "1040", "3572", "3058"])
  func `these undo what they answer, whatever it was`(code: String) {
    for effect in [CommandEffect.read, .write, .commit] {
      for inTransaction in [false, true] {
        let certainty = MySQLErrors.certainty(
          of: code, for: effect, inTransaction: inTransaction)
        #expect(certainty == .definite)
      }
    }
  }

  @Test(arguments: ["1053", "1927", "1317", "1180", "9999"])
  func `these leave a commit and a statement by itself in doubt`(code: String) {
    #expect(MySQLErrors.certainty(of: code, for: .commit, inTransaction: true) == .indefinite)
    #expect(MySQLErrors.certainty(of: code, for: .write, inTransaction: false) == .indefinite)
    #expect(MySQLErrors.certainty(of: code, for: .read, inTransaction: false) == .definite)
  }

  @Test func `what is left of a transaction is the table's to say`() {
    #expect(MySQLErrors.status(after: "1205") == .open)
    #expect(MySQLErrors.status(after: "1062") == .open)
    #expect(MySQLErrors.status(after: "1213") == .failed)
    #expect(MySQLErrors.status(after: "9999") == .failed)
  }
}

@Suite struct MariaDBWordsTests {
  @Test(arguments: [
    ("5.5.5-10.11.19-MariaDB-0+deb12u1", "MariaDB 10.11.19"),
    ("11.4.2-MariaDB-log", "MariaDB 11.4.2"), ("8.0.36", "MySQL 8.0.36"),
    ("8.4.0-0ubuntu0", "MySQL 8.4"),
  ])
  func `a greeting says what a server is`(greeting: String, name: String) {
    #expect(ServerIdentity(greeting: greeting)?.description == name)
  }

  @Test func `a program says what it is`() {
    let printed =
      "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)"
    #expect(ServerIdentity(stated: printed) == ServerIdentity(.mariadb, ServerVersion(10, 11, 19)))
    #expect(ServerIdentity(greeting: "none") == nil)
  }

  @Test func `a private server listens on a port only where one is asked for`() {
    var options = MariaDBOptions()
    options.settings = ["innodb-lock-wait-timeout": "1"]
    let closed = MariaDBServer.arguments(options, port: nil, directory: "/d", users: "/d/u")
    #expect(closed.first == "--no-defaults" && closed.contains("--skip-networking"))
    #expect(closed.contains("--innodb-lock-wait-timeout=1"))
    #expect(!closed.contains { $0.hasPrefix("--port") || $0.contains("IDENTIFIED") })
    let open = MariaDBServer.arguments(options, port: 4000, directory: "/d", users: "/d/u")
    #expect(open.contains("--port=4000") && open.contains("--bind-address=127.0.0.1"))
  }

  @Test func `an address prints no password`() {
    var address = MySQLAddress(
      host: "127.0.0.1", port: 3306, user: "u", password: "geheim", database: "shop")
    #expect("\(address)" == "mysql://u:***@127.0.0.1:3306/shop")
    address.socket = "/tmp/s"
    var dumped = ""
    dump(address, to: &dumped)
    for text in ["\(address)", String(reflecting: address), dumped] {
      #expect(!text.contains("geheim"))
    }
    #expect("\(address)".hasSuffix("?socket=/tmp/s"))
  }
}
