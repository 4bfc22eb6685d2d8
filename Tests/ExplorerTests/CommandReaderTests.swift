// What commands touch, read from themselves.

import Drivers
import Harness
import Testing

@testable import Explorer

@Suite("Footprints of commands")
struct CommandReaderTests {
  private static func footprint(_ command: RedisCommand) -> Footprint {
    CommandReader(of: .redis, prefix: "x:", keys: KeyTable())
      .read(CommandDescription(payload: .redis([command]), inTransaction: false)).footprint
  }

  @Test("a command that names no key may touch every key")
  func keyless() {
    let get = Self.footprint(RedisCommand("GET", ["x:item-0"], effect: .read))
    #expect(Self.footprint(RedisCommand("FLUSHALL", effect: .write)).conflicts(with: get))
    #expect(
      Self.footprint(RedisCommand("EVAL", ["return 1", 0], effect: .script)).conflicts(with: get))
    #expect(Self.footprint(RedisCommand("MULTI", effect: .begin)) == Footprint())
  }

  @Test("reads of one key commute, a write and a read don't")
  func keys() {
    let get = Self.footprint(RedisCommand("GET", ["x:item-0"], effect: .read))
    #expect(!get.conflicts(with: get))
    #expect(get.conflicts(with: Self.footprint(RedisCommand("DECR", ["x:item-0"], effect: .write))))
    // What is not known to be a read counts as a write.
    #expect(
      get.conflicts(with: Self.footprint(RedisCommand("NEWREAD", ["x:item-0"], effect: .read))))
  }
}
