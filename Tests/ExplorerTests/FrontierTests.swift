// Frontiers as text: read back as written, and refused with a sentence where they are another's.

import Checker
import Drivers
import Harness
import History
import Testing

@testable import Explorer

private struct Sold: StockStrategy {
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

  @Test("numbers no walk has are refused, damage anywhere is read or refused")
  func hostile() throws {
    let text = Self.frontier.text(of: Self.subject)
    let changes: [(String, String)] = [
      ("\"schedules\":9,", "\"schedules\":9223372036854775807,"),
      ("\"violations\":2", "\"violations\":-1"), ("\"drawn\":7", "\"drawn\":-7"),
      ("\"schedules\":3", "\"schedules\":9223372036854775807"),
    ]
    for (old, new) in changes {
      let changed = text.replacing(old, with: new)
      #expect(changed != text, "\(old)")
      #expect(throws: FrontierError.self) { try Frontier(text: changed, of: Self.subject) }
    }
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<300 {
      var bytes = Array(text.utf8)
      for _ in 0...below(3) {
        bytes[below(bytes.count)] = Array("0919-e\"{}[],:/w".utf8)[below(15)]
      }
      let damaged = String(decoding: bytes, as: UTF8.self)
      guard let read = try? Frontier(text: damaged, of: Self.subject) else { continue }
      // What was read can be written and counted on.
      #expect(!read.text(of: Self.subject).isEmpty, "seed \(seed)")
    }
  }

  private static let frontier: Frontier = {
    var frontier = Frontier()
    let keyed = NamedTransition(expiryOf: StoredKey(server: .node(1), name: "{item-0}:lock"))
    let step = NamedTransition(Transition.step(.client(0)))
    frontier.branches = [
      Frontier.Left(
        prefix: [step, NamedTransition(Transition(.crashAfter, of: .client(1))), keyed],
        asleep: [NamedTransition(Transition.step(.beside(1)))], weight: 0.25, point: 1),
      Frontier.Left(
        prefix: [.step, .crash, .crashAfter, .disconnect, .loseReply].map {
          NamedTransition(Transition($0, of: .client(0)))
        } + [.time, .restart(.redis), .stall, .failover].map { NamedTransition($0) },
        weight: 0.125),
    ]
    frontier.points = [
      Frontier.Waiting(asleep: [], others: [step, keyed], share: 0.1, isExpanded: true),
      Frontier.Waiting(
        after: 0, step: step, asleep: [keyed], others: [], share: 1 / 3, isExpanded: false),
    ]
    (frontier.drawn, frontier.again) = (7, [6, 2])
    var findings = Findings()
    (findings.schedules, findings.violations, findings.steps, findings.longest) = (9, 2, 40, 6)
    findings.covered = 0.625
    findings.histories[HistoryFingerprint(numbers: [1, 0, 1])] = Finding(
      verdict: .violation, reasons: ["two were told the same"], schedules: 3)
    var schedule = Schedule()
    schedule.calls = [
      Call(
        client: 0, process: 0, call: .take(1), outcome: .fail, error: "refused", began: 1, ended: 2),
      Call(client: 1, process: 1, call: .read, outcome: .ok, reply: .value(1), began: 2, ended: 2),
    ]
    schedule.spent.losses = 1
    findings.occurrences.note(schedule)
    schedule.named = [
      NamedTransition(Transition.step(.client(0))), NamedTransition(Transition.restart(.postgres)),
    ]
    findings.worst = Violation(schedule: schedule, reasons: ["why"], faults: 1, preemptions: 2)
    frontier.findings = findings
    return frontier
  }()

  @Test("come back as they were")
  func roundTrip() throws {
    let text = Self.frontier.text(of: Self.subject)
    let again = try Frontier(text: text, of: Self.subject)
    #expect(again.text(of: Self.subject) == text)
    #expect(again.branches == Self.frontier.branches && again.points == Self.frontier.points)
    #expect(again.findings?.worst?.schedule.named == Self.frontier.findings?.worst?.schedule.named)
    #expect(again.findings?.histories.count == 1 && again.drawn == 7)
    #expect(again.again == [6, 2])
    #expect(again.findings?.occurrences == Self.frontier.findings?.occurrences)
    #expect(again.findings?.occurrences.struck.losses == 1)
  }

  @Test("of something else are refused in a sentence that says what")
  func others() {
    let text = Self.frontier.text(of: Self.subject)
    var clients = Self.configuration
    clients.script = [[.take(1)]]
    var stock = Self.configuration
    stock.stock = 5
    var faults = Self.configuration
    faults.faultBudget.crashes = 1
    var kept = Self.configuration
    kept.persistence = .appendOnly(.always)
    let versions = ["redis": "7.0.15"]
    for (other, words) in [
      (Frontier.Subject(clients, .all, versions: versions), "it is with calls t/t, not t"),
      (Frontier.Subject(stock, .all, versions: versions), "it is with a stock of 2, not 5"),
      (Frontier.Subject(faults, .all, versions: versions), "faults: none, not crashes 1"),
      (Frontier.Subject(kept, .all, versions: versions), "persistence none, not always"),
      (
        Frontier.Subject(Self.configuration, .random(.walk, seed: 1), versions: versions),
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
      "{\"branch\":[\"1\"],\"asleep\":[],\"weight\":1,\"point\":2}",
      "{\"step\":\"1\",\"asleep\":[],\"others\":[],\"share\":1,\"taken\":true}",
      "{\"after\":2,\"step\":\"1\",\"asleep\":[],\"others\":[],\"share\":1,\"taken\":true}",
      "{\"after\":-1,\"step\":\"1\",\"asleep\":[],\"others\":[],\"share\":1,\"taken\":true}",
      "{\"worst\":[\"walk\"],\"reasons\":[],\"faults\":0,\"preemptions\":0}",
    ])
  func line(_ line: String) {
    let text = Self.frontier.text(of: Self.subject) + line + "\n"
    #expect(throws: FrontierError.self) { try Frontier(text: text, of: Self.subject) }
  }

  @Test("of another format are refused")
  func format() {
    let text = Self.frontier.text(of: Self.subject)
      .replacing("\"frontier\":4", with: "\"frontier\":1").replacing("\"again\":[6,2],", with: "")
    let error = #expect(throws: FrontierError.self) { try Frontier(text: text, of: Self.subject) }
    #expect(error?.description == "it has format 1, and this program reads 4")
  }

  @Test("a walk interrupted again and again is the same walk", arguments: 0..<30)
  func walks(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed), schedule: 6)
    var program = Program.random(&random)
    if seed % 2 == 0 { program = program.locked(&random) }
    let rules = [
      Rules(reduces: true, awaitsRaces: true), Rules(reduces: true), Rules(reduces: false),
      Rules(reduces: false, preemptions: 1),
    ]
    for rules in rules {
      let whole = program.walked(rules)
      let broken = try program.walked(rules) { stack throws in
        if Int.random(in: 0..<3, using: &random) == 0 {
          let keys = KeyTable()
          let text = Frontier(stack, keys: keys).text(of: Self.subject)
          stack = try Frontier(text: text, of: Self.subject).branches(keys)
        }
        // Any of them may have been under way.
        return stack.remove(at: Int.random(in: stack.indices, using: &random))
      }
      #expect(broken.outcomes == whole.outcomes, "seed \(seed)")
      #expect(broken.schedules == whole.schedules && broken.runs == whole.runs, "seed \(seed)")
      #expect(abs(broken.weight - whole.weight) < 1e-9, "seed \(seed)")
    }
  }
}
