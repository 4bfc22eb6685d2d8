// Explorations as JSON, JUnit, Markdown and annotations: every verdict is told, with what shows it.

import Checker
import Report
import Testing

/// An exploration with a verdict, and what belongs to it.
func explorationSample(
  _ verdict: RunVerdict, expected: Verdict = .linearizable, strategy: String = "lock-simple"
) -> ExplorationFacts {
  var facts = ExplorationFacts(
    workload: "lease-ends", strategy: strategy, verdict: verdict, expected: expected, calls: "t/t",
    clients: 2, stock: 2)
  facts.faults = [.init(kind: "expiries", count: 1)]
  facts.servers = ["postgres 15.18", "redis 7.0.15"]
  facts.isComplete = verdict != .unknown
  (facts.schedules, facts.rememberedHistories, facts.longest) = (40, 9, 12)
  facts.elapsed = 1_500_000_000
  if verdict == .unknown {
    (facts.differing, facts.difference) = (1, "it is not deterministic")
    facts.unasked = 2
  }
  if verdict == .vacuous { facts.vacuity = ["nothing was sold"] }
  guard verdict == .violation else { return facts }
  facts.violations = 3
  facts.counterexample = ExplorationFacts.Counterexample(
    reasons: ["client 2 was told <1> left", "only one take can leave 1."], calls: "t/t",
    clients: 2, stock: 2, preemptions: 1, faults: 1, isShortest: false,
    steps: [
      .init(client: 1, command: "GET", reply: "2", state: ["item-0=2"], ends: []),
      .init(client: nil, command: "lease ends", reply: nil, state: [], ends: []),
      .init(client: 2, command: "SET 1", reply: "OK", state: ["item-0=1"], ends: ["ok, 1"]),
    ], left: 1, token: "lock-simple:t/t:stock=2:redis-7.0.15:1GET,2SET",
    command: "soldout replay 'lock-simple:t/t:stock=2:redis-7.0.15:1GET,2SET'")
  return facts
}

