// Tokens: read back as written, and refused with a sentence.

import Harness
import Testing

@testable import Explorer

@Suite("Replay tokens")
struct TokenTests {
  @Test(
    "come back as they were",
    arguments: [
      "redis-get-set:t/t:stock=2:redis-7.0.15:1GET,2GET,2SET,1SET",
      "lock-simple:t,r/t3/p2:stock=0,crashes=1,expiries=2:postgres-15.18,redis-7.0.15:"
        + "1SET/dies-before,time,expire/0/{item-0}:lock,2+EVALSHA,2UPDATE_+/lost,1GET/cut,"
        + "3COMMIT/dies-after",
      "redlock:t/t:stock=2,restarts=2,failovers=1,persistence=always:redis-7.0.15:"
        + "restart/redis,restart/redis-3,restart/postgres,stall,1GET,failover",
      "lock-simple:t/t:stock=2,lapses=1,lease=3600000:redis-7.0.15:1SET,time,2SET",
    ])
  func roundTrip(_ text: String) throws {
    #expect(try Token(text).description == text)
  }

  @Test(
    "are refused where something is wrong",
    arguments: [
      "", "redis-get-set", "a:b:c:d:e", "x:t/t:stock=2:redis-7:0GET", "x:t/t:stock=2:redis-7:GET",
      "x:t/t:colour=2:redis-7:1GET", "x:t/t::redis-7:1GET", "x:t/q:stock=1:redis-7:1GET",
      "x:t/t:stock=-1:redis-7:1GET", "x:t/t:stock=1:redis:1GET",
      "x:t/t:stock=1,persistence=some:redis-7:1GET", "x:t/t:stock=1:redis-7:restart/disk",
      "x:t/t:stock=1,lease=-5:redis-7:1GET", "x:t/t:stock=1,lease=90000000:redis-7:1GET",
    ])
  func refused(_ text: String) {
    #expect(throws: TokenError.self) { try Token(text) }
  }

  @Test("scripts come back as they were", arguments: ["t/t", "t,t3/r/p2", "r"])
  func scripts(_ text: String) throws {
    #expect(CallScript.text(of: try #require(CallScript.calls(text))) == text)
  }
}
