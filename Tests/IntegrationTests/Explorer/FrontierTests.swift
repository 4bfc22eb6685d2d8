// An exploration interrupted anywhere goes on from its file as if nothing had happened: the same
// schedules, the same histories, the same shortest violation.

import Checker
import Explorer
import History
import Synchronization
import Testing

@testable import Harness

@Suite("Explorations resumed", .serialized)
struct ResumedExplorationTests {
  /// A strategy, what may go wrong, and after how many schedules it is interrupted, again and again.
  struct Interrupted: Sendable, CustomTestStringConvertible {
    let type: any Strategy.Type
    var faultBudget = FaultBudget()
    let after: Int
    var testDescription: String { "\(type.card.name) after \(after)" }
  }

  private static let interrupted = [
    Interrupted(type: WatchOnce.self, after: 37),
    Interrupted(type: WatchOnce.self, after: 40),
    Interrupted(type: WatchOnce.self, after: 200),
    Interrupted(type: RedisGetSet.self, faultBudget: allowing(\.crashes), after: 3),
    Interrupted(type: BriefLock.self, faultBudget: allowing(\.expiries), after: 5),
  ]

  @Test("find what they find in one go", arguments: interrupted)
  func resumed(_ example: Interrupted) throws {
    let configuration = Configuration(example.type, faultBudget: example.faultBudget)
    let whole = try TestServers.explore(configuration, search: TestServers.everyOrder)
    let subject = Frontier.Subject(configuration, TestServers.everyOrder, versions: [:])
    var text = Frontier().text(of: subject)
    var findings = Findings()
    var rounds = 0
    while !findings.isComplete, rounds < 1000 {
      rounds += 1
      let part = try TestServers.exploration(
        configuration, search: TestServers.everyOrder,
        budget: ExplorationBudget(schedules: example.after))
      let (found, rest) = try part.carryOut(from: try Frontier(text: text, of: subject))
      findings = found
      text = rest.text(of: subject)
    }
    #expect(rounds > 1)
    #expect(findings.schedules == whole.schedules)
    #expect(findings.violations == whole.violations && findings.steps == whole.steps)
    #expect(findings.histories.mapValues(\.schedules) == whole.histories.mapValues(\.schedules))
    #expect(findings.worst?.schedule.transitions.count == whole.worst?.schedule.transitions.count)
    #expect(findings.worst?.faults == whole.worst?.faults)
    #expect(findings.worst?.preemptions == whole.worst?.preemptions)
    #expect(abs(findings.covered - 1) < 1e-6)
  }

  @Test("what is left is told along the way, and every time it is exactly what is left")
  func checkpoints() throws {
    let types: [(any Strategy.Type, clients: Int, Explorer.Search)] = [
      (RedisWatch.self, 3, .exhaustive(reduces: false, preemptions: 1)),
      (RedisGetSet.self, 4, .all),
    ]
    for (type, clients, search) in types {
      let configuration = Configuration(type, clients: clients)
      let subject = Frontier.Subject(configuration, search, versions: [:])
      let told = Mutex<[String]>([])
      var exploration = try TestServers.exploration(configuration, search: search, testbeds: 3)
      exploration.checkpoints = Checkpoints(first: 0, longest: 0)
      let (whole, _) = try exploration.carryOut(checkpoint: { frontier in
        told.withLock { $0.append(frontier.text(of: subject)) }
      })
      let texts = told.withLock(\.self)
      #expect(texts.count > 1 && whole.isComplete, "\(type.card.name): \(texts.count)")
      for place in [0, texts.count / 2, texts.count - 1] {
        let found = try exploration.carryOut(from: try Frontier(text: texts[place], of: subject))
          .findings
        #expect(found.isComplete && found.schedules == whole.schedules, "\(type.card.name)")
        #expect(found.redundant == whole.redundant && found.steps == whole.steps)
        #expect(found.histories.mapValues(\.schedules) == whole.histories.mapValues(\.schedules))
        #expect(abs(found.covered - 1) < 1e-6)
      }
    }
  }

  @Test("drawn schedules go on where they were, too")
  func drawn() throws {
    let configuration = Configuration(RedisGetSet.self, clients: 3)
    let search = Explorer.Search.random(.walk, seed: 7)
    func explored(_ count: Int, from start: Frontier) throws -> (findings: Findings, rest: Frontier)
    {
      try TestServers.exploration(
        configuration, search: search, budget: ExplorationBudget(schedules: count), testbeds: 1
      ).carryOut(from: start)
    }
    let whole = try explored(60, from: Frontier()).findings
    let subject = Frontier.Subject(configuration, search, versions: [:])
    let text = try explored(20, from: Frontier()).rest.text(of: subject)
    let later = try explored(40, from: try Frontier(text: text, of: subject)).findings
    #expect(later.schedules == whole.schedules)
    #expect(later.histories.mapValues(\.schedules) == whole.histories.mapValues(\.schedules))
  }

  @Test("schedules that were being drawn are drawn again")
  func drawnAlongTheWay() throws {
    let configuration = Configuration(RedisGetSet.self, clients: 3)
    let search = Explorer.Search.random(.walk, seed: 11)
    let told = Mutex<[Frontier]>([])
    var exploration = try TestServers.exploration(
      configuration, search: search, budget: ExplorationBudget(schedules: 3000), testbeds: 3)
    exploration.checkpoints = Checkpoints(first: 0, longest: 0)
    let (whole, _) = try exploration.carryOut(checkpoint: { frontier in
      told.withLock { $0.append(frontier) }
    })
    let start = told.withLock { $0[$0.count / 2] }
    let before = try #require(start.findings?.schedules)
    exploration.budget.schedules = 3000 - before
    try #require(before < 3000, "it was over before anybody looked")
    let later = try exploration.carryOut(from: start).findings
    #expect(later.schedules == 3000 && whole.schedules == 3000)
    #expect(later.histories.mapValues(\.schedules) == whole.histories.mapValues(\.schedules))
  }
}