@Suite struct `Explorations in reports for programs` {
  @Test(arguments: RunVerdict.allCases, [Verdict.linearizable, .violation])
  func `a verdict counts as a run's does`(_ verdict: RunVerdict, _ expected: Verdict) {
    let facts = explorationSample(verdict, expected: expected)
    let isFine =
      verdict == .violation && expected == .violation
      || verdict == .linearizable && expected == .linearizable
    #expect(facts.isAsExpected == isFine)
    let junit = JUnit.text([facts])
    #expect(junit.contains("<testsuite name=\"lease-ends\" tests=\"1\""), "\(junit)")
    let tag = [.unknown, .vacuous].contains(verdict) ? "<error " : "<failure "
    #expect(junit.contains(tag) == !isFine, "\(junit)")
    #expect(junit.contains("time=\"1.500\""))
    let annotations = Annotations.text([facts])
    #expect(annotations.isEmpty == isFine, "\(annotations)")
    let tolerated = JUnit.text([facts], unknown: .warn)
    if verdict == .unknown { #expect(!tolerated.contains("<error ")) }
  }

  @Test func `what shows it comes along`() {
    let junit = JUnit.text([explorationSample(.violation)])
    #expect(junit.contains("message=\"client 2 was told &lt;1&gt; left\""), "\(junit)")
    #expect(junit.contains("Shortest found in the time given: 3 steps, 1 preemption, 1 fault;"))
    let vacuous = JUnit.text([explorationSample(.vacuous)])
    #expect(vacuous.contains("type=\"vacuous\" message=\"nothing was sold\""), "\(vacuous)")
    let annotations = Annotations.text([explorationSample(.violation)])
    #expect(annotations.contains("Token: lock-simple:t/t:stock=2"), "\(annotations)")
    let missed = JUnit.text([explorationSample(.linearizable, expected: .violation)])
    #expect(missed.contains("violation expected, but: no violation"), "\(missed)")
  }

  @Test func `what the shortest does without is said, and one is no plural`() throws {
    var facts = explorationSample(.violation)
    (facts.calls, facts.clients, facts.schedules, facts.longest) = ("t/t/t", 3, 1, 1)
    facts.counterexample?.steps.removeLast(2)
    let text = ExplorationReport(facts).text(width: 200)
    #expect(text.contains("\n1 schedule, up to 1 step, "), "\(text)")
    let shortened = ": 1 step, 1 preemption, 1 fault; calls t/t (2 of the 3 clients are enough), 2"
    #expect(text.contains(shortened), "\(text)")
    facts.counterexample?.calls = "t"
    facts.counterexample?.clients = 1
    let one = ExplorationReport(facts).text(width: 200)
    #expect(one.contains("calls t (1 of the 3 clients is enough)"), "\(one)")
    facts.counterexample?.calls = "t/t"
    facts.counterexample?.clients = 2
    (facts.calls, facts.clients) = ("t,r/t", 2)
    let fewer = ExplorationReport(facts).text(width: 200)
    #expect(fewer.contains("calls t/t (of t,r/t these are enough)"), "\(fewer)")
  }

  @Test func `answers from a program's own memory are said to be that`() {
    let text = ExplorationReport(explorationSample(.unknown)).text(width: 200)
    #expect(text.contains("2 calls were answered without asking a server: from what the program"))
    var facts = explorationSample(.violation)
    facts.counterexample?.steps = []
    let table = ExplorationReport(facts).text(width: 200)
    #expect(table.contains("No step: no server was asked for anything."), "\(table)")
  }

  @Test func `a program that does something else is not called a strategy`() {
    var facts = ReplayFacts(
      of: .program, verdict: .unknown, reasons: [], clients: 2, steps: [], left: nil, times: 1,
      histories: 1)
    facts.difference = .init(step: 1, expected: "1GET", found: "DECR")
    let text = ReplayReport(facts).text(width: 200)
    #expect(text.contains("it has 1GET, here is DECR. The program has changed since"), "\(text)")
  }

  @Test func `that a program's time is real is told, with the reason`() {
    var facts = explorationSample(.linearizable)
    #expect(!ExplorationReport(facts).text().contains("Time:"))
    #expect(!JSONReport.text([facts]).contains("real_time"))
    facts.realTime = "/srv/shop runs with another user's rights"
    let sentence = "Time: real; /srv/shop runs with another user's rights.\n"
    #expect(ExplorationReport(facts).text().contains(sentence))
    let field = "\"real_time\": \"/srv/shop runs with another user's rights\""
    #expect(JSONReport.text([facts]).contains(field))
  }

  @Test func `of several the worst is whole, and a table has all`() {
    let markdown = Markdown.text([
      explorationSample(.linearizable, strategy: "pg-update"), explorationSample(.violation),
    ])
    #expect(markdown.hasPrefix("## soldout: 1 of 2 strategies not as expected\n"), "\(markdown)")
    #expect(markdown.contains("### VIOLATION lock-simple (lease-ends)"), "\(markdown)")
    #expect(markdown.contains("| pg-update"), "\(markdown)")
    #expect(!Markdown.text([explorationSample(.violation)]).contains("| "))
  }

  @Test func `what was not reached is skipped, and no success`() {
    let rest = [NotRun(strategy: "redlock", of: "lease-ends")]
    let junit = JUnit.text([explorationSample(.linearizable)], notRun: rest)
    #expect(junit.contains("name=\"redlock\"") && junit.contains("<skipped "), "\(junit)")
    let markdown = Markdown.text([explorationSample(.linearizable)], notRun: rest)
    #expect(markdown.hasPrefix("## soldout: ended early, 1 of 2 strategies not run"))
    let json = JSONReport.text([explorationSample(.linearizable)], notRun: rest)
    #expect(json.contains("\"as_expected\": false,\n  \"explorations\""), "\(json)")
  }
}
