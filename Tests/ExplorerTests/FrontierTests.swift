// Frontiers as text: read back as written, and refused with a sentence where they are another's.

import Checker
import Drivers
import Harness
import History
import Testing

@testable import Explorer

private struct Sold: Strategy {
  static let card = StrategyCard(
    name: "sold", family: .redis, summary: "", needs: .redis, expected: .linearizable, note: "")

  func open(_ items: [Item], units: Int, in session: Session) async throws(Failure) {}
  func take(_ units: Int, of item: Item, in session: Session) async throws(Failure) -> Stock.Reply {
    .taken
  }
  func read(_ item: Item, in session: Session) async throws(Failure) -> Int { 0 }
  func restock(_ units: Int, of item: Item, in session: Session) async throws(Failure) {}
  func remaining(of item: Item, in session: Session) async throws(Failure) -> Int { 0 }
}

@Suite("Frontiers as text")
struct FrontierTextTests {
  private static let configuration = Configuration(Sold.self)
  private static let subject = Frontier.Subject(
    configuration, .all, versions: ["redis": "7.0.15"])

  private static let frontier: Frontier = {
    var frontier = Frontier()
    let keyed = NamedChoice(Choice(.expire), key: "{item-0}:lock", server: 2)
    frontier.branches = [
      [NamedChoice(Choice(.step, 0)), NamedChoice(Choice(.crashAfter, 2)), keyed],
      Choice.Kind.allCases.filter { $0 != .expire }.map { NamedChoice(Choice($0)) },
    ]
    frontier.sleeping = [[NamedChoice(Choice(.step, 3))], []]
    frontier.weights = [0.25, 0.125]
    frontier.drawn = 7
    var findings = Findings()
    (findings.schedules, findings.violations, findings.steps, findings.longest) = (9, 2, 40, 6)
    findings.covered = 0.625
    findings.histories[Sighting(numbers: [1, 0, 1])] = Finding(
      verdict: .violation, reasons: ["two were told the same"], schedules: 3)
    var schedule = Schedule()
    schedule.named = [NamedChoice(Choice(.step, 0)), NamedChoice(Choice(.restart, 32))]
    findings.worst = Violation(schedule: schedule, reasons: ["why"], faults: 1, preemptions: 2)
    frontier.findings = findings
    return frontier
  }()

  @Test("come back as they were")
  func roundTrip() throws {
    let text = Self.frontier.text(of: Self.subject)
    let again = try Frontier(text: text, of: Self.subject)
    #expect(again.text(of: Self.subject) == text)
    #expect(again.branches == Self.frontier.branches && again.sleeping == Self.frontier.sleeping)
    #expect(again.findings?.worst?.schedule.named == Self.frontier.findings?.worst?.schedule.named)
    #expect(again.findings?.histories.count == 1 && again.drawn == 7)
  }

  @Test("of something else are refused in a sentence that says what")
  func others() {
    let text = Self.frontier.text(of: Self.subject)
    var clients = Self.configuration
    clients.script = [[.take(1)]]
    var stock = Self.configuration
    stock.stock = 5
    var faults = Self.configuration
    faults.allowance.crashes = 1
    var kept = Self.configuration
    kept.persistence = .appendOnly(.always)
    let versions = ["redis": "7.0.15"]
    for (other, words) in [
      (Frontier.Subject(clients, .all, versions: versions), "it is with calls t/t, not t"),
      (Frontier.Subject(stock, .all, versions: versions), "it is with a stock of 2, not 5"),
      (Frontier.Subject(faults, .all, versions: versions), "faults: none, not crashes 1"),
      (Frontier.Subject(kept, .all, versions: versions), "persistence none, not always"),
      (
        Frontier.Subject(Self.configuration, .lottery(.walk, seed: 1), versions: versions),
        "it is of a walk, not random walk of seed 1"
      ),
      (
        Frontier.Subject(Self.configuration, .all, versions: ["redis": "6.2.0"]),
        "made by redis 7.0.15, not redis 6.2.0"
      ),
    ] {
      let error = #expect(throws: FrontierError.self) { try Frontier(text: text, of: other) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test(
    "that are none are refused",
    arguments: [
      "", "hello\n", "{\"frontier\":1}\n",
    ])
  func garbage(_ text: String) {
    #expect(throws: FrontierError.self) { try Frontier(text: text, of: Self.subject) }
  }

  @Test(
    "with a line that is none are refused",
    arguments: [
      "{}", "{\"branch\":[\"0GET\"],\"asleep\":[],\"weight\":1}", "nonsense",
      "{\"worst\":[\"walk\"],\"reasons\":[],\"faults\":0,\"preemptions\":0}",
    ])
  func line(_ line: String) {
    let text = Self.frontier.text(of: Self.subject) + line + "\n"
    #expect(throws: FrontierError.self) { try Frontier(text: text, of: Self.subject) }
  }

  @Test("of a later format are refused")
  func format() {
    let text = Self.frontier.text(of: Self.subject)
      .replacing("\"frontier\":1", with: "\"frontier\":2")
    let error = #expect(throws: FrontierError.self) { try Frontier(text: text, of: Self.subject) }
    #expect(error?.description == "it has format 2, and this program reads 1")
  }
}
