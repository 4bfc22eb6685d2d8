// Statements and values before they reach libpq.

import Testing

@testable import Drivers

@Suite struct PostgresStatementTests {
  @Test func `values become C strings, NULL stays NULL`() {
    let values: [SQLValue] = [1, "é'\\", nil, true, false, .integer(.min), ""]
    let texts = values.withTexts { texts in texts.map { $0.map { String(cString: $0) } } }
    #expect(texts == ["1", "é'\\", nil, "t", "f", "\(Int.min)", ""])
    #expect([SQLValue]().withTexts { $0.count } == 0)
  }

  @Test func `each statement has a name of its own`() {
    let one = Statement("SELECT", "SELECT 1", effect: .read)
    let other = Statement("SELECT", "SELECT 1", effect: .read)
    #expect(one != other && one.name != other.name && one == one)
  }

  @Test func `the shown argument is the integer asked for`() {
    let statement = Statement("UPDATE", "…", effect: .write, showing: 1)
    #expect(statement.shownArgument(of: ["a", 57]) == 57)
    #expect(statement.shownArgument(of: ["a", "57"]) == nil)
    #expect(statement.shownArgument(of: ["a"]) == nil)
    #expect(Statement("UPDATE", "…", effect: .write).shownArgument(of: [1]) == nil)
  }

  @Test(
    "what stands behind `soldout.` is found in the schema of the run, and shown without it",
    arguments: [
      ("UPDATE soldout.stock SET n = 1", "UPDATE s.stock SET n = 1", "UPDATE stock SET n = 1"),
      ("soldout.a, (soldout.b)", "s.a, (s.b)", "a, (b)"),
      ("SELECT mysoldout.x, soldout", "SELECT mysoldout.x, soldout", "SELECT mysoldout.x, soldout"),
      ("SELECT \"soldout.x\", é_soldout.y", "SELECT \"soldout.x\", é_soldout.y", nil),
      ("SELECT 1", "SELECT 1", nil),
    ])
  func standIn(template: String, sent: String, shown: String?) {
    let statement = Statement("SQL", template, effect: .write)
    #expect(statement.sql(in: "s") == sent)
    #expect(statement.sql == shown ?? template)
    // In no place nothing is left out: a server without a schema soldout refuses it.
    #expect(statement.sql(in: nil) == template)
  }

  @Test func `a description reads as SQL with its values`() {
    let statement = Statement("UPDATE", "UPDATE t SET n = $1 WHERE k = $2", effect: .write)
    let command = CommandDescription(
      payload: .sql(statement, [57, "a"]), inTransaction: true)
    #expect(command.description == "UPDATE t SET n = $1 WHERE k = $2 (57, 'a')")
    #expect(command.verb == "UPDATE" && command.inTransaction)
  }
}
