// Unchanged programs are walked: real client libraries, real servers, every order of their commands. The counts
// are those that anybody can work out on paper.

import Checker
import Explorer
import Foundation
import Testing

@testable import Drivers
@testable import Harness

@Suite("An unchanged program that is explored", .serialized)
struct ExploredProgramTests {
  /// The commands of its steps, by client: `1 GET item-0`.
  private func words(_ schedule: Schedule) -> [String] {
    schedule.steps.map { "\(($0.client ?? -1) + 1) \($0.text)" }
  }

  @Test(
    "GET and SET: six orders of two clients, of which four lose an update",
    arguments: ClientLibrary.present(ClientLibrary.redis))
  func getSet(_ library: ClientLibrary) throws {
    try ExploredShop.onRedis("get-set", by: library.name).explore { exploration in
      let findings = try exploration.carryOut().findings
      #expect(findings.schedules == 6 && findings.violations == 4 && findings.isComplete)
      let worst = try #require(findings.worst)
      let found = try exploration.shortest(worst)
      #expect(found.isShortest && found.schedule.steps.count == 4)
      #expect(
        words(found.schedule).sorted() == [
          "1 GET item-0", "1 SET item-0 1", "2 GET item-0", "2 SET item-0 1",
        ])
      let again = try exploration.replay(found.schedule.named, times: 30)
      #expect(Set(again.map(words)) == [words(found.schedule)])
      #expect(Set(again.map(\.left)) == [1])
    }
  }

  @Test("GET and SET of three clients: ninety orders, of which six are right")
  func threeClients() throws {
    try #require(ClientLibrary.redis[1].isThere)
    let findings = try ExploredShop.onRedis("get-set", calls: "t/t/t").findings()
    #expect(findings.schedules == 90 && findings.violations == 84 && findings.isComplete)
  }

  @Test(
    "SELECT FOR UPDATE: twenty-four orders, and none is wrong",
    arguments: ClientLibrary.present(ClientLibrary.postgres))
  func forUpdate(_ library: ClientLibrary) throws {
    let findings = try ExploredShop.onPostgres(by: library).findings()
    #expect(findings.schedules == 24 && findings.isComplete)
    #expect(findings.verdict == .linearizable && findings.differing == 0)
  }

  @Test("MySQL: a plain SELECT loses an update, FOR UPDATE and a named lock don't")
  func mySQL() throws {
    guard ClientLibrary.mysql[0].isThere else {
      return print(
        "\(ClientLibrary.mysql[0].name) isn't there; scripts/client-libraries fetches it")
    }
    let plain = try ExploredShop.onMySQL("plain").findings()
    #expect(plain.schedules == 14 && plain.violations == 12 && plain.isComplete)
    // Three commands each, of which the first waits: the second client's comes after one, two or three.
    let forUpdate = try ExploredShop.onMySQL("for-update").findings()
    #expect(forUpdate.schedules == 6 && forUpdate.verdict == .linearizable)
    #expect(try ExploredShop.onMySQL("named-lock").findings().verdict == .linearizable)
  }

  @Test(
    "numbers that a database gives begin again in every schedule, and tables without a key are set back",
    arguments: [(ClientLibrary.postgres[0], "postgres"), (ClientLibrary.mysql[0], "mysql")])
  func orders(_ library: ClientLibrary, _ server: String) throws {
    guard library.isThere else {
      return print("\(library.name) isn't there; scripts/client-libraries fetches it")
    }
    let findings = try ExploredShop.withOrders(by: library, on: server).findings()
    #expect(findings.verdict == .linearizable && findings.isComplete)
    // Else the numbers in its statements would differ.
    #expect(findings.differing == 0)
  }

  @Test("one that speaks to a server that it was not given is refused")
  func stranger() throws {
    let address = try #require(TestServers.backends.get().backends.freshTopology().redis)
    try EventLoop.run { loop async throws in
      let stranger = try Proxy(
        at: .tcp(host: "127.0.0.1", port: 0), to: address.endpoint, speaking: .redis, on: loop)
      defer { stranger.close() }
      let port = try #require(stranger.port)
      let sentence = try await loop.runBlocking {
        do {
          let shop = try ExploredShop.onRedis("stranger", environment: ", STRANGER: \"\(port)\"")
          _ = try shop.findings()
          return "it was explored"
        } catch ExplorationFailure.program(let sentence) {
          return sentence
        }
      }
      #expect(sentence.contains("none of the servers it was given"), "\(sentence)")
    }
  }

  @Test("a reply that is lost makes redis-py 8 take twice, and redis-py 5 not")
  func lostReply() throws {
    for (library, expected) in [("redis-8.1.0", true), ("redis-5.3.1", false)] {
      guard FileManager.default.fileExists(atPath: "\(ClientLibrary.cache)/\(library)") else {
        continue
      }
      let shop = try ExploredShop.onRedis(
        "decr", by: library, calls: "t", faults: .one(\.losses))
      try shop.explore { exploration in
        let findings = try exploration.carryOut().findings
        #expect((findings.violations > 0) == expected, "\(library)")
        guard let worst = findings.worst else { return }
        let schedule = try exploration.replay(worst.schedule.named)
        // It naps before it tries again, and time passes.
        #expect(
          words(schedule).filter { !$0.hasPrefix("0") }
            == ["1 DECRBY item-0 1, reply lost", "1 DECRBY item-0 1"])
      }
    }
  }

  @Test("redis-py's own lock holds up, unless its lease ends")
  func lease() throws {
    try #require(ClientLibrary.redis[1].isThere)
    let whole = try ExploredShop.onRedis("lock").findings(search: .all)
    #expect(whole.verdict == .linearizable && whole.isComplete)
    for faults in [FaultBudget.one(\.expiries), .one(\.lapses)] {
      let findings = try ExploredShop.onRedis("lock", faults: faults).findings(search: .all)
      #expect(findings.verdict == .violation && findings.isComplete, "\(faults)")
    }
  }

  @Test("a lease ends by choice alone, though the program takes longer than it lasts")
  func slowLease() throws {
    try #require(ClientLibrary.redis[1].isThere && ServerShim.library != nil)
    let whole = try ExploredShop.onRedis("slow-lock").findings(search: .all)
    #expect(whole.verdict == .linearizable && whole.isComplete && whole.repeated == 0)
    let early = try ExploredShop.onRedis("slow-lock", faults: .one(\.expiries))
    try early.explore(search: .all) { exploration in
      var exploration = exploration
      exploration.budget.stopsAtViolation = true
      let findings = try exploration.carryOut().findings
      #expect(findings.violations > 0)
    }
  }

  @Test("a client that dies is replaced, and what its process held is let go")
  func crash() throws {
    let findings = try ExploredShop.onRedis("decr", faults: .one(\.crashes)).findings()
    // Either dies before or after its command, at each of three places of the other's.
    #expect(findings.verdict == .linearizable && findings.isComplete)
    #expect(findings.schedules > 6)
  }

  @Test("one that sends something else now and then is said not to be deterministic")
  func fickle() throws {
    let shop = try ExploredShop.onRedis("fickle", calls: "t,t/t")
    do {
      let findings = try shop.findings()
      #expect(findings.verdict == .unknown && findings.difference != nil)
    } catch let failure as ExplorationFailure {
      guard case .program(let sentence) = failure else { throw failure }
      #expect(sentence.contains("deterministic") || sentence.contains("does not send the same"))
    }
  }

  @Test(
    "a service whose one instance makes all calls: its racy way breaks, the right one doesn't",
    arguments: ServedShop.present)
  func served(_ shop: ServedShop) throws {
    try shop.explored(.racy).explore(search: .all) { exploration in
      let findings = try exploration.carryOut().findings
      #expect(findings.schedules == 6 && findings.violations == 4 && findings.isComplete)
      let found = try exploration.shortest(try #require(findings.worst))
      #expect(found.isShortest && found.schedule.transitions.count == 4)
    }
    let right = try shop.explored(.right).findings(search: .all)
    #expect(right.verdict == .linearizable && right.isComplete && right.differing == 0)
  }

  @Test("python-redis-lock around GET and SET holds up, and its random tokens are no difference")
  func redisLock() throws {
    let library = "redis-lock-4.0.1"
    guard FileManager.default.fileExists(atPath: "\(ClientLibrary.cache)/\(library)") else {
      return print("\(library) isn't there; scripts/client-libraries fetches it")
    }
    let findings = try ExploredShop.onRedis("redis-lock", by: library).findings(search: .all)
    #expect(findings.verdict == .linearizable && findings.isComplete)
    #expect(findings.schedules > 6 && findings.differing == 0)
  }

  @Test("a shop of the examples on one instance of Flask: racy, and right")
  func flask() throws {
    let flask = "\(ClientLibrary.cache)/flask-3.1.2"
    guard FileManager.default.fileExists(atPath: flask) else {
      return print("\(flask) isn't there; scripts/client-libraries fetches it")
    }
    let racy = try ExploredShop.inFlask("racy").findings(search: .all)
    #expect(racy.verdict == .violation && racy.worst?.schedule.transitions.count == 4)
    let right = try ExploredShop.inFlask("shop").findings(search: .all)
    #expect(right.verdict == .linearizable && right.isComplete)
  }
}
